"""The whole job, told once for each mode."""

from dataclasses import dataclass
from typing import Any

from replicate_train import dataset_input, links, outcome, training_input
from replicate_train.clock import Clock
from replicate_train.custody import Custody
from replicate_train.dataset import prepared as dataset
from replicate_train.destination import Destination, ensure
from replicate_train.errors import MadeElsewhere
from replicate_train.following import Follower
from replicate_train.inputs import Inputs, Mode
from replicate_train.outcome import Made
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.shapes import Training
from replicate_train.reuse import earlier, recent
from replicate_train.runner import Runner
from replicate_train.signals import StopSignals
from replicate_train.start import Started, Starter
from replicate_train.telling import Telling
from replicate_train.trainer import Trainer, resolve
from replicate_train.user_files import UserFiles, open_files
from replicate_train.work import Work
from replicate_train.workspace import Workspace


@dataclass(frozen=True)
class Begun:
    """A training that does the work, into a destination.

    `taken_up`: it was there before. `certain`: it surely is this step's own.
    """

    into: Destination
    training: Training
    taken_up: bool = False
    certain: bool = False


@dataclass(frozen=True)
class Story:
    """What a step does, over the ways to the outside that it is given.

    Each mode's method raises an `ActionError` where it cannot be done.
    """

    inputs: Inputs
    runner: Runner
    workspace: Workspace
    replicate: Replicate
    clock: Clock
    follower: Follower
    custody: Custody
    stop: StopSignals

    @property
    def telling(self) -> Telling:
        """The words and outputs of each act."""
        return Telling(self.runner)

    def tell(self) -> None:
        """Do what the input `mode` says."""
        chapters = {
            Mode.CREATE: self.create,
            Mode.START: self.start,
            Mode.WAIT: self.wait,
            Mode.TRAIN: self.train,
        }
        chapters[self.inputs.mode]()

    def create(self) -> None:
        """Make sure that the destination exists."""
        destination = self._ensure_destination()
        self.telling.summary("The destination exists", model=destination.page)

    def start(self) -> None:
        """Return as soon as the training exists."""
        begun = self._begin()
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
        self._finish(self._follow(training, files), files)

    def train(self) -> None:
        """From the inputs to the version."""
        files = open_files(self.inputs, self.workspace)
        begun = self._begin()
        self._finish(self._follow(begun.training, files), files, begun)

    def _begin(self) -> Begun:
        """Find or start the training that does the work."""
        inputs = self.inputs
        given = training_input.read(
            self.workspace, inputs.training_input_file, inputs.training_input
        )
        with dataset.prepared(inputs.dataset, self.workspace) as prepared:
            trainer = self._resolve_trainer(given)
            field = ""
            if prepared:
                field = dataset_input.choose(trainer.schema, inputs.dataset_input, given)
                training_input.refuse_second_dataset(given, field)
            destination = self._ensure_destination()
            work = Work.planned(trainer, destination, given, field, prepared)
            existing = recent(self.replicate.trainings())
            found = earlier(work, inputs.reuse, existing, self.replicate)
            if found:
                self.custody.take(found.training)
                self.telling.taken_up(found, work)
                return Begun(destination, found.training, taken_up=True)
            if prepared:
                hosted = dataset.deliver(prepared, self.replicate, work.marks)
                self.telling.dataset(prepared, hosted, field)
                work = work.with_dataset(hosted)
        started = self._start(work, existing)
        return Begun(destination, started.training, certain=not started.perhaps_a_siblings)

    def _start(self, work: Work, existing: list[Training]) -> Started:
        starter = Starter(
            self.replicate,
            self.clock,
            self.custody,
            self.stop,
            work=work,
            expected=work.expected(existing),
        )
        started = starter.start(self.inputs)
        self.telling.started(started)
        return started

    def _finish(self, training: Training, files: UserFiles, begun: Begun | None = None) -> None:
        self.telling.ending(training, *outcome.seconds(training))
        outcome.require_success(training)
        made = outcome.version_of(
            training,
            begun.into.model.full_name if begun else self._named_destination(training),
            begun.into.previous_version_id if begun else "",
            self.replicate,
        )
        if begun and not begun.certain:
            self._require_destination(made, begun)
        page = begun.into.page if begun else self._page(made)
        self.telling.version(made, page)
        self._publish_readme(made, files.readme)
        predict_time, total_time = outcome.seconds(training)
        self.telling.summary(
            f"A new version of {made.model or 'the destination'}",
            taken_up="a training of the very same work was there already"
            if begun and begun.taken_up
            else "",
            version=made.version_id,
            page=links.version_page(page, made.version_id) if page else "",
            training=links.training_page(training),
            predict_time=f"{predict_time} s" if predict_time else "",
            total_time=f"{total_time} s" if total_time else "",
        )

    def _require_destination(self, made: Made, begun: Begun) -> None:
        try:
            outcome.require_destination(
                made, begun.into.model.full_name, begun.training, self.replicate
            )
        except MadeElsewhere:
            self.custody.disown()
            raise

    def _resolve_trainer(self, given: dict[str, Any]) -> Trainer:
        trainer = resolve(self.inputs.trainer, self.replicate)
        for name in trainer.secret_inputs & set(given):
            self.runner.mask(str(given[name] or ""))
        self.telling.trainer(trainer)
        return trainer

    def _ensure_destination(self) -> Destination:
        owner = self.inputs.destination_owner or self.replicate.account().username
        destination = ensure(owner, self.inputs.destination_name, self.inputs, self.replicate)
        self.telling.destination(destination)
        return destination

    def _follow(self, training: Training, files: UserFiles) -> Training:
        inputs = self.inputs
        with self.runner.relaying():
            return self.follower.follow(
                training, inputs.max_poll_interval, inputs.timeout, files.log
            )

    def _named_destination(self, training: Training) -> str:
        """Name the destination in mode wait, where only the workflow or the training knows it."""
        owner, name = self.inputs.destination_owner, self.inputs.destination_name
        return f"{owner}/{name}" if owner and name else training.destination or ""

    def _page(self, made: Made) -> str:
        owner, _, name = made.model.partition("/")
        try:
            return links.model_page(self.replicate.model(owner, name)) if name else ""
        except ReplicateError:
            return f"{links.SITE}/{made.model}"

    def _publish_readme(self, made: Made, readme: str) -> None:
        owner, _, name = made.model.partition("/")
        if not (readme and name):
            return
        try:
            self.replicate.update_model(owner, name, {"readme": readme})
        except ReplicateError as error:
            self.runner.warning("The model's README could not be set", error.what)
