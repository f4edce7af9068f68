"""From a plan to a training: what is created, uploaded and started."""

from dataclasses import dataclass, replace

from replicate_train.context import Context
from replicate_train.dataset.upload import Upload
from replicate_train.destination.ensure import Destination, ensure
from replicate_train.destination.state import DestinationState
from replicate_train.plan.plan import Plan
from replicate_train.replicate.schemas import Training, Version
from replicate_train.report.progress import Progress
from replicate_train.training.find import recent
from replicate_train.training.guard import TrainingGuard
from replicate_train.training.pending_start import PendingStart
from replicate_train.training.reuse import find_existing
from replicate_train.training.start import Started, Starter
from replicate_train.training.twins import TwinWatch


@dataclass(frozen=True)
class Launched:
    """A training that does what was planned, into a destination.

    `reused`: it existed before. `certain`: it surely is for this destination. `twins` watches for a
    second training where the start was sent twice; `pending` finds what the start made. `in_vain`
    are ids of trainings that were followed before and came to nothing.
    """

    plan: Plan
    into: Destination
    training: Training
    reused: bool = False
    certain: bool = True
    twins: TwinWatch | None = None
    pending: PendingStart | None = None
    in_vain: frozenset[str] = frozenset()

    @property
    def own(self) -> bool:
        """Whether this step surely started it."""
        return self.certain and not self.reused

    @property
    def previous(self) -> Version | None:
        """The destination's latest version before the training's; None where that is not known."""
        found = self.plan.found
        return None if found and found.training.ended else self.into.model.latest_version


@dataclass(frozen=True)
class Launch:
    """Carries a plan out. Each method raises an `ActionError` where that cannot be done."""

    context: Context
    guard: TrainingGuard
    progress: Progress

    def destination(self, state: DestinationState) -> Destination:
        """Make sure that the destination exists."""
        destination = ensure(state, self.context.inputs, self.context.replicate)
        self.progress.destination(destination)
        return destination

    def launch(self, plan: Plan) -> Launched:
        """Follow the training that the plan found, or start one."""
        return self._launch(plan, self.destination(plan.destination))

    def launch_again(self, launched: Launched) -> Launched:
        """Launch again where another run's training, which was followed, came to nothing.

        Where it was followed because an own start was not confirmed, a training that may be the own
        one is followed first, then one that `reuse` asks for. Else an own one is started. The list
        may lag and show what has ended as still running.
        """
        existing = recent(self.context.replicate.trainings())
        in_vain = launched.in_vain | {launched.training.id}
        if pending := launched.pending:
            for training in pending.among(existing):
                if training.ended or training.id in in_vain:
                    continue
                self.guard.disown()
                self.guard.adopt(training, own=False)
                self.progress.started(Started(training, pending, confirmed=False, certain=False))
                return replace(launched, training=training, in_vain=in_vain)
        reuse, replicate = self.context.inputs.reuse, self.context.replicate
        found = find_existing(launched.plan.request, reuse, existing, replicate, in_vain)
        self.guard.disown()
        plan = replace(launched.plan, found=found, existing=existing)
        again = self._launch(plan, launched.into)
        return replace(again, in_vain=in_vain, pending=again.pending or launched.pending)

    def _launch(self, plan: Plan, into: Destination) -> Launched:
        if plan.found:
            self.progress.plan(plan)
            self.guard.adopt(plan.found.training, own=plan.found.own)
            self.progress.following(plan.found, plan.request)
            return Launched(plan, into, plan.found.training, reused=True)
        return self._start(self._with_dataset(plan), into)

    def _with_dataset(self, plan: Plan) -> Plan:
        """Bring the dataset to where the trainer can read it; return the plan with it."""
        dataset, hosted, request = plan.prepared.dataset, plan.hosted, plan.request
        if dataset is None:
            return plan
        uploads = dataset.needs_upload and hosted is None
        if not dataset.needs_upload:
            hosted = dataset
        elif hosted is None:
            upload = Upload(self.context.replicate, self.context.runner, self.context.clock)
            hosted = upload.upload(dataset, request.upload_metadata)
        self.progress.dataset(plan.prepared, hosted, request.dataset_input, uploaded=uploads)
        return replace(plan, request=request.with_dataset(hosted, uploaded=uploads))

    def _start(self, plan: Plan, into: Destination) -> Launched:
        self.progress.plan(plan)
        request = plan.request
        pending = request.pending(plan.existing)
        started = Starter(self.context, self.guard, request, pending).start()
        self.progress.started(started)
        twins = None
        if started.resent:
            twins = TwinWatch(self.context, self.guard, started.pending)
        return Launched(
            plan,
            into,
            started.training,
            certain=started.certain,
            twins=twins,
            pending=started.pending,
        )
