"""Uploading the packed dataset to Replicate, with a line of progress in the log now and then."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from replicate_train.clock import Clock
from replicate_train.dataset.dataset import Hosted, Packed
from replicate_train.dataset.limits import too_large
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import (
    AnswerLost,
    Damaged,
    MalformedResponse,
    Refused,
    Unreachable,
)
from replicate_train.replicate.schemas import File
from replicate_train.runner.commands import Runner

_PROGRESS_INTERVAL = 5.0  # seconds between two lines of progress
_TOO_LARGE = 413  # HTTP status


@dataclass(frozen=True)
class Upload:
    """Uploads a dataset, and says how far it is."""

    replicate: Replicate
    runner: Runner
    clock: Clock

    def upload(self, dataset: Packed, metadata: Mapping[str, str]) -> Hosted:
        """Upload the dataset and return where it is. `metadata` is stored with it.

        Raises `DatasetError` if it is too large, and a `ReplicateError`: `Damaged` if Replicate
        received other bytes than were sent.
        """
        progress = _Progress(dataset, self.runner, self.clock)
        session = self.replicate.session

        def upload() -> Hosted:
            file = self.replicate.upload(
                dataset.name, dataset.media_type, dataset.size, progress.opened, metadata
            )
            return _received(file, dataset, session.service_time())

        try:
            return session.repeat(upload, lambda error: isinstance(error, Damaged))
        except Refused as error:
            if error.status != _TOO_LARGE:
                raise
            said = f"{dataset.size:,} bytes. Replicate refused it: {error.detail}"
            raise too_large(dataset.name, said) from error
        except (AnswerLost, Unreachable) as error:
            error.what = f"The upload of the dataset was interrupted: {error.what}"
            raise


@dataclass
class _Progress:
    """The progress of an upload, which may need several tries."""

    dataset: Packed
    runner: Runner
    clock: Clock
    sent: int = -1  # bytes in this try; -1 before the first one
    began: float = 0.0  # seconds of the clock
    reported: float = 0.0  # likewise, of the last line in the log

    def opened(self) -> "_ReportedFile":
        """Open the dataset for the next try, whose reads are progress."""
        if self.sent >= 0:
            part = f"interrupted after {self._done}"
            why = part if self.sent < self.dataset.size else "not confirmed"
            self.runner.say(f"{'':13}{why}; sent again from the start")
        self.sent = 0
        self.began = self.reported = self.clock.now()
        return _ReportedFile(self)

    def read(self, size: int) -> None:
        """Note that so many bytes more are sent."""
        self.sent += size
        now = self.clock.now()
        if now - self.reported >= _PROGRESS_INTERVAL:
            self.reported = now
            rate = self.sent / 1e6 / max(now - self.began, 0.001)
            self.runner.say(f"{'':13}{self._done}, {rate:,.1f} MB/s")

    @property
    def _done(self) -> str:
        return f"{self.sent / 1e6:,.1f} of {self.dataset.size / 1e6:,.1f} MB"


class _ReportedFile(io.FileIO):
    """The dataset's file, which reports what is read from it."""

    def __init__(self, progress: _Progress) -> None:
        super().__init__(progress.dataset.path)
        self._progress = progress

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes, and report them."""
        data = super().read(-1 if size is None else size)
        self._progress.read(len(data))
        return data


def _received(file: File, dataset: Packed, now: datetime | None) -> Hosted:
    received = file.checksums.sha256
    if received and received != dataset.sha256:
        why = f"Sent: SHA-256 {dataset.sha256}. Received: {received}."
        raise Damaged("The dataset arrived damaged", why=why, fix="Re-run the job.")
    if not file.urls.get:
        raise MalformedResponse("The dataset was uploaded, but Replicate returned no URL for it")
    return Hosted(file.urls.get, dataset.sha256, file.created_at or now)
