"""What surrounds the step: the runner's files, secrets, proxies, certificates, and defects."""

import httpx

from replicate_train.app import run
from replicate_train.net import tls
from replicate_train.runner.commands import Runner
from replicate_train.runner.signals import StopSignals
from support.catalogue.answers import IMAGES, known, planned, trainer_with
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import INPUTS, started
from support.scripted import TOKEN, Script, model, ok, problem

TOPIC = Topic("surroundings", "What surrounds the step")

CREATE = {"mode": "create", "model-name": "m"}


def exists() -> Script:
    return Script().on("GET /models/you/m", ok(model()))


@TOPIC.scene("A secret that is too short to be hidden")
def short(stage: Stage) -> None:
    stage.log(exists(), CREATE | {"github-token": "abc"})
    given = {"training-input": "hf_token: abc", "dataset": "https://example.com/x.zip"}
    stage.log(planned(asked=trainer_with(IMAGES)), INPUTS | given | {"mode": "plan"})


@TOPIC.scene("A secret that is too short to be hidden, and is not an input")
def unnamed(stage: Stage) -> None:
    stage.process(lambda: Runner({}).mask("abc"))


@TOPIC.scene("The runner's files cannot be written")
def unwritable(stage: Stage) -> None:
    files = {f"GITHUB_{name}": f"/nowhere/{name}" for name in ("OUTPUT", "STATE", "STEP_SUMMARY")}
    stage.log(started(), INPUTS | {"mode": "start"}, **files)


@TOPIC.scene("The job summary is too long")
def long_summary(stage: Stage) -> None:
    stage.patch.setattr("replicate_train.runner.commands._MAX_SUMMARY_BYTES", 100)
    done = stage.log(known(), INPUTS | {"training-input": "steps: x", "mode": "plan"})
    stage.show("end of the job summary", done.summary.rstrip().split("\n")[-1:])


@TOPIC.scene("A bug in the action")
def bug(stage: Stage) -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError("oops")

    script = Script().on("GET /account", broken)
    stage.run(script, CREATE, defect=True)


@TOPIC.scene("An error of an action whose repository the runner names")
def linked(stage: Stage) -> None:
    action = {"GITHUB_ACTION_REPOSITORY": "acme/fine-tune", "GITHUB_ACTION_REF": "v1"}
    stage.run(Script().on("GET /account", problem(401, detail="No.")), CREATE, **action)


@TOPIC.scene("A bug in the action, with step debugging")
def debugged(stage: Stage) -> None:
    script = Script().on("GET /account", ZeroDivisionError("oops"))
    stage.log(script, CREATE, defect=True, RUNNER_DEBUG="1")


def without_transport(stage: Stage, environ: dict[str, str]) -> None:
    """Show a step that reaches for the network itself, in an environment."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_DIR"):
        stage.patch.delenv(name, raising=False)
        stage.patch.delenv(name.lower(), raising=False)
    for name, value in environ.items():
        stage.patch.setenv(name, value)
    tls._read.cache_clear()
    inputs = {"INPUT_API-TOKEN": TOKEN, "INPUT_MODE": "create", "INPUT_MODEL-NAME": "m"}
    stage.process(lambda: run(inputs, str(stage.workspace), StopSignals()))
    tls._read.cache_clear()


TOPIC.table(
    {
        "A proxy that is not supported": {"HTTPS_PROXY": "socks5://proxy:1080"},
        "A proxy that is not a URL": {"ALL_PROXY": "http://proxy:port"},
        "Certificates that cannot be read": {"SSL_CERT_FILE": "/nowhere/ca.pem"},
    },
    without_transport,
)
