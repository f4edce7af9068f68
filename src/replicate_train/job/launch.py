"""From a plan to a training that does the work: what is created, uploaded and started."""

from dataclasses import dataclass

from replicate_train.clock import Clock
from replicate_train.dataset.packed import Packed
from replicate_train.dataset.upload import Delivery
from replicate_train.destination.ensure import Destination, ensure
from replicate_train.destination.state import DestinationState
from replicate_train.inputs.model import Inputs
from replicate_train.plan.plan import Plan
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.schemas import Training
from replicate_train.report.progress import Progress
from replicate_train.runner.signals import StopSignals
from replicate_train.training.guard import TrainingGuard
from replicate_train.training.request import TrainingRequest
from replicate_train.training.start import Starter


@dataclass(frozen=True)
class Launched:
    """A training that does what was planned, into a destination.

    `taken_up`: it was there before. `certain`: it surely is this step's own.
    """

    plan: Plan
    into: Destination
    training: Training
    taken_up: bool = False
    certain: bool = False


@dataclass(frozen=True)
class Launch:
    """Carries a plan out. Each method raises an `ActionError` where that cannot be done."""

    inputs: Inputs
    replicate: Replicate
    clock: Clock
    guard: TrainingGuard
    stop: StopSignals
    delivery: Delivery
    progress: Progress

    def destination(self, standing: DestinationState) -> Destination:
        """Make sure that the destination exists."""
        destination = ensure(standing, self.inputs, self.replicate)
        self.progress.destination(destination)
        return destination

    def begin(self, plan: Plan) -> Launched:
        """Take up the training that the plan found, or start one."""
        into = self.destination(plan.standing)
        if plan.found:
            self.guard.take(plan.found.training)
            self.progress.taken_up(plan.found, plan.work)
            return Launched(plan, into, plan.found.training, taken_up=True)
        return self._start(self._with_dataset(plan), plan, into)

    def _with_dataset(self, plan: Plan) -> TrainingRequest:
        """Bring the dataset to where the trainer finds it, and return the work with it."""
        dataset, hosted, work = plan.prepared.dataset, plan.hosted, plan.work
        if dataset is None:
            return work
        uploads = isinstance(dataset, Packed) and hosted is None
        if isinstance(dataset, Packed):
            hosted = hosted or self.delivery.deliver(dataset, work.marks)
        else:
            hosted = dataset
        self.progress.dataset(plan.prepared, hosted, work.dataset_input, uploaded=uploads)
        return work.with_dataset(hosted, uploaded=uploads)

    def _start(self, work: TrainingRequest, plan: Plan, into: Destination) -> Launched:
        starter = Starter(
            self.replicate,
            self.clock,
            self.guard,
            self.stop,
            work=work,
            expected=work.expected(plan.existing),
        )
        started = starter.start(self.inputs)
        self.progress.started(started)
        return Launched(plan, into, started.training, certain=not started.perhaps_a_siblings)
