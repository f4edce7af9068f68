"""The body of a request, as long as it may be."""

from starlette.requests import Request


class BodyTooLarge(Exception):
    """A body that is longer than it may be; the rest of it was not read."""


def check_length(request: Request, limit: int) -> None:
    """Raise `BodyTooLarge` if a request announces more than `limit` bytes."""
    if int(request.headers.get("content-length") or 0) > limit:
        raise BodyTooLarge


async def read_body(request: Request, limit: int) -> bytes:
    """Return a body. Raises `BodyTooLarge` as soon as it has more than `limit` bytes."""
    check_length(request, limit)
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise BodyTooLarge
        parts.append(part)
    return b"".join(parts)
