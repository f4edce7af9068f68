"""A receiver of webhooks, which answers from a script and keeps what it got."""

import threading
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Post:
    """A webhook as it arrived."""

    path: str
    headers: Message
    body: bytes


class Receiver:
    """Listens on a free port; answers with these statuses in turn, then with 200.

    A status of 302 leads to `/elsewhere`.
    """

    def __init__(self, *statuses: int) -> None:
        self.posts: list[Post] = []
        self._statuses = list(statuses)
        self._arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                with receiver._arrived:
                    receiver.posts.append(Post(self.path, self.headers, body))
                    status = receiver._statuses.pop(0) if receiver._statuses else 200
                    receiver._arrived.notify_all()
                self.send_response(status)
                self.send_header("location", "/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
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

    def wait(self, count: int) -> list[Post]:
        """Return what was posted, once it is that many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.posts) >= count, 10), self.posts
            return list(self.posts)
