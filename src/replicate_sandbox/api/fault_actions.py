"""What each fault of a request does to its connection."""

import asyncio
import json
import socket
import struct
from typing import Any

from starlette.types import Message, Send

from replicate_sandbox.service.fault import Fault

_DRIPS = 10  # parts of a body that drips
_GARBAGE = b"\x00\xff{\xfe<!\x80" * 40
_NO_LINGER = struct.pack("ii", 1, 0)  # closing sends a reset


class Kept:
    """A response that is not sent as it comes."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    async def send(self, message: Message) -> None:
        """Keep a part of the response."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


async def _answer(fault: Fault, _kept: Kept, send: Send) -> None:
    body = fault.value.get("body", "")
    is_text = isinstance(body, str)
    content = (body if is_text else json.dumps(body)).encode()
    headers = {
        "content-type": "text/html" if is_text else "application/problem+json",
        "content-length": str(len(content)),
        **{name.lower(): value for name, value in fault.value.get("headers", {}).items()},
    }
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await _start(send, fault.value["status"], pairs)
    await send({"type": "http.response.body", "body": content})


async def _garbage(_fault: Fault, _kept: Kept, send: Send) -> None:
    await _start(send, 200, [(b"content-type", b"application/json")])
    await send({"type": "http.response.body", "body": _GARBAGE})


async def _reset(_fault: Fault, _kept: Kept, send: Send) -> None:
    transport = _transport(send)
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


async def _close(_fault: Fault, _kept: Kept, send: Send) -> None:
    _transport(send).close()


async def _drip(fault: Fault, kept: Kept, send: Send) -> None:
    await _start(send, kept.status, kept.headers)
    size = max(1, -(-len(kept.body) // _DRIPS))
    for first in range(0, len(kept.body), size):
        part = kept.body[first : first + size]
        await send({"type": "http.response.body", "body": part, "more_body": True})
        await asyncio.sleep(fault.value / _DRIPS)
    await send({"type": "http.response.body", "body": b""})


async def _missing_bytes(fault: Fault, kept: Kept, send: Send) -> None:
    length = str(len(kept.body) + fault.value).encode()
    headers = [pair for pair in kept.headers if pair[0] != b"content-length"]
    lines = [b"HTTP/1.1 %d Faulty" % kept.status]
    lines += [name + b": " + value for name, value in [*headers, (b"content-length", length)]]
    transport = _transport(send)
    transport.write(b"\r\n".join(lines) + b"\r\n\r\n" + kept.body)
    transport.close()


APPLY = {
    "answer": _answer,
    "garbage": _garbage,
    "reset": _reset,
    "hang": _close,
    "drip": _drip,
    "missing_bytes": _missing_bytes,
}


async def _start(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


def _transport(send: Send) -> Any:  # noqa: ANN401 - the server's own connection
    """Return the connection of a request: uvicorn's `send` is a method of what holds it."""
    return send.__self__.transport  # type: ignore[attr-defined]
