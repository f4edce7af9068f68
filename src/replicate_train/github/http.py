"""Asking GitHub, again where that may help, and following a download to where it is stored.

The token goes to the API alone: the storage that a download is redirected to must not see it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from replicate_train.clock import Clock
from replicate_train.diagnostics.errors import DatasetError
from replicate_train.net.urls import safe_address

Value = TypeVar("Value")

_REDIRECTS = 5
_TRIES = 4
_LONGEST = 60.0  # seconds between two tries, whatever is asked
_OK, _MISSING, _THROTTLED, _SERVER = 200, 404, frozenset({403, 429}), 500


class MayPass(Exception):
    """A failure that may be another one, or none, the next time; `after` so many seconds."""

    def __init__(self, words: str, after: float = 0.0) -> None:
        super().__init__(words)
        self.after = after


class Missing(Exception):
    """GitHub has no such thing, or the token may not see it."""


@dataclass(frozen=True)
class Asking:
    """Asks with a client, a token (which may be empty), and patience."""

    http: httpx.Client
    token: str
    clock: Clock

    def json(self, url: str) -> object:
        """Return what an address of the API says. Raises `MayPass`, `Missing`, `DatasetError`."""

        def ask() -> object:
            answer = self.http.get(url, headers=self._headers("application/json"))
            _judge(answer)
            return answer.json()

        return self._patiently(ask)

    def download(self, url: str, path: Path, size: int, most: int) -> None:
        """Save a file of `size` bytes (0 where that is not known), `most` at most. Raises likewise.

        Redirects are followed, without the token from the second request on.
        """
        self._patiently(lambda: self._follow(url, path, size, most))

    def _follow(self, url: str, path: Path, size: int, most: int) -> None:
        headers = self._headers("application/octet-stream")
        for _ in range(_REDIRECTS):
            with self.http.stream("GET", url, headers=headers) as answer:
                if answer.next_request is None:
                    _judge(answer)
                    return _save(answer, path, size, most)
                url, headers = str(answer.next_request.url), {}
            try:
                safe_address(url)
            except ValueError as error:
                raise DatasetError(f"The release asset's download {error}") from None
        raise DatasetError("The release asset is redirected without end")

    def _patiently(self, ask: Callable[[], Value]) -> Value:
        retrying = Retrying(
            sleep=self.clock.sleep,
            stop=stop_after_attempt(_TRIES),
            wait=_pause,
            retry=retry_if_exception_type(MayPass),
            reraise=True,
        )

        def ask_and_tell() -> Value:
            try:
                return ask()
            except (httpx.HTTPError, ValueError) as error:
                raise MayPass(str(error) or type(error).__name__) from error

        return retrying(ask_and_tell)

    def _headers(self, accept: str) -> dict[str, str]:
        token = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Accept": accept, "X-GitHub-Api-Version": "2022-11-28", **token}


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.after if isinstance(error, MayPass) else 0.0
    return float(min(_LONGEST, max(asked, 2 ** (state.attempt_number - 1))))


def _judge(answer: httpx.Response) -> None:
    """Raise for what is no success."""
    status, headers = answer.status_code, answer.headers
    if status == _OK:
        return
    said = f"GitHub answered {status}"
    used_up = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    if status >= _SERVER or (status in _THROTTLED and used_up):
        after = headers.get("retry-after", "")
        raise MayPass(said, float(after) if after.isdecimal() else 0.0)
    if status == _MISSING:
        raise Missing(said)
    raise DatasetError(
        f"The release cannot be read: {said}",
        fix="Check that github-token may read the repository's contents.",
    )


def _save(answer: httpx.Response, path: Path, size: int, most: int) -> None:
    received = 0
    with path.open("wb") as file:
        for block in answer.iter_bytes(1 << 20):
            received += len(block)
            if received > most:
                return
            file.write(block)
    if size and received != size:
        raise MayPass(f"{received:,} of its {size:,} bytes arrived")
