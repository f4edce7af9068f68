"""Following a training: outages, lost contact, its log, and how it ends."""

import errno
import os
from typing import Any

import httpx

from replicate_train.metrics.collector import Metrics
from replicate_train.report.chart import charts
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import DONE, INPUTS, LIST, LOOK, listed, other, started
from support.scripted import NEW_VERSION, Answer, Script, ok, problem, training

TOPIC = Topic("following", "Following a training")
ENDING = Topic("ending", "How a training ends, and its version")

RUNNING = ok(training("processing", "step 1\n"))
ENDED = ok(training("succeeded", "step 1\nstep 2\n", output=DONE))
PREVIOUS = "a" * 64


@TOPIC.scene("An outage that passes")
def outage(stage: Stage) -> None:
    answers: list[Answer] = [problem(503, detail="down")] * 3
    stage.log(started().on(LOOK, RUNNING, *answers, stage.later(600, ENDED)))


@TOPIC.scene("Replicate refuses to say how the training is")
def contact(stage: Stage) -> None:
    script = started().on(LOOK, RUNNING).always(LOOK, problem(404, detail="Not found"))
    stage.run(script)


@TOPIC.scene("A status that nobody knows")
def odd_status(stage: Stage) -> None:
    stage.log(started().on(LOOK, ok(training("pondering")), ENDED))


@TOPIC.scene("A defect of the action while it polls")
def defect(stage: Stage) -> None:
    stage.log(started().on(LOOK, RUNNING, ZeroDivisionError("oops"), ENDED))


@TOPIC.scene("The training's log cannot be shown")
def no_log(stage: Stage) -> None:
    def broken(*_: Any, **__: Any) -> list[str]:
        raise ZeroDivisionError("oops")

    stage.patch.setattr("replicate_train.training.remote_log.RemoteLog.lines", broken)
    stage.log(started().on(LOOK, ENDED))


@TOPIC.scene("A training that waits in the queue, and one that says how far it is")
def progress(stage: Stage) -> None:
    waiting, first = (
        ok(training("starting", "")),
        "train:  10%|#  | 100/1000 [01:23<11:07, loss: 0.5]",
    )
    second = "train:  50%|##### | 500/1000 [06:52<06:52,  1.21it/s, lr: 4.0e-04 loss: 2.865e-01]"
    stage.log(
        started().on(
            LOOK,
            stage.later(300, waiting),
            stage.later(10, ok(training("processing", "Loading\n"))),
            stage.later(120, ok(training("processing", f"Loading\n\r{first}\r{second}\r\r"))),
            stage.later(120, ENDED),
        )
    )


@TOPIC.scene("Colours, control characters and an overlong line in the training's log")
def control_characters(stage: Stage) -> None:
    logs = f"\x1b[31mred\x1b[0m \x1b[2K ##[endgroup] ::error::x\n{'x' * 11_000}\n"
    done = stage.log(started().on(LOOK, ok(training("succeeded", logs, output=DONE))))
    assert "\x1b[31mred\x1b[0m" in done.log


@TOPIC.scene("The numbers of the training's log cannot be read, with step debugging")
def no_metrics(stage: Stage) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("oops")

    stage.patch.setattr("replicate_train.metrics.collector.Metrics.add", broken)
    lost = httpx.ReadError("broken pipe")
    stage.log(started().on(LOOK, lost, ENDED), RUNNER_DEBUG="1")


@TOPIC.scene("The numbers of a training's log as charts")
def numbers(stage: Stage) -> None:
    bars = [f"{step}/100 [00:01<00:01, 1it/s, loss={1 / step:.3f}]" for step in range(20, 101, 20)]
    rest = ["{'eval_loss': 0.5, 'epoch': 1.0}", "{'accuracy': nan, 'epoch': 1.0}"]
    for one in charts(Metrics.of("\n".join([*bars, *rest]))):
        stage.show("chart", one.split("\n"))


@TOPIC.scene("`logs-file` is removed while the training runs")
def log_removed(stage: Stage) -> None:
    def removed(_: httpx.Request) -> httpx.Response:
        (stage.workspace / "train.log").unlink()
        return ENDED

    stage.log(started().on(LOOK, removed), INPUTS | {"logs-file": "train.log"})


@TOPIC.scene("`logs-file` is on a full disk")
def log_full(stage: Stage) -> None:
    write = os.write

    def full(file: int, data: bytes) -> int:
        if bytes(data).startswith(b"step"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, data)

    stage.patch.setattr(os, "write", full)
    stage.log(started().on(LOOK, ENDED), INPUTS | {"logs-file": "train.log"})


@ENDING.scene("The training failed")
def failed(stage: Stage) -> None:
    end = training("failed", "step 1\nboom\n", error="CUDA out of memory")
    stage.run(started().on(LOOK, RUNNING, ok(end)))


ENDING.table(
    {
        "The training failed, and Replicate does not say why": training("failed"),
        "Another run or a person cancelled the training": training("canceled"),
        "The training was aborted": training("aborted"),
    },
    lambda stage, end: stage.check(started().on(LOOK, ok(end))),
)


def versions(*ids: str) -> httpx.Response:
    """Return the destination's versions, the new ones and the previous one."""
    made = [{"id": one, "created_at": "2026-11-01T10:05:00Z"} for one in ids]
    previous = {"id": PREVIOUS, "created_at": "2026-10-01T00:00:00Z"}
    return ok({"results": [*made, previous]})


def ended(version: object) -> Script:
    """Return a script whose training names a version."""
    return started().on(LOOK, ok(training("succeeded", output={"version": version})))


@ENDING.scene("The training succeeded, and there is no version")
def no_version(stage: Stage) -> None:
    stage.run(ended("latest").on("GET /models/you/m/versions", versions()))


@ENDING.scene("The training succeeded, and its output says nothing of a version")
def unsaid(stage: Stage) -> None:
    script = started().on(LOOK, ok(training("succeeded", output=None)))
    stage.check(script.on("GET /models/you/m/versions", versions()))


@ENDING.scene("The training succeeded, and another training may have made the version")
def rival(stage: Stage) -> None:
    script = ended(None).on("GET /models/you/m/versions", versions(NEW_VERSION))
    script.on(LIST, listed()).always(LIST, listed(other(id="tr9"), other()))
    stage.check(script)


@ENDING.scene("The training made a version of another model")
def elsewhere(stage: Stage) -> None:
    stage.check(ended(f"you/other:{NEW_VERSION}"))


@ENDING.scene("The README cannot be updated")
def readme(stage: Stage) -> None:
    stage.write({"CARD.md": "# My photos"})
    script = ended(f"you/m:{NEW_VERSION}").on("PATCH /models/you/m", problem(403, detail="no"))
    stage.log(script, INPUTS | {"readme": "CARD.md"})


WAIT = {"mode": "wait", "training-id": "tr1"}


@ENDING.scene("mode: wait, and the training is for another model")
def wait_other(stage: Stage) -> None:
    script = Script().on(LOOK, ok(training("processing", destination="you/other")))
    stage.check(script, WAIT | {"model-name": "m"})


@ENDING.scene("mode: wait, and nothing names the destination")
def wait_unnamed(stage: Stage) -> None:
    script = Script().on(LOOK, ok(training("succeeded", output={"version": NEW_VERSION})))
    stage.check(script, WAIT)
