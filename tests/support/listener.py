"""A tiny web server that serves some data and keeps what is posted to it."""

import json
import threading
from typing import Any

from support.web_server import QuietHandler, WebServer


class Listener(WebServer):
    """Answers each request; keeps the JSON of each that is posted."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self._posted = threading.Event()
        listener = self

        class Handler(QuietHandler):
            def respond(self) -> None:
                if self.command == "GET":
                    self.answer(content=b"some data")
                    return
                listener.bodies.append(json.loads(self.body()))
                listener._posted.set()
                self.answer()

        super().__init__(Handler)

    def wait(self) -> dict[str, Any]:
        """Return the first body that was posted."""
        assert self._posted.wait(10), "nothing was posted"
        return self.bodies[0]
