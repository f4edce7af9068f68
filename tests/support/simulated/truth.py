"""What must be so after a schedule, whatever happened in it; each breach is told in a line."""

import itertools
import re
from collections.abc import Iterator

from simulated.jobs import Job, Run
from simulated.schedule import Schedule
from simulated.state import Service, Training

_MAIN = 700.0 + 2400.0  # seconds beyond `timeout` that a step may take in the worst network
_POST = 2 * (120.0 + 90.0)
_PROMPT = 1.0  # seconds from a signal to the cancel


def breaches(schedule: Schedule, service: Service, jobs: list[Job], now: float) -> list[str]:
    """Return everything that is not as it must be."""
    service.catch_up(now)
    found: list[str] = []
    for job in jobs:
        found += _paid_once(job, service)
        for run in job.runs:
            found += _verdict(run, service)
            found += _reasons(run, service, schedule)
            found += _bounded(run)
            found += _prompt(run, service)
    found += _none_left(schedule, service, jobs, now)
    return found


def paid_twice(job: Job, service: Service) -> bool:
    """Tell whether a job started a training while another of its own ran, unasked."""
    return any(_paid_once(job, service))


def _paid_once(job: Job, service: Service) -> Iterator[str]:
    for run in job.runs:
        if len(_made_by(run, service)) > 1:
            yield f"{job.plan.name}: one attempt started more than one training"
    reuse = job.plan.inputs["reuse"]
    mine = [one for run in job.runs for one in _made_by(run, service)]
    for earlier, later in itertools.permutations(mine, 2):
        if reuse != "never" and earlier.made < later.made and earlier.alive(later.made):
            yield f"{job.plan.name}: {later.id} was started while {earlier.id} ran"
        ended = earlier.ended_at()
        known = service.habits.version != "missing" and earlier.status(ended) == "succeeded"
        if reuse == "succeeded" and known and later.made > ended + service.habits.lag:
            yield f"{job.plan.name}: {later.id} was started although {earlier.id} had succeeded"


def _verdict(run: Run, service: Service) -> Iterator[str]:
    """The exit status and the outputs say what is so."""
    name = f"{run.plan.name} {run.number}"
    training = service.training(run.outputs.get("training-id", ""))
    if run.status == 0 and run.signalled_at is not None:
        yield f"{name}: was stopped by a signal and ended with 0"
    if run.status == 0 and training is None:
        yield f"{name}: ended with 0, and training-id names none"
    if run.status == 0 and run.plan.inputs["mode"] == "train" and training:
        yield from _success(run, training, service)
    if run.status == 1 and run.signalled_at is None and "version-id" in run.outputs:
        yield f"{name}: failed, and names a version"
    said = run.outputs.get("status", "")
    final = training and said in {"succeeded", "failed", "canceled", "aborted"}
    if training and final and training.status(run.ended) != said:
        yield f"{name}: said {said}, and it is {training.status(run.ended)}"


def _success(run: Run, training: Training, service: Service) -> Iterator[str]:
    name, destination = f"{run.plan.name} {run.number}", run.plan.inputs["model-name"]
    if training.status(run.ended) != "succeeded":
        yield f"{name}: ended with 0, and {training.id} is {training.status(run.ended)}"
    right = [training]
    if _ambiguous(training, service):
        right = [one for one in service.trainings if one.input == training.input]
    versions = {one.version_id for one in right if one.destination == destination}
    if run.outputs.get("version-id") not in versions:
        yield f"{name}: the version is {run.outputs.get('version-id')!r}"


def _reasons(run: Run, service: Service, schedule: Schedule) -> Iterator[str]:
    """A step that failed gives one reason, and a true one."""
    name = f"{run.plan.name} {run.number}"
    if run.status != 1:
        return
    if len(run.errors) != 1 and not (run.signalled_at is not None and not run.errors):
        yield f"{name}: failed with {len(run.errors)} errors"
    for error in run.errors:
        title, text = error.properties, error.text
        training = service.training(run.outputs.get("training-id", ""))
        status = training.status(run.ended) if training else ""
        false = {
            "defect": True,
            "did not succeed": status not in {"failed", "canceled", "aborted"},
            "made no version": service.habits.version != "missing",
            "took too long": run.ended - run.began < _timeout(run),
            "Stopped by the workflow": run.signalled_at is None,
            "not known whether": not _troubled(schedule),
            "Replicate's API": not _troubled(schedule),
        }
        for words, untrue in false.items():
            if words in title and untrue:
                yield f"{name}: says {title!r}, which is not so: {text}"
        if "No training was started" in text and _made_by(run, service):
            yield f"{name}: says that no training was started: {text}"
        if "was cancelled." in text and status not in {"canceled", "aborted"}:
            yield f"{name}: says that it was cancelled, and it is {status}"


def _bounded(run: Run) -> Iterator[str]:
    name = f"{run.plan.name} {run.number}"
    if run.ended - run.began > _timeout(run) + _MAIN:
        yield f"{name}: took {run.ended - run.began:.0f} s"
    if run.post_seconds > _POST:
        yield f"{name}: its post step took {run.post_seconds:.0f} s"
    if run.signalled_at is not None and run.ended - run.signalled_at > 10.01:
        yield f"{name}: ended {run.ended - run.signalled_at:.1f} s after the signal"


def _prompt(run: Run, service: Service) -> Iterator[str]:
    """A signal leads to a cancel within a second, where the training is known."""
    at = run.signalled_at
    training = service.training(run.outputs.get("training-id", ""))
    if at is None or training is None or run.plan.inputs["on-cancel"] == "leave":
        return
    known = "training-settled" not in run.state and run.known_when_signalled
    asked = [line for line in run.requests if "/cancel" in line]
    if known and asked and float(asked[0].split()[0]) > at + _PROMPT:
        yield f"{run.plan.name} {run.number}: signal at {at:.2f}, first cancel: {asked[0]}"


def _none_left(schedule: Schedule, service: Service, jobs: list[Job], now: float) -> Iterator[str]:
    """Nothing is alive that nobody follows, but what was asked for, or could not be helped."""
    runs = [job.runs[-1] for job in jobs if job.runs]
    everything = [run for job in jobs for run in job.runs]
    for training in service.trainings:
        settling = service.habits.cancelling + 0.01
        if not training.alive(now + settling):
            continue
        holders = [run for run in everything if _holds(run, training)]
        if any(_asked_for(run) for run in holders) or _out_of_sight(training, everything):
            continue
        told = any(_named(run, training) for run in runs + holders)
        lost = any(run.by == training.by and not run.attempt.post for run in everything)
        helpless = lost or _troubled(schedule) or _ambiguous(training, service)
        if not (told and helpless):
            yield f"{training.id} of {training.by} is left running ({told=}, {helpless=})"


def left_running(service: Service, jobs: list[Job], now: float) -> int:
    """Count what is alive at the end and was not asked to be."""
    everything = [run for job in jobs for run in job.runs]
    return sum(
        training.alive(now + service.habits.cancelling + 0.01)
        and not any(_asked_for(run) for run in everything if _holds(run, training))
        for training in service.trainings
    )


def _out_of_sight(training: Training, everything: list[Run]) -> bool:
    """Tell whether a training was lost with its runner and its post step, for good.

    No later attempt came to look for it, or it was told never to look.
    """
    for maker in everything:
        if maker.by == training.by and maker.status != 0 and not maker.attempt.post:
            later = [it for it in everything if it.plan is maker.plan and it.number > maker.number]
            return maker.plan.inputs["reuse"] == "never" or not any(
                "training-id" in run.outputs for run in later
            )
    return False


def _holds(run: Run, training: Training) -> bool:
    return training.by == run.by or run.outputs.get("training-id") == training.id


def _asked_for(run: Run) -> bool:
    inputs = run.plan.inputs
    if inputs["mode"] == "start" and run.state.get("training-settled") == "left":
        return True
    timed_out = any("took too long" in error.properties for error in run.errors)
    if timed_out and inputs["on-timeout"] == "leave":
        return True
    return inputs["on-cancel"] == "leave" and run.status != 0 and not timed_out


def _named(run: Run, training: Training) -> bool:
    log = run.log + run.post_log
    return training.id in re.findall(r"\btr\d+\b", log) or (
        training.by == run.by and "https://replicate.com/trainings" in log
    )


def _ambiguous(training: Training, service: Service) -> bool:
    """Another start with the very same plain URL, at the same time: they cannot be told apart."""
    return "example.com" in str(training.input) and any(
        other.by[0] != training.by[0] and other.input == training.input
        for other in service.trainings
    )


def _made_by(run: Run, service: Service) -> list[Training]:
    return [training for training in service.trainings if training.by == run.by]


def _troubled(schedule: Schedule) -> bool:
    return bool(schedule.rate or schedule.habits.outages)


def _timeout(run: Run) -> float:
    return float(run.plan.inputs["timeout"].removesuffix("s"))
