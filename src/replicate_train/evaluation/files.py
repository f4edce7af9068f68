"""The files in the outputs of evaluations: found, downloaded where needed, and saved."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from replicate_train.evaluation.download import MAX_FILE, Download, Downloader
from replicate_train.evaluation.media_types import extension, media_type
from replicate_train.evaluation.model import Evaluation, OutputFile
from replicate_train.evaluation.output_urls import file_urls
from replicate_train.runner.text import file_size, quoted
from replicate_train.runner.workspace import Workspace

MAX_ALL = 500 << 20  # bytes of all files of a step
_SECONDS = 600.0  # for all files of one evaluation
_MAX_SLUG = 40  # characters


@dataclass
class OutputFiles:
    """Collects the files of a step's evaluations.

    `directory` is where they are saved in the workspace, empty for nowhere; `warn` is given a
    message for each file that is not saved as it should be.
    """

    downloader: Downloader
    workspace: Workspace
    directory: str
    warn: Callable[[str], None]
    _size: int = field(default=0, init=False)

    def of(self, output: object, number: int, evaluation: Evaluation) -> tuple[OutputFile, ...]:
        """Return the files in an output of an evaluation, the `number`th of the step.

        They are downloaded only to judge them or to save them. No error is raised.
        """
        urls = file_urls(output)
        if not self.directory and not evaluation.needs_files:
            return tuple(OutputFile(url) for url in urls)
        end = self.downloader.clock.now() + _SECONDS
        stem = f"{number:02}-{_slug(evaluation.name)}"
        return tuple(self._file(url, f"{stem}-{at}", end) for at, url in enumerate(urls, 1))

    def _file(self, url: str, stem: str, end: float) -> OutputFile:
        found = self._download(url, end)
        kind = media_type(found.head) if found.head or found.content is not None else ""
        size = len(found.content or b"")
        self._size += size
        file = OutputFile(url, kind, size, found.sha256, problem=found.problem)
        if not self.directory:
            return file
        if found.content is None:
            self.warn(f"{quoted(stem)} was not saved: it {found.problem}")
            return file
        return self._save(file, found.content, f"{stem}.{extension(kind)}")

    def _download(self, url: str, end: float) -> Download:
        left = MAX_ALL - self._size
        if left <= 0:
            problem = f"was not downloaded: the files have more than {file_size(MAX_ALL)} in all"
            return Download(problem=problem)
        if self.downloader.clock.now() >= end:
            return Download(problem="was not downloaded: the files before it took too long")
        return self.downloader.download(url, min(MAX_FILE, left))

    def _save(self, file: OutputFile, content: bytes, name: str) -> OutputFile:
        path = f"{self.directory.rstrip('/')}/{name}"
        try:
            if os.path.lexists(self.workspace.path(path)):
                self.warn(f"{quoted(path)} already existed, and was replaced")
            with os.fdopen(self.workspace.new_file(path), "wb") as saved:
                saved.write(content)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else f"it {error}"
            self.warn(f"{quoted(path)} was not saved: {reason}")
            return replace(file, problem=f"was not saved: {reason}")
        return replace(file, saved_as=path)


def _slug(name: str) -> str:
    """Return the part of a file's name that says which evaluation it is of."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_MAX_SLUG].strip("-") or "output"
