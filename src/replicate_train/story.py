"""The whole job, told once for each mode."""

from dataclasses import dataclass
from functools import cached_property

from replicate_train import links, plan_report
from replicate_train.beginning import Beginning
from replicate_train.clock import Clock
from replicate_train.custody import Custody
from replicate_train.dataset.delivery import Delivery
from replicate_train.destination.standing import survey
from replicate_train.ending import Ending
from replicate_train.errors import ActionError
from replicate_train.following import Follower
from replicate_train.github.releases import Github
from replicate_train.input_reading import Reading
from replicate_train.inputs import Inputs, Mode
from replicate_train.plan import Plan
from replicate_train.planning import Planner
from replicate_train.problems import Problems
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.shapes import Training
from replicate_train.runner import Runner
from replicate_train.signals import Stopped, StopSignals
from replicate_train.telling import Telling
from replicate_train.trainer import Trainer
from replicate_train.user_files import UserFiles, open_files
from replicate_train.workspace import Workspace


@dataclass(frozen=True)
class Story:
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
            raise self.custody.stopped(stopped) from None

    def plan(self) -> None:
        """Show what would be done, and do none of it."""
        plan = self._plan()
        self.telling.planned(plan.standing, plan.dataset_url, plan.work.dataset_sha256)
        self.runner.say("\n".join(plan_report.lines(plan, self.inputs)))
        self.runner.summarise(plan_report.summary(plan, self.inputs))

    def create(self) -> None:
        """Make sure that the destination exists."""
        problems = Problems()
        standing = survey(self.inputs, self.replicate, problems)
        self.telling.warnings(problems.warnings)
        problems.raise_if_any()
        destination = self.beginning.destination(standing)
        self.telling.summary("The destination exists", model=destination.page)

    def start(self) -> None:
        """Return as soon as the training exists."""
        begun = self.beginning.begin(self._plan())
        self.custody.leave()
        page = links.training_page(begun.training)
        done = "taken up" if begun.taken_up else "started"
        self.telling.summary(f"A training was {done}", model=begun.into.page, training=page)

    def wait(self) -> None:
        """Follow a training that exists, of this or another workflow."""
        files = open_files(self.inputs, self.workspace)
        training = self.replicate.training(self.inputs.training_id)
        self.custody.take(training)
        self.telling.training(training, reused=True)
        self.ending.finish(self._follow(training, files), files.readme)

    def train(self) -> None:
        """From the inputs to the version."""
        plan = self._plan()
        files = open_files(self.inputs, self.workspace)
        begun = self.beginning.begin(plan)
        self.ending.finish(self._follow(begun.training, files), files.readme, begun)

    def _plan(self) -> Plan:
        planner = Planner(
            self.reading, self.trainer, self.runner, self.workspace, self.replicate, self.github
        )
        return planner.plan()

    def _follow(self, training: Training, files: UserFiles) -> Training:
        inputs = self.inputs
        follower = Follower(self.replicate, self.runner, self.clock, self.custody)
        with self.runner.relaying():
            return follower.follow(training, inputs.max_poll_interval, inputs.timeout, files.log)

    @property
    def inputs(self) -> Inputs:
        """What the workflow asks for."""
        return self.reading.inputs

    @cached_property
    def custody(self) -> Custody:
        """What answers for the training, once there is one."""
        fates = {"on_cancel": self.inputs.on_cancel, "on_timeout": self.inputs.on_timeout}
        return Custody(self.replicate, self.runner, self.clock, self.stop, **fates)

    @property
    def telling(self) -> Telling:
        """The words and outputs of each act."""
        return Telling(self.runner)

    @property
    def beginning(self) -> Beginning:
        """What makes a training of a plan."""
        return Beginning(
            self.inputs,
            self.replicate,
            self.clock,
            self.custody,
            self.stop,
            Delivery(self.replicate, self.runner, self.clock),
            self.telling,
        )

    @property
    def ending(self) -> Ending:
        """What makes a verdict of a training."""
        return Ending(self.inputs, self.runner, self.replicate, self.custody, self.telling)
