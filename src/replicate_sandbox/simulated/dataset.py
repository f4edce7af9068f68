"""The files of a simulated training: whether they can be downloaded, and what is in them."""

import tempfile
import time
import zipfile
from typing import IO

from replicate_sandbox.engine.data_urls import file_content

_LARGEST = 200_000_000  # bytes; more is not checked
_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}  # which a proxy of the environment cannot reach
_TIMEOUT = 30.0  # seconds between two parts of a download
_SECONDS = 60.0  # for a download in all


class DatasetError(Exception):
    """A file that the trainer could not use."""


def count_files(name: str, url: str, seconds: float = _SECONDS) -> int:
    """Return how many files an input brings: those in a ZIP, else one.

    Raises `DatasetError`, also if the download takes longer than `seconds`.
    """
    with tempfile.TemporaryFile() as file:
        _download(name, url, file, seconds)
        try:
            if not zipfile.is_zipfile(file):
                return 1
            with zipfile.ZipFile(file) as archive:
                count = sum(not entry.is_dir() for entry in archive.infolist())
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise DatasetError(f"{name}: the ZIP file cannot be read: {error}") from None
    if count == 0:
        raise DatasetError(f"{name}: the ZIP file is empty.")
    return count


def _download(name: str, url: str, file: IO[bytes], seconds: float) -> None:
    if (content := file_content(url)) is not None:
        file.write(content)
        return
    if url.startswith("data:"):
        raise DatasetError(f"{name}: the `data:` URL is not valid.")
    import httpx  # noqa: PLC0415 - a server that simulates nothing starts without it

    end = time.monotonic() + seconds
    try:
        by_proxy = httpx.URL(url).host not in _THIS_MACHINE
        with httpx.stream(
            "GET", url, timeout=_TIMEOUT, follow_redirects=True, trust_env=by_proxy
        ) as answer:
            if answer.is_error:
                status = f"{answer.status_code} {answer.reason_phrase}"
                raise DatasetError(f"{name}: the download was answered with {status}.")
            for part in answer.iter_bytes():
                file.write(part)
                if file.tell() > _LARGEST:
                    return
                if time.monotonic() > end:
                    raise DatasetError(f"{name}: the download took longer than {seconds:g} s.")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DatasetError(f"{name}: the file cannot be downloaded: {error}") from None
