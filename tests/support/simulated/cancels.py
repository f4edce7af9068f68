"""Rules about cancels: whose training, for which reason, how soon, and again after a failure."""

from collections.abc import Iterator

from support.simulated.facts import (
    cancels_of,
    followed,
    kinds,
    made_by,
    name,
    surely_its_own,
    timeout,
)
from support.simulated.jobs import Job, Run
from support.simulated.network import Sent
from support.simulated.state import Service, Training

_PROMPT = 1.0  # seconds from a signal to the cancel
_HURRY, _LEISURE = 8.0, 120.0  # seconds for a cancel: after a signal, and otherwise
_PAUSE = {_HURRY: 4.0, _LEISURE: 30.0}  # the longest between two tries
_WAIT_ASKED = ("408", "425", "429")  # answers after which the service decides when to ask again


def foreign(service: Service) -> Iterator[str]:
    """No run cancels a training that another workflow run made."""
    for at, training_id, by in service.cancels:
        training = service.training(training_id)
        if training and training.by[0] != by[0]:
            yield f"{by[0]} {by[1]}: cancelled {training_id} of {training.by} at {at:.2f}"


def with_reason(run: Run, job: Job, service: Service) -> Iterator[str]:
    """What a run followed is cancelled after a signal, a timeout or its death, or as a twin."""
    training = followed(run, service)
    if training is None or run.status is None or "defect" in kinds(run):
        return
    if any(spell.file == "STATE" for spell in run.attempt.spells):
        return  # the post step was not told that it was left
    asked = [*run.requests, *run.post_requests]
    from_when = _may_cancel_from(run)
    tried = [it for it in cancels_of(asked, training.id) if it.began < from_when]
    ends = training.made + training.habits.queue + training.habits.run
    sent = [it for it in tried if it.began < ends]  # else it changes nothing
    if sent and not _has_twin(training, job, service):
        yield f"{name(run)}: cancelled {training.id}, which it followed, at {sent[0].began:.2f}"


def prompt(run: Run, service: Service) -> Iterator[str]:
    """A signal leads to a cancel within a second, where the training is surely the run's own."""
    at, training = run.signalled_at, followed(run, service)
    if at is None or training is None or run.plan.inputs["on-cancel"] == "leave":
        return
    known = "training-settled" not in run.state and run.known_when_signalled
    asked = [it for it in cancels_of(run.requests, training.id) if it.ended >= at]
    sure = surely_its_own(run, training, service)
    if known and sure and asked and asked[0].began > at + _PROMPT:
        yield f"{name(run)}: signal at {at:.2f}, first cancel at {asked[0].began:.2f}"


def again(run: Run, service: Service) -> Iterator[str]:
    """A cancel that failed is sent again while its budget lasts."""
    budget = _LEISURE if run.signalled_at is None else _HURRY
    phases = [(run.requests, run.signalled_at, budget), (run.post_requests, None, _LEISURE)]
    for requests, since, seconds in phases:
        for training in service.trainings:
            tried = cancels_of(requests, training.id)
            if not tried or (requests is run.requests and run.status is None):
                continue
            begun = tried[0].began if since is None else since
            last, seen = tried[-1], requests[-1].ended  # it may have been seen to end since
            if _gave_up(last, begun + seconds - _PAUSE[seconds]) and training.alive(seen):
                yield f"{name(run)}: gave {training.id} up at {last.ended:.2f}: {last.came}"


def _gave_up(last: Sent, limit: float) -> bool:
    failed = not last.answered and last.came != "interrupted"
    return failed and last.came not in _WAIT_ASKED and last.ended < limit


def _may_cancel_from(run: Run) -> float:
    """Return from which moment on a run has a reason to cancel what it followed."""
    times_out = run.plan.inputs["on-timeout"] == "cancel"
    timed_out = run.began + timeout(run) if times_out else float("inf")
    signalled = float("inf") if run.signalled_at is None else run.signalled_at
    return min(timed_out, signalled)


def _has_twin(training: Training, job: Job, service: Service) -> bool:
    """Tell whether the same workflow run made another training that was alive at its time."""
    mine = [one for run in job.runs for one in made_by(run, service)]
    return any(
        one is not training and (one.alive(training.made) or training.alive(one.made))
        for one in mine
    )
