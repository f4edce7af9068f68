"""One request and its answer, within a total time and up to a size, whatever the server does."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from replicate_train.net.unreachable import advice
from replicate_train.replicate.errors import (
    AnswerLost,
    MalformedResponse,
    NotAllowed,
    ReplicateError,
    Unreachable,
)
from replicate_train.replicate.watchdog import Watchdog

LARGEST_ANSWER = 128 * 1024 * 1024  # bytes, unpacked: a training's answer holds its whole log
_CONNECT = 15.0  # seconds for making a connection
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Exchange:
    """Sends requests over an httpx client, one at a time.

    `debug` is given a line about each of them: method, path, status, seconds and bytes. `now`
    returns the seconds since some fixed moment.
    """

    def __init__(
        self,
        http: httpx.Client,
        debug: Callable[[str], None] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._debug = debug
        self._now = now
        self._watchdog = Watchdog()

    def send(self, method: str, path: str, seconds: float, **arguments: Any) -> Answer:  # noqa: ANN401 - httpx's
        """Send a request and return its answer, which may be one of any status.

        `seconds` bound the whole exchange. Raises `Unreachable` where no connection was made,
        `AnswerLost` where no whole answer came in time, and `MalformedResponse` for one that is
        too large or cannot be unpacked.
        """
        if self._debug is None:
            return self._send(method, path, seconds, **arguments)
        began = self._now()
        try:
            answer = self._send(method, path, seconds, **arguments)
        except ReplicateError:
            self._tell(self._debug, f"{method} {path}", "no answer", began)
            raise
        came = f"{answer.status}, {len(answer.body):,} bytes"
        self._tell(self._debug, f"{method} {path}", came, began)
        return answer

    def _send(self, method: str, path: str, seconds: float, **arguments: Any) -> Answer:  # noqa: ANN401 - httpx's
        request, host = f"{method} {path}", self._http.base_url.host
        try:
            with self._watchdog.limit(seconds):
                return self._exchange(request, seconds, method, path, **arguments)
        except _NEVER_SENT as error:
            fix, settings = advice(error)
            raise (Unreachable if not settings else NotAllowed)(
                f"{request} could not reach {host}: {_reason(error)}",
                why="No connection was made, so nothing was changed.",
                fix=fix,
            ) from error
        except httpx.DecodingError as error:
            raise MalformedResponse(
                f"{request}: the response cannot be decompressed: {error}"
            ) from error
        except httpx.HTTPError as error:
            expired = self._watchdog.expired
            why = f"no complete response within {seconds:.3g} s" if expired else _reason(error)
            raise AnswerLost(
                f"{request} got no answer from {host}: {why}",
                why="The connection broke or took too long. The request may have had its effect.",
                fix="See https://www.replicatestatus.com and re-run the job later.",
                timed_out=expired or isinstance(error, httpx.TimeoutException),
            ) from error

    def _tell(self, debug: Callable[[str], None], request: str, came: str, began: float) -> None:
        """Give `debug` its line, without the query."""
        with suppress(Exception):  # a line that cannot be written must not cost the answer
            debug(f"{request.partition('?')[0]}: {came}, {self._now() - began:.2f} s")

    def _exchange(
        self,
        request: str,
        seconds: float,
        method: str,
        path: str,
        **arguments: Any,  # noqa: ANN401 - httpx's
    ) -> Answer:
        timeout = httpx.Timeout(seconds, connect=min(seconds, _CONNECT))
        extensions = {"trace": self._watchdog.trace}
        with self._http.stream(
            method, path, timeout=timeout, extensions=extensions, **arguments
        ) as response:
            body = bytearray()
            for block in response.iter_bytes():
                body += block
                if len(body) > LARGEST_ANSWER:
                    raise MalformedResponse(
                        f"{request}: the response is larger than {LARGEST_ANSWER >> 20} MB"
                    )
            return Answer(response.status_code, response.headers, bytes(body))


def _reason(error: httpx.HTTPError) -> str:
    return str(error) or type(error).__name__
