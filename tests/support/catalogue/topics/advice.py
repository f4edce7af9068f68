"""What a failed training means."""

from replicate_train.training.advice import Advice, advise
from replicate_train.training.failures import DIVERGED, FAILURES
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic

TOPIC = Topic("advice", "What a failed training means")


def advised(stage: Stage, advice: Advice | None) -> None:
    """Show an advice."""
    assert advice
    stage.show("advice", [advice.what, advice.fix])


TOPIC.table(
    {one.what: Advice(one.what, one.fix) for one in (*FAILURES, DIVERGED)}
    | {"A training that was never started": advise("aborted", "")},
    advised,
)
