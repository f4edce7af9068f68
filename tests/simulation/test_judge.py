"""The judge itself: stories told by hand, and the rule that each of them breaks, or none."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from support.simulated import truth
from support.simulated.disk import Disk, Spell
from support.simulated.jobs import Job, Run
from support.simulated.network import Sent
from support.simulated.schedule import Attempt, Plan, Schedule
from support.simulated.service import answer
from support.simulated.state import Habits, Service, Training

INPUTS = {
    "model-name": "you/m",
    "mode": "train",
    "reuse": "running",
    "timeout": "500s",
    "on-cancel": "cancel",
    "on-timeout": "cancel",
}
LIST = "GET /trainings"
URL = "https://api.replicate.com/v1/files/file0"


def error(title: str, text: str = "") -> str:
    return f"::error title={title}::{text}\n"


def sent(at: float, asked: str, came: str = "200", *, answered: bool = True) -> Sent:
    return Sent(at, at + 0.1, asked, came, "", answered)


@dataclass
class Story:
    """A job whose only attempt has started `tr0` at 10, and followed it to its version at 75.

    `sibling` is another workflow run's job, which has made none of its own.
    """

    habits: Habits = field(default_factory=Habits)
    rate: float = 0.0
    inputs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.service = Service(self.habits, answer)
        self.service.uploaded_by["file0"] = ("job", 0)
        self.service.looks.append((8.0, ("job", 0)))
        self.job, self.sibling = self._job("job"), self._job("sibling")
        self.sibling.runs.clear()
        self.first = self.starts("tr0", 10.0)
        self.run = self.job.runs[0]
        self.run.requests = [sent(9.9, "POST /models/x/trainings", "201")]
        self.run.requests += [sent(at, "GET /trainings/tr0") for at in (20.0, 76.0)]
        self.run.outputs = {"training-id": "tr0", "status": "succeeded"}
        self.run.outputs["version-id"] = self.first.version_id
        self.run.status, self.run.ended = 0, 80.0

    def _job(self, name: str) -> Job:
        plan = Plan(name, name, 0.0, INPUTS | self.inputs, (Attempt(),))
        job = Job(plan, self.service, Path(), random.Random(0), self.rate)
        job.runs.append(Run(plan, 0, Attempt(), last=True, began=0.0))
        return job

    def starts(self, name: str, at: float, by: tuple[str, int] = ("job", 0)) -> Training:
        made = Training(name, by, at, "you/m", {"train_data": URL}, self.habits, at - 0.1)
        self.service.trainings.append(made)
        self.service.confirmed[name] = at + 0.1
        return made

    def fails(self, title: str, at: float, **outputs: str) -> None:
        self.run.status, self.run.ended = 1, at
        self.run.outputs = {"training-id": "tr0", "status": "processing", **outputs}
        self.run.requests = [one for one in self.run.requests if one.ended <= at]
        self.run.log = error(title) if title else ""

    def cancels(self, at: float, name: str = "tr0", *, effect: bool = True) -> None:
        asked = f"POST /trainings/{name}/cancel"
        self.run.requests.append(sent(at, asked, "200" if effect else "404", answered=effect))
        if effect:
            self.service.cancels.append((at, name, self.run.by))
            found = self.service.training(name)
            assert found
            found.cancel(at)

    def breaks(self) -> set[str]:
        schedule = Schedule(0, self.habits, self.rate, (self.job.plan, self.sibling.plan))
        jobs = [self.job, self.sibling]
        found = truth.breaches(schedule, self.service, jobs, self.run.ended)
        return {breach.partition(": ")[0] for breach in found}


def signalled(it: Story, *, after: float = 0.5) -> None:
    it.fails("Workflow cancelled", 36.0)
    it.run.signalled_at, it.run.known_when_signalled = 30.0, True
    it.cancels(30.0 + after)


def timed_out(it: Story) -> None:
    it.fails("Training timed out", 520.0)
    it.cancels(510.0)


def twin(it: Story, *, cancelled: bool = False, looked: float = 12.0) -> None:
    it.first.made = 30.0  # it arrived late, and was sent first
    it.starts("tr1", 14.0)
    it.service.looks.append((looked, ("job", 0)))
    it.run.outputs |= {"training-id": "tr1", "version-id": it.service.trainings[1].version_id}
    it.run.ended = 900.0
    if cancelled:
        it.cancels(60.0)


def sibling_cancels(it: Story) -> None:
    it.service.cancels.append((90.0, "tr0", ("sibling", 0)))


def killed(it: Story, at: float, **state: str) -> None:
    """Kill it, with a dataset that others use, too; its post step names the training."""
    it.first.input["train_data"] = "https://example.com/data.jsonl"
    it.fails("", at)
    it.run.status, it.run.state, it.run.post_log = None, state, "tr0 was left running"


def own_after_foreign(it: Story) -> None:
    it.first.by = ("sibling", 0)
    it.first.canceled = 40.0
    it.fails("Training failed", 50.0, status="canceled")


STORIES: list[tuple[str, Story, Callable[[Story], object]]] = [
    ("", Story(), lambda _: None),
    ("", Story(Habits(run=4000)), signalled),
    ("", Story(Habits(run=4000)), timed_out),
    ("cancels promptly", Story(Habits(run=4000)), lambda it: signalled(it, after=1.5)),
    ("cancels none of another run", Story(), sibling_cancels),
    ("cancels with a reason", Story(Habits(run=4000)), lambda it: (
        it.fails("Replicate has a problem", 50.0), it.cancels(45.0))),
    ("leaves nothing running", Story(Habits(run=4000)), lambda it: it.fails("x", 50.0)),
    ("leaves nothing running", Story(Habits(run=4000), rate=0.3), lambda it: it.fails("x", 50.0)),
    ("", Story(Habits(run=4000)), lambda it: killed(it, 10.1)),
    ("leaves nothing running", Story(Habits(run=4000)), lambda it: killed(it, 10.2)),
    ("leaves nothing running", Story(Habits(run=4000)), lambda it: (
        killed(it, 10.1, **{"training-id": "tr0"}))),
    ("goes on following", Story(Habits(run=4000)), lambda it: it.fails("Lost contact", 50.0)),
    ("cancels again", Story(Habits(run=4000)), lambda it: (
        it.fails("Workflow cancelled", 36.0), setattr(it.run, "signalled_at", 30.0),
        it.cancels(30.2, effect=False))),
    ("", Story(rate=0.1), lambda it: twin(it, cancelled=True)),
    ("ends twins", Story(Habits(run=4000), rate=0.1), twin),
    ("starts once", Story(rate=0.1), lambda it: twin(it, cancelled=True, looked=9.0)),
    ("starts once", Story(), lambda it: (
        it.starts("tr1", 20.0), it.service.looks.append((15.0, ("job", 0))))),
    ("status is true", Story(), lambda it: setattr(it.run, "signalled_at", 79.0)),
    ("status is true", Story(Habits(ending="failed")), lambda _: None),
    ("version is its own", Story(), lambda it: it.run.outputs.update({"version-id": "a" * 64})),
    ("version is its own", Story(Habits(version_delay=20)), lambda _: None),
    ("version is its own", Story(), lambda it: it.run.outputs.pop("version-id")),
    ("reason is true", Story(), lambda it: it.fails("Bug in this action", 80.0)),
    ("reason is true", Story(), lambda it: it.fails("", 80.0)),
    ("reason is true", Story(), lambda it: it.fails("Training timed out", 80.0)),
    ("reason is true", Story(), lambda it: it.fails("Version not created", 80.0)),
    ("", Story(Habits(version="latest")), lambda it: (
        it.fails("Version not created", 80.0, status="succeeded"))),
    ("starts its own after another's", Story(Habits(run=4000)), own_after_foreign),
    ("is bounded", Story(), lambda it: setattr(it.run, "ended", 500 + 3100.5)),
    ("is bounded", Story(Habits(run=4000)), lambda it: (
        signalled(it), setattr(it.run, "ended", 41.0))),
    ("post step holds", Story(), lambda it: setattr(it.run, "post_broke", "ValueError: x")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "story", "happens"), STORIES)
def test_a_story_breaks_the_rule_that_it_is_about(
    rule: str, story: Story, happens: Callable[[Story], object]
) -> None:
    happens(story)
    broken = story.breaks()
    assert rule in broken if rule else not broken, broken


def test_a_training_that_is_refused_for_eleven_minutes_may_be_left() -> None:
    it = Story(Habits(run=4000, refusals=((77.0, 1e9),)), inputs={"timeout": "3000s"})
    it.fails("Lost contact with the training", 750.0)
    looks = [sent(at, "GET /trainings/tr0", "404", answered=False) for at in (80.0, 300.0, 749.0)]
    it.run.requests += looks
    it.run.log += "Training tr0 may go on\n"
    assert not it.breaks()
    it.run.requests[-3:] = [replace(looks[0], began=650.0, ended=650.1)]
    assert it.breaks() == {"goes on following"}


def test_outputs_are_read_from_the_log_while_their_file_is_full(tmp_path: Path) -> None:
    """What was set last counts, wherever it was set."""
    disk = Disk(
        tmp_path / "files", tmp_path / "logs" / "log", (Spell("OUTPUT", 10, 20),), began=0.0
    )

    def written(line: str) -> None:
        with disk.paths["OUTPUT"].open("a") as file:
            file.write(f"{line}\n")

    written("training-id=tr0")
    written("status=starting")
    disk.pass_time(10.0)
    with pytest.raises(OSError, match="No space"):
        written("status=lost")
    log = "output training-id=tr1\noutput version-id=abc\noutput status=processing\n"
    assert disk.outputs(log)["training-id"] == "tr1"
    disk.pass_time(30.0)
    written("status=succeeded")
    said = {"training-id": "tr1", "version-id": "abc", "status": "succeeded"}
    assert disk.outputs(log) == said
