"""Who and what made a version, and what it cost."""

from replicate_train.provenance.cost import estimate
from replicate_train.provenance.origin import Origin
from replicate_train.replicate.refs import ModelRef
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic

TOPIC = Topic("provenance", "Who and what made a version, and what it cost")


@TOPIC.scene("What started the run")
def origins(stage: Stage) -> None:
    told = (
        Origin(event="release", release_tag="v1.2.0", actor="mona"),
        Origin(event="push", ref="refs/heads/main", ref_name="main", actor="mona"),
        Origin(event="push", ref="refs/tags/v1", ref_name="v1", actor="mona"),
        Origin(event="schedule"),
        Origin(event="pull_request", pull_request=12, actor="mona"),
        Origin(event="workflow_dispatch", workflow="Fine-tune", actor="mona"),
    )
    stage.show("origin", [one.describe() for one in told])


@TOPIC.scene("What a training cost")
def costs(stage: Stage) -> None:
    flux = ModelRef("ostris", "flux-dev-lora-trainer")
    for seconds, reused in ((1674.9, False), (3.0, False), (1674.9, True)):
        cost = estimate(flux, seconds, None, reused=reused)
        stage.show("cost", [f"{cost} ({cost.basis})"] if cost else [])
