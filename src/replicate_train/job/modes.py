"""The whole job, one method a mode.

What comes after the plan is imported after it: a user waits for the first words of the step.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from replicate_train.context import Context
from replicate_train.destination.state import read_state
from replicate_train.diagnostics.collector import Problems
from replicate_train.diagnostics.errors import ActionError, StoppedBySignal
from replicate_train.inputs.model import Inputs, Mode, Reuse
from replicate_train.inputs.user_files import open_files
from replicate_train.plan.planner import Planner
from replicate_train.report.optional import optional
from replicate_train.report.progress import Progress
from replicate_train.runner.signals import Stopped
from replicate_train.training.guard import TrainingGuard

if TYPE_CHECKING:
    from replicate_train.inputs.user_files import UserFiles
    from replicate_train.job.finish import Finish
    from replicate_train.job.launch import Launch
    from replicate_train.plan.plan import Plan
    from replicate_train.replicate.schemas import Training
    from replicate_train.training.follow import Follower
    from replicate_train.training.stopping import Stopping
    from replicate_train.training.twins import TwinWatch

_CAME_TO_NOTHING = frozenset({"canceled", "aborted"})


@dataclass(frozen=True)
class Job:
    """What a step does. Each mode's method raises an `ActionError` where it cannot be done."""

    context: Context
    progress: Progress

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
            raise self._stopped(stopped) from None
        finally:
            self.progress.now(self.guard.training)

    def plan(self) -> None:
        """Show what would be done, and do none of it."""
        plan = self._plan()
        from replicate_train.report import plan as plan_report
        from replicate_train.report.summary import planned as summaries

        self.progress.planned(plan.destination, plan.dataset_url, plan.request.dataset.sha256)
        self.context.runner.say("\n".join(plan_report.lines(plan, self.inputs)))
        with optional(self.context.runner, "job summary"):
            summary = summaries.planned(self.progress.record, plan, self.inputs)
            self.context.runner.summarise(summary)

    def create(self) -> None:
        """Make sure that the destination exists."""
        problems = Problems()
        state = read_state(self.inputs, self.context.replicate, problems)
        self.progress.warnings(problems.warnings)
        problems.raise_if_any()
        self.launch.destination(state)
        with optional(self.context.runner, "job summary"):
            from replicate_train.report.summary.planned import ready

            self.context.runner.summarise(ready(self.progress.record))

    def start(self) -> None:
        """Return as soon as the training exists."""
        launched = self.launch.launch(self._plan())
        if launched.twins:
            self.progress.now(launched.twins.look(launched.training))
        self.guard.release()
        with optional(self.context.runner, "job summary"):
            from replicate_train.report.summary.planned import started

            self.context.runner.summarise(started(self.progress.record))

    def wait(self) -> None:
        """Follow a training that exists, of this or another workflow."""
        from replicate_train.plan.waiting import waiting

        problems = Problems()
        try:
            plan = waiting(self.context, problems)
        finally:
            self.progress.warnings(problems.warnings)
        files = open_files(self.inputs, self.context.workspace, self.context.runner)
        with closing(files):
            self.guard.adopt(plan.training, own=True)  # who names it answers for it
            self.progress.waiting(plan.training)
            ended = self._follow(plan.training, files)
        self.finish.finish_waiting(ended, files.readme, plan.destination, plan.after)

    def train(self) -> None:
        """From the inputs to the version."""
        plan = self._plan()
        files = open_files(self.inputs, self.context.workspace, self.context.runner)
        with closing(files):
            launched = self.launch.launch(plan)
            ended = self._follow(launched.training, files, launched.twins)
            while not launched.own and ended.status in _CAME_TO_NOTHING:
                self.progress.followed_in_vain(ended)
                launched = self.launch.launch_again(launched)
                ended = self._follow(launched.training, files, launched.twins)
        self.finish.finish(ended, files.readme, launched)

    def _stopped(self, stop: Stopped) -> StoppedBySignal:
        """Do what `on-cancel` says; a version that was made stays."""
        if not self.progress.record.made:
            return self.stopping.stopped(stop)
        from replicate_train.job.promote import interrupted

        return interrupted(self.progress.record, stop)

    def _plan(self) -> Plan:
        """Make the plan, and say what is worth saying of it."""
        planner = Planner(self.context)
        try:
            plan = planner.plan()
        except ActionError:
            self.progress.warnings(planner.problems.warnings)
            raise
        self.progress.plan(plan)
        self.progress.trainer(plan.trainer)
        self.progress.warnings(plan.warnings)
        if self.inputs.reuse is Reuse.SUCCEEDED and self.inputs.mode is not Mode.PLAN:
            from replicate_train.report.plan import looked_back

            self.progress.reuse(looked_back(plan.existing))
        return plan

    def _follow(
        self, training: Training, files: UserFiles, twins: TwinWatch | None = None
    ) -> Training:
        from replicate_train.training.log_view import LogView

        view = LogView(self.context.runner, self.context.clock, files.log)
        self.progress.measuring(view.metrics)
        with self.context.runner.relaying():
            return self.follower.follow(training, view, twins)

    @property
    def inputs(self) -> Inputs:
        """What the workflow asks for."""
        return self.context.inputs

    @cached_property
    def guard(self) -> TrainingGuard:
        """What answers for the training, once there is one."""
        return TrainingGuard(self.context.runner, self.context.stop)

    @cached_property
    def stopping(self) -> Stopping:
        """What becomes of the training on a signal or a timeout."""
        from replicate_train.training.stopping import Stopping

        return Stopping(self.context, self.guard)

    @cached_property
    def follower(self) -> Follower:
        """What follows trainings, with one timeout for all of them."""
        from replicate_train.training.follow import Follower

        return Follower(self.context, self.guard, self.stopping)

    @property
    def launch(self) -> Launch:
        """What makes a training of a plan."""
        from replicate_train.job.launch import Launch

        return Launch(self.context, self.guard, self.progress)

    @property
    def finish(self) -> Finish:
        """What makes a verdict of a training."""
        from replicate_train.job.finish import Finish
        from replicate_train.report.results import Results

        results = Results(self.context.runner, self.progress.record)
        return Finish(self.context, self.guard, results)
