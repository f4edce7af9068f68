"""From a plan to a training that does the work: what is created, uploaded and started."""

from dataclasses import dataclass

from replicate_train.clock import Clock
from replicate_train.custody import Custody
from replicate_train.dataset.delivery import Delivery
from replicate_train.dataset.packed import Packed
from replicate_train.destination.settling import Destination, settle
from replicate_train.destination.standing import Standing
from replicate_train.inputs import Inputs
from replicate_train.plan import Plan
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.shapes import Training
from replicate_train.signals import StopSignals
from replicate_train.start import Starter
from replicate_train.telling import Telling
from replicate_train.work import Work


@dataclass(frozen=True)
class Begun:
    """A training that does what was planned, into a destination.

    `taken_up`: it was there before. `certain`: it surely is this step's own.
    """

    plan: Plan
    into: Destination
    training: Training
    taken_up: bool = False
    certain: bool = False


@dataclass(frozen=True)
class Beginning:
    """Carries a plan out. Each method raises an `ActionError` where that cannot be done."""

    inputs: Inputs
    replicate: Replicate
    clock: Clock
    custody: Custody
    stop: StopSignals
    delivery: Delivery
    telling: Telling

    def destination(self, standing: Standing) -> Destination:
        """Make sure that the destination exists."""
        destination = settle(standing, self.inputs, self.replicate)
        self.telling.destination(destination)
        return destination

    def begin(self, plan: Plan) -> Begun:
        """Take up the training that the plan found, or start one."""
        into = self.destination(plan.standing)
        if plan.found:
            self.custody.take(plan.found.training)
            self.telling.taken_up(plan.found, plan.work)
            return Begun(plan, into, plan.found.training, taken_up=True)
        return self._start(self._with_dataset(plan), plan, into)

    def _with_dataset(self, plan: Plan) -> Work:
        """Bring the dataset to where the trainer finds it, and return the work with it."""
        dataset, hosted, work = plan.prepared.dataset, plan.hosted, plan.work
        if dataset is None:
            return work
        uploads = isinstance(dataset, Packed) and hosted is None
        if isinstance(dataset, Packed):
            hosted = hosted or self.delivery.deliver(dataset, work.marks)
        else:
            hosted = dataset
        self.telling.dataset(plan.prepared, hosted, work.dataset_input, uploaded=uploads)
        return work.with_dataset(hosted, uploaded=uploads)

    def _start(self, work: Work, plan: Plan, into: Destination) -> Begun:
        starter = Starter(
            self.replicate,
            self.clock,
            self.custody,
            self.stop,
            work=work,
            expected=work.expected(plan.existing),
        )
        started = starter.start(self.inputs)
        self.telling.started(started)
        return Begun(plan, into, started.training, certain=not started.perhaps_a_siblings)
