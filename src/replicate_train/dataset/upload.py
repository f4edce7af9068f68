"""The dataset brought to where trainers read it: uploaded, saying how far it is."""

from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from replicate_train.clock import Clock
from replicate_train.dataset.packed import Packed, too_large
from replicate_train.dataset.prepare import Hosted
from replicate_train.diagnostics.errors import DatasetError
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import (
    AnswerLost,
    Damaged,
    MalformedResponse,
    Refused,
    Unreachable,
)
from replicate_train.replicate.multipart import Upload
from replicate_train.replicate.schemas import File
from replicate_train.runner.commands import Runner

_EVERY = 5.0  # seconds between two lines of progress
_TOO_LARGE = 413


@dataclass(frozen=True)
class Delivery:
    """Brings a dataset to the service, saying how far it is."""

    replicate: Replicate
    runner: Runner
    clock: Clock

    def deliver(self, dataset: Packed, marks: Mapping[str, str]) -> Hosted:
        """Upload the dataset and return where it is. `marks` are kept with it.

        Raises `DatasetError` where it is too large or changed, and a `ReplicateError`: `Damaged`
        where the service received other bytes than were sent.
        """
        watched = _Watched(dataset, self.runner, self.clock)
        upload = Upload(dataset.name, dataset.media_type, dataset.size, watched.blocks, dict(marks))
        try:
            session = self.replicate.session
            return session.repeat(
                lambda: _received(self.replicate.upload(upload), dataset, session.service_time()),
                lambda error: isinstance(error, Damaged),
            )
        except Refused as error:
            if error.status != _TOO_LARGE:
                raise
            said = f"{dataset.size:,} bytes, and is refused: {error.detail}"
            raise too_large(dataset.name, said) from error
        except (AnswerLost, Unreachable) as error:
            error.what = f"The upload of the dataset was interrupted: {error.what}"
            raise


@dataclass
class _Watched:
    """A dataset's bytes, read once for each try, which say how far they are."""

    dataset: Packed
    runner: Runner
    clock: Clock
    sent: int = -1

    def blocks(self) -> Generator[bytes]:
        """Yield the bytes, as many as were measured. Raises `DatasetError` where they changed."""
        dataset = self.dataset
        if self.sent >= 0:
            far = f"interrupted after {self.sent / 1e6:,.1f} of {dataset.size / 1e6:,.1f} MB"
            why = far if self.sent < dataset.size else "not confirmed"
            self.runner.say(f"{'':13}{why}; sent again from the start")
        began = told = self.clock.now()
        sent = 0
        with closing(dataset.blocks()) as blocks:
            for block in blocks:
                sent += len(block)
                if sent > dataset.size:
                    break
                yield block
                self.sent = sent
                now = self.clock.now()
                if now - told >= _EVERY:
                    told = now
                    self.runner.say(progress(dataset, sent, now - began))
        if sent != dataset.size:
            raise DatasetError(
                f"The dataset {dataset.name} changed while it was uploaded",
                why=f"It had {dataset.size:,} bytes when it was measured.",
                fix="Let what writes it end before this step begins.",
            )


def progress(dataset: Packed, sent: int, seconds: float) -> str:
    """Return how far an upload is: files, megabytes, and the rate."""
    files = f"{dataset.done():,} of {dataset.files:,} files, " if dataset.files > 1 else ""
    size = f"{sent / 1e6:,.1f} of {dataset.size / 1e6:,.1f} MB"
    return f"{'':13}{files}{size}, {sent / 1e6 / max(seconds, 0.001):,.1f} MB/s"


def _received(file: File, dataset: Packed, now: datetime | None) -> Hosted:
    received = file.checksums.sha256
    if received and received != dataset.sha256:
        why = f"SHA-256 {dataset.sha256} was sent, and {received} arrived."
        raise Damaged("The dataset arrived damaged", why=why, fix="Run the job again.")
    if not file.urls.get:
        raise MalformedResponse("The dataset was uploaded, and the answer does not say where it is")
    return Hosted(file.urls.get, dataset.sha256, file.created_at or now)
