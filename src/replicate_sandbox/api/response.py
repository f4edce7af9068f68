"""Writing responses: JSON, bytes, or an error; the only module that does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from replicate_sandbox.contract.problems import Problem

_TITLES = {400: "Bad request", 404: "Not found", 405: "Method not allowed"}


@dataclass(frozen=True)
class Reply:
    """What a handler returns where JSON with status 200 is not the answer."""

    value: object = None
    status: int = 200


@dataclass(frozen=True)
class Download:
    """Bytes that a handler returns."""

    content: bytes
    content_type: str = "application/octet-stream"
    disposition: str = ""


@dataclass(frozen=True)
class EventStream:
    """Server-sent events that a handler returns, each as text."""

    events: Iterator[str]


def write(value: object, headers: Mapping[str, str]) -> Response:
    """Return the response for what a handler returned: one of the above, or JSON."""
    if isinstance(value, EventStream):
        more = {**headers, "cache-control": "no-store"}
        return StreamingResponse(value.events, 200, more, "text/event-stream")
    if isinstance(value, Download):
        more = {"content-disposition": value.disposition} if value.disposition else {}
        return Response(value.content, 200, {**headers, **more}, value.content_type)
    reply = value if isinstance(value, Reply) else Reply(value)
    if reply.value is None:
        return Response(None, reply.status, headers)
    return JSONResponse(reply.value, reply.status, headers)


def write_problem(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error response."""
    return JSONResponse(
        problem.body, problem.status, headers=headers, media_type="application/problem+json"
    )


async def write_unexpected(_request: Request, error: Exception) -> Response:
    """Return the response for an unknown path or method, or for an error of our own (500)."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    title = _TITLES.get(status, "Internal server error")
    return write_problem(Problem(status, f"{title}.", title))
