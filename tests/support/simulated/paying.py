"""Rules about money: what is started twice, and what is left running."""

import itertools
from collections.abc import Iterator

from support.simulated.facts import (
    cancels_of,
    followed,
    kinds,
    last_moment,
    look_before,
    made_by,
    named,
    own_upload,
    runs,
    surely_its_own,
)
from support.simulated.jobs import Job, Run
from support.simulated.schedule import Schedule
from support.simulated.state import Service, Training

_TWIN = 660.0  # seconds that a twin may be paid for
_LOOKS, _TRIP = 30.0, 2.0  # seconds that a post step looks for what was started; of one look
_GRACE = 30.0  # seconds to see it in the list, to cancel it, to say so


def started_once(job: Job, service: Service) -> Iterator[str]:
    """A start is sent again only after a look that does not show its training.

    What counts is the last look before: a training that the list showed by then, alive or as a
    success that may be reused, must be followed or taken.
    """
    mine = [one for run in job.runs for one in made_by(run, service)]
    reuse = job.plan.inputs["reuse"]
    for earlier, later in itertools.permutations(mine, 2):
        same_attempt = earlier.by == later.by
        if earlier.sent >= later.sent or (reuse == "never" and not same_attempt):
            continue
        looked = look_before(later, service)
        if looked is None or (same_attempt and looked < earlier.sent):
            yield f"{job.plan.name}: {later.id} was started after {earlier.id} without a look"
        elif not (same_attempt or _recognisable(earlier, service)):
            continue
        elif _seen_alive(earlier, looked) and earlier.alive(later.sent):
            yield f"{job.plan.name}: {later.id} was started while {earlier.id} could be seen"
        elif reuse == "succeeded" and not same_attempt and _seen_done(earlier, looked):
            yield f"{job.plan.name}: {later.id} was started although {earlier.id} had succeeded"


def _recognisable(training: Training, service: Service) -> bool:
    """Tell whether a later attempt can know where a training goes, by what Replicate shows."""
    return own_upload(training, service) or service.habits.destination == "shown"


def twins(run: Run, service: Service) -> Iterator[str]:
    """Of two trainings of one attempt, the one that nobody follows is cancelled, or named."""
    made = made_by(run, service)
    kept = followed(run, service)
    for twin in made:
        others = [one for one in made if one is not twin and _overlap(one, twin)]
        visible = twin.made + service.habits.lag + _GRACE
        end = last_moment(run)
        if twin is kept or not others or visible > end or not _could_act(run):
            continue
        if not twin.alive(min(visible + _TWIN, end)):
            continue
        tried = cancels_of([*run.requests, *run.post_requests], twin.id)
        if not own_upload(twin, service) and not named(run, twin):
            yield f"{run.plan.name} {run.number}: does not name {twin.id}, made by its other start"
        elif own_upload(twin, service) and not tried:
            yield f"{run.plan.name} {run.number}: pays for {twin.id}, made by its other start"


def none_left(schedule: Schedule, service: Service, jobs: list[Job], now: float) -> Iterator[str]:
    """Nothing is alive that nobody follows, but what was asked for, or could not be helped."""
    for training in service.trainings:
        if not training.alive(now + service.habits.cancelling + 0.01):
            continue
        holders = [run for run in runs(jobs) if _answers_for(run, training)]
        if any(_asked_for(run) for run in holders) or _out_of_reach(training, service, jobs):
            continue
        told = any(
            named(run, training) for run in [*holders, *(job.runs[-1] for job in jobs if job.runs)]
        )
        lost = any(run.by == training.by and not run.attempt.post for run in holders)
        known = any(surely_its_own(run, training, service) for run in holders)
        helpless = lost or schedule.troubled or not known
        if not (told and helpless):
            yield f"{training.id} of {training.by} is left running ({told=}, {helpless=})"


def paid_twice(job: Job, service: Service) -> bool:
    """Tell whether a job started a training while another of its own ran, unasked."""
    mine = [one for run in job.runs for one in made_by(run, service)]
    unasked = job.plan.inputs["reuse"] != "never"
    return any(
        (unasked or one.by == other.by) and _overlap(one, other)
        for one, other in itertools.combinations(mine, 2)
    )


def left_running(service: Service, jobs: list[Job], now: float) -> int:
    """Count what is alive at the end and was not asked to be."""
    return sum(
        training.alive(now + service.habits.cancelling + 0.01)
        and not any(_asked_for(run) for run in runs(jobs) if _answers_for(run, training))
        for training in service.trainings
    )


def twins_cancelled(service: Service, jobs: list[Job]) -> int:
    """Count the trainings of starts sent twice that were cancelled while the other went on."""
    made = [made_by(run, service) for run in runs(jobs)]
    return sum(
        one.canceled is not None and any(_overlap(one, other) for other in mine if other is not one)
        for mine in made
        for one in mine
    )


def _overlap(one: Training, other: Training) -> bool:
    return one.alive(other.made) if one.made <= other.made else other.alive(one.made)


def _seen_alive(training: Training, looked: float) -> bool:
    """Tell whether a list that was asked for at a moment showed the training, and alive."""
    return training.made + training.habits.lag <= looked and training.alive(looked)


def _seen_done(training: Training, looked: float) -> bool:
    habits = training.habits
    shown = looked - habits.lag
    return habits.version in {"full", "bare"} and training.version_stands(shown)


def _could_act(run: Run) -> bool:
    """Tell whether a run could look for a twin to its end: it was not broken into."""
    return run.status is not None and run.signalled_at is None


def _answers_for(run: Run, training: Training) -> bool:
    """Tell whether a run's workflow run made a training, and it is this one that held it."""
    if run.plan.name != training.by[0]:
        return False
    return training.by == run.by or run.outputs.get("training-id") == training.id


def _asked_for(run: Run) -> bool:
    inputs = run.plan.inputs
    if inputs["mode"] == "start" and run.status == 0:
        return True
    timed_out = "timed out" in kinds(run)
    if timed_out and inputs["on-timeout"] == "leave":
        return True
    return inputs["on-cancel"] == "leave" and run.status != 0 and not timed_out


def _out_of_reach(training: Training, service: Service, jobs: list[Job]) -> bool:
    """Tell whether nobody could know of a training, for good.

    It arrived when its maker's processes had ended, or its maker was lost with its post step or
    could save nothing for it; and no later attempt came to look for it, or it was told never to.
    """
    for maker in (run for run in runs(jobs) if run.by == training.by):
        shown = training.made + service.habits.lag + _TRIP
        late = training.id not in service.confirmed and shown > maker.ended + _LOOKS
        unsaved = any(spell.file == "STATE" for spell in maker.attempt.spells)
        lost = maker.status != 0 and (not maker.attempt.post or unsaved)
        later = [run for run in runs(jobs) if run.plan is maker.plan and run.number > maker.number]
        found = any(run.outputs.get("training-id") == training.id for run in later)
        if (late or lost) and not found:
            return True
    return False
