"""The whole job, told once for each mode."""

from dataclasses import dataclass
from functools import cached_property

from replicate_train.clock import Clock
from replicate_train.dataset.upload import Delivery
from replicate_train.destination.state import read_state
from replicate_train.diagnostics.collector import Problems
from replicate_train.diagnostics.errors import ActionError
from replicate_train.github.releases import Github
from replicate_train.inputs.model import Inputs, Mode
from replicate_train.inputs.read import Reading
from replicate_train.inputs.user_files import UserFiles, open_files
from replicate_train.job.finish import Finish
from replicate_train.job.launch import Launch
from replicate_train.plan import report
from replicate_train.plan.plan import Plan
from replicate_train.plan.planner import Planner
from replicate_train.replicate import links
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.schemas import Training
from replicate_train.report.progress import Progress
from replicate_train.runner.commands import Runner
from replicate_train.runner.signals import Stopped, StopSignals
from replicate_train.runner.workspace import Workspace
from replicate_train.trainer.trainer import Trainer
from replicate_train.training.follow import Follower
from replicate_train.training.guard import TrainingGuard


@dataclass(frozen=True)
class Job:
    """What a step does, over the ways to the outside that it is given.

    `trainer` is the trainer, or why there is none; None where the mode needs none, or the inputs
    name none. Each mode's method raises an `ActionError` where it cannot be done.
    """

    reading: Reading
    trainer: Trainer | ActionError | None
    runner: Runner
    workspace: Workspace
    replicate: Replicate
    clock: Clock
    stop: StopSignals
    github: Github

    def tell(self) -> None:
        """Do what the input `mode` says, until a signal ends it."""
        chapters = {
            Mode.PLAN: self.plan,
            Mode.CREATE: self.create,
            Mode.START: self.start,
            Mode.WAIT: self.wait,
            Mode.TRAIN: self.train,
        }
        try:
            chapters[self.inputs.mode]()
        except Stopped as stopped:
            raise self.guard.stopped(stopped) from None

    def plan(self) -> None:
        """Show what would be done, and do none of it."""
        plan = self._plan()
        self.progress.planned(plan.standing, plan.dataset_url, plan.work.dataset_sha256)
        self.runner.say("\n".join(report.lines(plan, self.inputs)))
        self.runner.summarise(report.summary(plan, self.inputs))

    def create(self) -> None:
        """Make sure that the destination exists."""
        problems = Problems()
        standing = read_state(self.inputs, self.replicate, problems)
        self.progress.warnings(problems.warnings)
        problems.raise_if_any()
        destination = self.beginning.destination(standing)
        self.progress.summary("The destination exists", model=destination.page)

    def start(self) -> None:
        """Return as soon as the training exists."""
        launched = self.beginning.begin(self._plan())
        self.guard.leave()
        page = links.training_page(launched.training)
        done = "taken up" if launched.taken_up else "started"
        self.progress.summary(f"A training was {done}", model=launched.into.page, training=page)

    def wait(self) -> None:
        """Follow a training that exists, of this or another workflow."""
        files = open_files(self.inputs, self.workspace, self.runner)
        training = self.replicate.training(self.inputs.training_id)
        self.guard.take(training)
        self.progress.training(training, reused=True)
        self.ending.finish(self._follow(training, files), files.readme)

    def train(self) -> None:
        """From the inputs to the version."""
        plan = self._plan()
        files = open_files(self.inputs, self.workspace, self.runner)
        launched = self.beginning.begin(plan)
        self.ending.finish(self._follow(launched.training, files), files.readme, launched)

    def _plan(self) -> Plan:
        planner = Planner(
            self.reading, self.trainer, self.runner, self.workspace, self.replicate, self.github
        )
        return planner.plan()

    def _follow(self, training: Training, files: UserFiles) -> Training:
        inputs = self.inputs
        follower = Follower(self.replicate, self.runner, self.clock, self.guard)
        try:
            with self.runner.relaying():
                return follower.follow(
                    training, inputs.max_poll_interval, inputs.timeout, files.log
                )
        finally:
            if files.log:
                files.log.close()

    @property
    def inputs(self) -> Inputs:
        """What the workflow asks for."""
        return self.reading.inputs

    @cached_property
    def guard(self) -> TrainingGuard:
        """What answers for the training, once there is one."""
        fates = {"on_cancel": self.inputs.on_cancel, "on_timeout": self.inputs.on_timeout}
        return TrainingGuard(self.replicate, self.runner, self.clock, self.stop, **fates)

    @property
    def progress(self) -> Progress:
        """The words and outputs of each act."""
        return Progress(self.runner)

    @property
    def beginning(self) -> Launch:
        """What makes a training of a plan."""
        return Launch(
            self.inputs,
            self.replicate,
            self.clock,
            self.guard,
            self.stop,
            Delivery(self.replicate, self.runner, self.clock),
            self.progress,
        )

    @property
    def ending(self) -> Finish:
        """What makes a verdict of a training."""
        return Finish(self.inputs, self.runner, self.replicate, self.guard, self.progress)
