"""Requests to GitHub's API, with retries, and downloads that follow redirects to the storage.

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

_MAX_REDIRECTS = 5
_MAX_TRIES = 4
_MAX_PAUSE = 60.0  # seconds between two tries, even if GitHub asks for more
_OK, _MISSING, _THROTTLED, _SERVER_ERROR = 200, 404, frozenset({403, 429}), 500
PERMISSION_FIX = "Check that `github-token` can read the repository's contents."


class TransientError(Exception):
    """A failure that may not occur again; `retry_after` is in seconds, 0 where not given."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotFoundError(Exception):
    """The resource does not exist, or the token cannot see it."""


@dataclass(frozen=True)
class GithubClient:
    """GitHub's API over an HTTP client, with a token (which may be empty)."""

    http: httpx.Client
    token: str
    clock: Clock

    def json(self, url: str) -> object:
        """Return the JSON at a URL of the API.

        Raises `TransientError` after the last try, `NotFoundError`, and `DatasetError`.
        """

        def get() -> object:
            response = self.http.get(url, headers=self._headers("application/json"))
            _raise_for_status(response)
            return response.json()

        return self._with_retries(get)

    def download(self, url: str, path: Path, size: int, limit: int) -> None:
        """Save a file of `size` bytes (0 where not known), but at most `limit` bytes.

        Redirects are followed, without the token from the second request on. Raises what `json`
        raises.
        """
        self._with_retries(lambda: self._follow(url, path, size, limit))

    def _follow(self, url: str, path: Path, size: int, limit: int) -> None:
        headers = self._headers("application/octet-stream")
        for _ in range(_MAX_REDIRECTS):
            with self.http.stream("GET", url, headers=headers) as response:
                if response.next_request is None:
                    _raise_for_status(response)
                    return _save(response, path, size, limit)
                url, headers = str(response.next_request.url), {}
            try:
                safe_address(url)
            except ValueError as error:
                raise DatasetError(f"The download URL of the release asset {error}") from None
        raise DatasetError(f"The release asset is redirected more than {_MAX_REDIRECTS} times")

    def _with_retries(self, request: Callable[[], Value]) -> Value:
        retrying = Retrying(
            sleep=self.clock.sleep,
            stop=stop_after_attempt(_MAX_TRIES),
            wait=_pause,
            retry=retry_if_exception_type(TransientError),
            reraise=True,
        )

        def attempt() -> Value:
            try:
                return request()
            except (httpx.HTTPError, ValueError) as error:
                raise TransientError(str(error) or type(error).__name__) from error

        return retrying(attempt)

    def _headers(self, accept: str) -> dict[str, str]:
        token = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Accept": accept, "X-GitHub-Api-Version": "2022-11-28", **token}


def _pause(state: RetryCallState) -> float:
    """Return the seconds before the next try."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, TransientError) else 0.0
    return float(min(_MAX_PAUSE, max(asked, 2 ** (state.attempt_number - 1))))


def _raise_for_status(response: httpx.Response) -> None:
    """Raise `TransientError`, `NotFoundError` or `DatasetError` unless the status is 200."""
    status, headers = response.status_code, response.headers
    if status == _OK:
        return
    answered = f"GitHub answered {status}"
    throttled = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    if status >= _SERVER_ERROR or (status in _THROTTLED and throttled):
        after = headers.get("retry-after", "")
        raise TransientError(answered, float(after) if after.isdecimal() else 0.0)
    if status == _MISSING:
        raise NotFoundError(answered)
    raise DatasetError(f"The release cannot be read: {answered}", fix=PERMISSION_FIX)


def _save(response: httpx.Response, path: Path, size: int, limit: int) -> None:
    received = 0
    with path.open("wb") as file:
        for block in response.iter_bytes(1 << 20):
            received += len(block)
            if received > limit:
                return
            file.write(block)
    if size and received != size:
        raise TransientError(f"the download ended after {received:,} of {size:,} bytes")
