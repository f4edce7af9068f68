"""The whole job, one method a mode."""

from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

from replicate_train.clock import Clock
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
from replicate_train.training.log_view import LogView
from replicate_train.training.stopping import Stopping
from replicate_train.training.twins import TwinWatch

_CAME_TO_NOTHING = frozenset({"canceled", "aborted"})


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
    run_name: str

    def run(self) -> None:
        """Do what the input `mode` says, until a signal ends it."""
        modes = {
            Mode.PLAN: self.plan,
            Mode.CREATE: self.create,
            Mode.START: self.start,
            Mode.WAIT: self.wait,
            Mode.TRAIN: self.train,
        }
        try:
            modes[self.inputs.mode]()
        except Stopped as stopped:
            raise self.stopping.stopped(stopped) from None

    def plan(self) -> None:
        """Show what would be done, and do none of it."""
        plan = self._plan()
        self.progress.planned(plan.destination, plan.dataset_url, plan.request.dataset.sha256)
        self.runner.say("\n".join(report.lines(plan, self.inputs)))
        self.runner.summarise(report.summary(plan, self.inputs))

    def create(self) -> None:
        """Make sure that the destination exists."""
        problems = Problems()
        state = read_state(self.inputs, self.replicate, problems)
        self.progress.warnings(problems.warnings)
        problems.raise_if_any()
        destination = self.launch.destination(state)
        self.progress.summary("Destination ready", model=destination.page)

    def start(self) -> None:
        """Return as soon as the training exists."""
        launched = self.launch.launch(self._plan())
        if launched.twins:
            launched.twins.look(launched.training)
        self.guard.release()
        title = "Training already running" if launched.reused else "Training started"
        page = links.training_page(launched.training)
        self.progress.summary(title, model=launched.into.page, training=page)

    def wait(self) -> None:
        """Follow a training that exists, of this or another workflow."""
        files = open_files(self.inputs, self.workspace, self.runner)
        training = self.replicate.training(self.inputs.training_id)
        destination = self.finish.destination_of(training)
        self.guard.adopt(training, own=True)  # who names it answers for it
        self.progress.training(training, reused=True)
        with closing(files):
            ended = self._follow(training, files)
        self.finish.finish_waiting(ended, files.readme, destination)

    def train(self) -> None:
        """From the inputs to the version."""
        plan = self._plan()
        files = open_files(self.inputs, self.workspace, self.runner)
        with closing(files):
            launched = self.launch.launch(plan)
            ended = self._follow(launched.training, files, launched.twins)
            if not launched.own and ended.status in _CAME_TO_NOTHING:
                self.progress.followed_in_vain(ended)
                launched = self.launch.launch_again(launched)
                ended = self._follow(launched.training, files, launched.twins)
        self.finish.finish(ended, files.readme, launched)

    def _plan(self) -> Plan:
        planner = Planner(
            self.reading,
            self.trainer,
            self.runner,
            self.workspace,
            self.replicate,
            self.github,
            self.run_name,
        )
        return planner.plan()

    def _follow(
        self, training: Training, files: UserFiles, twins: TwinWatch | None = None
    ) -> Training:
        view = LogView(self.runner, self.clock, files.log)
        with self.runner.relaying():
            return self.follower.follow(training, view, twins)

    @property
    def inputs(self) -> Inputs:
        """What the workflow asks for."""
        return self.reading.inputs

    @cached_property
    def guard(self) -> TrainingGuard:
        """What answers for the training, once there is one."""
        return TrainingGuard(self.runner, self.stop)

    @cached_property
    def stopping(self) -> Stopping:
        """What becomes of the training on a signal or a timeout."""
        choices = {"on_cancel": self.inputs.on_cancel, "on_timeout": self.inputs.on_timeout}
        return Stopping(self.guard, self.replicate, self.runner, self.clock, **choices)

    @cached_property
    def follower(self) -> Follower:
        """What follows trainings, with one timeout for all of them."""
        return Follower(
            self.replicate,
            self.runner,
            self.clock,
            self.guard,
            self.stopping,
            longest=self.inputs.max_poll_interval,
            timeout=self.inputs.timeout,
        )

    @property
    def progress(self) -> Progress:
        """The words and outputs of each step of the job."""
        return Progress(self.runner)

    @property
    def launch(self) -> Launch:
        """What makes a training of a plan."""
        return Launch(
            self.inputs,
            self.runner,
            self.replicate,
            self.clock,
            self.guard,
            self.stop,
            self.progress,
        )

    @property
    def finish(self) -> Finish:
        """What makes a verdict of a training."""
        return Finish(
            self.inputs, self.runner, self.replicate, self.clock, self.guard, self.progress
        )
