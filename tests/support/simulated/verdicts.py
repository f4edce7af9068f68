"""Rules about what a run says: its exit status, its outputs, its error, and how long it took."""

import re
from collections.abc import Iterator

from support.simulated.facts import (
    TERMINAL,
    cancels_of,
    followed,
    kinds,
    made_by,
    name,
    saw_the_end,
    timeout,
    training_of,
)
from support.simulated.jobs import Run
from support.simulated.schedule import Schedule
from support.simulated.state import Service, Training

_MAIN = 700.0 + 2400.0  # seconds beyond `timeout` that a step may take in the worst network
_POST = 2 * (120.0 + 90.0)
_LISTENS = 10.01  # seconds from a signal until the runner no longer listens
_REFUSED = 640.0  # seconds of refusals after which a training may count as lost
_PASSING = {408, 425, 429}


def status(run: Run, service: Service) -> Iterator[str]:
    """The exit status and the outputs say what is so."""
    training = followed(run, service)
    if run.status == 0 and run.signalled_at is not None:
        yield f"{name(run)}: was stopped by a signal and ended with 0"
    if run.status == 0 and training is None:
        yield f"{name(run)}: ended with 0, and training-id names none"
    if run.status == 1 and run.signalled_at is None and "version-id" in run.outputs:
        yield f"{name(run)}: failed, and names a version"
    said = run.outputs.get("status", "")
    if training and said in TERMINAL and training.status(run.ended) != said:
        yield f"{name(run)}: said {said}, and it is {training.status(run.ended)}"


def version(run: Run, service: Service) -> Iterator[str]:
    """Exit 0 names the version that the training made, and that stands on the destination."""
    training = followed(run, service)
    if run.status != 0 or run.plan.inputs["mode"] != "train" or training is None:
        return
    if training.status(run.ended) != "succeeded":
        yield f"{name(run)}: ended with 0, and {training.id} is {training.status(run.ended)}"
    said = run.outputs.get("version-id")
    if training.destination != run.plan.inputs["model-name"]:
        yield f"{name(run)}: ended with 0, and {training.id} trained {training.destination}"
    elif said != training.version_id:
        yield f"{name(run)}: the version is {said!r}, and {training.id} made another"
    elif not training.version_stands(run.ended):
        yield f"{name(run)}: its version did not stand yet"


def reason(run: Run, service: Service, schedule: Schedule) -> Iterator[str]:
    """A step that failed gives one reason, and a true one."""
    if run.status != 1:
        return
    most = 2 if schedule.troubled and not made_by(run, service) else 1  # an outage, and a finding
    silent = run.signalled_at is not None and not run.errors
    if not (1 <= len(run.errors) <= most or silent):
        yield f"{name(run)}: failed with {len(run.errors)} errors"
    training = followed(run, service)
    stands = training.status(run.ended) if training else ""
    told = service.habits.version in {"full", "bare"} and not service.habits.oddity
    here = training and training.destination == run.plan.inputs["model-name"]
    false = {
        "defect": True,
        "ended": stands not in {"failed", "canceled", "aborted"},
        "no version": told,
        "elsewhere": told and here,
        "timed out": run.ended - run.began < timeout(run),
        "stopped": run.signalled_at is None,
        "unconfirmed": not schedule.troubled,
        "api": not schedule.troubled,
    }
    for kind, error in zip(kinds(run), run.errors, strict=True):
        if false.get(kind):
            what = f"{error.properties!r}, which is not so: {_first_line(error.text)}"
            yield f"{name(run)}: says {what}"
        yield from _words(run, error.text, service)


def goes_on(run: Run, service: Service) -> Iterator[str]:
    """Following goes on through whatever passes, until the timeout, or the loss of the training."""
    training = followed(run, service)
    fails = run.status == 1 and run.signalled_at is None and run.plan.inputs["mode"] == "train"
    if not fails or training is None or "training-id" not in run.outputs:
        return
    said = kinds(run)
    if "timed out" in said or ("lost" in said and _refused_for_long(run, training)):
        return
    if not saw_the_end(run, training):
        yield f"{name(run)}: gave {training.id} up: {[error.properties for error in run.errors]}"


def own_after_foreign(run: Run, service: Service) -> Iterator[str]:
    """A training that somebody else cancelled is no run's end: it follows another, or its own."""
    training = followed(run, service)
    fails = run.status == 1 and run.signalled_at is None and run.plan.inputs["mode"] == "train"
    if not fails or training is None or training.by == run.by or "ended" not in kinds(run):
        return
    mine = [*cancels_of(run.requests, training.id), *made_by(run, service)]
    if training.status(run.ended) in {"canceled", "aborted"} and not mine:
        yield f"{name(run)}: {training.id} of {training.by} was cancelled; it started none"


def bounded(run: Run) -> Iterator[str]:
    """No process takes longer than it may."""
    if run.ended - run.began > timeout(run) + _MAIN:
        yield f"{name(run)}: took {run.ended - run.began:.0f} s"
    if run.post_ended - run.post_began > _POST:
        yield f"{name(run)}: its post step took {run.post_ended - run.post_began:.0f} s"
    if run.signalled_at is not None and run.ended - run.signalled_at > _LISTENS:
        yield f"{name(run)}: ended {run.ended - run.signalled_at:.1f} s after the signal"


def post(run: Run) -> Iterator[str]:
    """The post step never breaks."""
    if run.post_broke:
        yield f"{name(run)}: its post step broke: {run.post_broke}"


def _words(run: Run, text: str, service: Service) -> Iterator[str]:
    if "No training was started" in text and made_by(run, service):
        yield f"{name(run)}: says that no training was started: {_first_line(text)}"
    for training_id in re.findall(r"raining (tr\d+) was cancell?ed\.", text):
        training = service.training(training_id)
        if training and training.status(run.ended) not in {"canceled", "aborted"}:
            yield f"{name(run)}: says that {training_id} was cancelled, and it was not"


def _refused_for_long(run: Run, training: Training) -> bool:
    """Tell whether a run's looks at a training were refused for long, and up to the end."""
    looks = [sent for sent in run.requests if training_of(sent) == training.id]
    since = max((sent.ended for sent in looks if sent.answered), default=run.began)
    refused = [
        sent
        for sent in looks
        if sent.began >= since and sent.came.isdigit() and _refusal(int(sent.came))
    ]
    return bool(refused) and run.ended - refused[0].ended >= _REFUSED


def _refusal(code: int) -> bool:
    return 300 <= code < 500 and code not in _PASSING


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
