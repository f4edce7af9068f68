"""The last requests to the API, kept in memory."""

import json
import re
import time
import zlib
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from replicate_sandbox.service.service import Service

_KEPT = 200  # requests
_SHOWN = 2000  # characters of a body
_READ = 16_384  # bytes of a body that are kept until it is written
_LONGEST_TOKEN = 256  # characters beyond the cut in which a token is still looked for
_TOKEN = re.compile(r"\b(r8_\w{4,})|(?<=signature=)[^&\s\"']+")
_HIDDEN = "***"


@dataclass
class Body:
    """The first bytes of a body, and how many there were."""

    kind: str = ""
    encoding: str = ""
    start: bytes = b""
    size: int = 0  # bytes

    def add(self, part: bytes) -> None:
        """Keep a part, as far as there is room."""
        self.size += len(part)
        self.start += part[: _READ - len(self.start)]


@dataclass
class Record:
    """A request and its answer; `status` is 0 if the connection closed without one."""

    account: str | None
    method: str
    path: str
    at: datetime
    started: float
    status: int = 0
    milliseconds: float = 0.0
    request: Body = field(default_factory=Body)
    response: Body = field(default_factory=Body)


class Recorder:
    """Records the requests to an application; engines' reports are left out."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service
        self._records: deque[Record] = deque(maxlen=_KEPT)

    @property
    def newest_first(self) -> list[Record]:
        """The records."""
        return list(reversed(self._records))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, and record it."""
        if scope["path"].startswith("/_engine/"):
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        token = headers.get(b"authorization", "").rpartition(" ")[2]
        query = scope["query_string"].decode("latin-1")
        path = f"{scope['path']}?{query}" if query else scope["path"]
        record = Record(
            self._service.accounts.name_of(token),
            scope["method"],
            path,
            datetime.now(UTC),
            time.monotonic(),
        )
        record.request.kind = headers.get(b"content-type", "")
        self._records.append(record)
        exchange = _Exchange(record, receive, send)
        try:
            await self._app(scope, exchange.receive, exchange.send)
        finally:
            record.milliseconds = 1000 * (time.monotonic() - record.started)


class _Exchange:
    """The two ends of a request's connection, with a record that listens."""

    def __init__(self, record: Record, receive: Receive, send: Send) -> None:
        self._record = record
        self._receive = receive
        self._send = send

    @property
    def transport(self) -> Any:  # noqa: ANN401 - the server's own
        """The server's connection, as the server's own `send` has it."""
        return self._send.__self__.transport  # type: ignore[attr-defined]

    async def receive(self) -> Message:
        """Return the next part of the request."""
        message = await self._receive()
        self._record.request.add(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the response."""
        if message["type"] == "http.response.start":
            headers = {name.lower(): value.decode("latin-1") for name, value in message["headers"]}
            self._record.status = message["status"]
            self._record.response.kind = headers.get(b"content-type", "")
            self._record.response.encoding = headers.get(b"content-encoding", "")
        else:
            self._record.response.add(message.get("body", b""))
        await self._send(message)


def readable(body: Body, tokens: tuple[str, ...]) -> str:
    """Return a body as text: JSON indented, cut, without tokens; empty for one that is binary."""
    content = body.start
    if body.encoding == "gzip":
        try:
            content = zlib.decompressobj(wbits=31).decompress(content, _READ)
        except zlib.error:
            return ""
    if b"\0" in content:
        return ""
    text = content.decode("utf-8", "replace")
    if text.startswith(("{", "[")):
        with suppress(ValueError, RecursionError):  # it was cut, or is not JSON
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    hidden = without_tokens(text[: _SHOWN + _LONGEST_TOKEN], tokens)
    return hidden if len(hidden) <= _SHOWN else f"{hidden[:_SHOWN]}\n…"


def without_tokens(text: str, tokens: tuple[str, ...]) -> str:
    """Return a text without the accounts' tokens, and without what looks like one."""
    for token in tokens:
        text = text.replace(token, _HIDDEN)
    return _TOKEN.sub(_HIDDEN, text)
