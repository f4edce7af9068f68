"""The stream of a prediction's output, as server-sent events."""

from collections.abc import Iterator

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.api.response import EventStream
from replicate_sandbox.contract import resources
from replicate_sandbox.service.streams import Event


def _stream(call: ApiRequest) -> object:
    events = call.service.streams.open(call.path["id"], call.path["key"])
    return EventStream(_written(events, call.base))


def _written(events: Iterator[Event], base: str) -> Iterator[str]:
    for number, event in enumerate(events):
        if not event.name:
            yield ": keep-alive\n\n"
            continue
        data = str(resources.output(event.data, base))
        lines = "".join(f"data: {line}\n" for line in data.split("\n"))
        yield f"event: {event.name}\nid: {number}\n{lines}\n"


# The URL holds a key of its own: a browser's EventSource sends no token.
ENDPOINTS = [Endpoint("GET", "/stream/{id}/{key}", _stream, public=True)]
