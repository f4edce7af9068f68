"""What the judge asks about runs and trainings: who made which, who followed it, who may know."""

import re
from collections.abc import Iterator

from support.simulated import titles
from support.simulated.jobs import Job, Run
from support.simulated.network import Sent
from support.simulated.state import Service, Training

TERMINAL = {"succeeded", "failed", "canceled", "aborted"}
NAMES_NO_FILE = "example.com"


def name(run: Run) -> str:
    """Return a run's name in a breach."""
    return f"{run.plan.name} {run.number}"


def kinds(run: Run) -> list[str]:
    """Return what the titles of a run's errors say, in short."""
    return [titles.kind(_title(error.properties)) for error in run.errors]


def timeout(run: Run) -> float:
    """Return the input `timeout` in seconds."""
    return float(run.plan.inputs["timeout"].removesuffix("s"))


def last_moment(run: Run) -> float:
    """Return when the last of a run's processes ended."""
    return max(run.ended, run.post_ended)


def made_by(run: Run, service: Service) -> list[Training]:
    """Return the trainings that an attempt's own starts made, in the order of their sending."""
    mine = [training for training in service.trainings if training.by == run.by]
    return sorted(mine, key=lambda training: training.sent)


def followed(run: Run, service: Service) -> Training | None:
    """Return the training that a run followed last, as its outputs say; None for none."""
    return service.training(run.outputs.get("training-id", ""))


def training_of(sent: Sent) -> str:
    """Return the id of the training that a request looked at, or nothing."""
    found = re.fullmatch(r"GET /trainings/(\w+)", sent.asked)
    return found[1] if found else ""


def cancels_of(sent: list[Sent], training_id: str) -> list[Sent]:
    """Return the cancels of one training among requests."""
    return [one for one in sent if one.asked == f"POST /trainings/{training_id}/cancel"]


def own_upload(training: Training, service: Service) -> bool:
    """Tell whether the attempt that made a training had uploaded its dataset for it."""
    address = str(training.input.get("train_data", ""))
    return service.uploaded_by.get(address.rpartition("/")[2]) == training.by


def surely_its_own(run: Run, training: Training, service: Service) -> bool:
    """Tell whether a run can know for sure that a training is its workflow run's.

    Its upload says so, or the answer to its start. But a run that is killed at the very moment at
    which that answer arrives, in a line before the id is saved, takes it with it: nothing that a
    process does can come before it has read the answer. Whoever reads what the run saved, sees a
    training that may be another run's.
    """
    if own_upload(training, service) and training.by[0] == run.plan.name:
        return True
    if training.by != run.by or training.id not in service.confirmed:
        return False
    killed_at_once = run.status is None and run.ended <= service.confirmed[training.id]
    return not killed_at_once or "training-id" in run.state


def look_before(training: Training, service: Service) -> float | None:
    """Return when its maker last looked at the list before it sent the start; None for never."""
    before = [at for at, by in service.looks if by == training.by and at <= training.sent]
    return max(before, default=None)


def saw_the_end(run: Run, training: Training) -> bool:
    """Tell whether a run was told that a training had ended."""
    if run.outputs.get("status") in TERMINAL:
        return True
    about = f"/trainings/{training.id}"
    return any(
        sent.answered and about in sent.asked and not training.alive(sent.ended)
        for sent in run.requests
    )


def named(run: Run, training: Training) -> bool:
    """Tell whether a run's log, or its post step's, names a training, or where all are seen."""
    log = run.log + run.post_log
    return training.id in re.findall(r"\btr\d+\b", log) or (
        training.by == run.by and "https://replicate.com/trainings" in log
    )


def runs(jobs: list[Job]) -> Iterator[Run]:
    """Yield every attempt of every job."""
    for job in jobs:
        yield from job.runs


def _title(properties: str) -> str:
    return properties.rpartition("title=")[2]
