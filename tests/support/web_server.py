"""A web server on a free port of this machine, for the length of a block."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class QuietHandler(BaseHTTPRequestHandler):
    """Handles requests without a line for each on standard error."""

    def do_GET(self) -> None:
        self.respond()

    def do_POST(self) -> None:
        self.respond()

    def respond(self) -> None:
        """Handle a request; `command` is its method."""
        raise NotImplementedError

    def log_message(self, *_: object) -> None:
        return

    def body(self) -> bytes:
        """Return the request's body."""
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def answer(self, status: int = 200, content: bytes = b"", **headers: str) -> None:
        """Send a response."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class WebServer:
    """Serves with a handler; a subclass says what it does and keeps."""

    def __init__(self, handler: type[QuietHandler], path: str = "") -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}{path}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
