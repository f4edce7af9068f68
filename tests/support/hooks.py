"""A receiver of webhooks, which answers from a script and keeps what it got."""

import threading
from dataclasses import dataclass
from email.message import Message

from support.web_server import QuietHandler, WebServer


@dataclass(frozen=True)
class Post:
    """A webhook as it arrived."""

    path: str
    headers: Message
    body: bytes


class Receiver(WebServer):
    """Answers with these statuses in turn, then with 200.

    A status of 302 leads to `/elsewhere`.
    """

    def __init__(self, *statuses: int) -> None:
        self.posts: list[Post] = []
        self._statuses = list(statuses)
        self._arrived = threading.Condition()
        receiver = self

        class Handler(QuietHandler):
            def respond(self) -> None:
                post = Post(self.path, self.headers, self.body())
                with receiver._arrived:
                    receiver.posts.append(post)
                    status = receiver._statuses.pop(0) if receiver._statuses else 200
                    receiver._arrived.notify_all()
                self.answer(status, location="/elsewhere")

        super().__init__(Handler, "/hook")

    def wait(self, count: int) -> list[Post]:
        """Return what was posted, once it is that many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.posts) >= count, 10), self.posts
            return list(self.posts)
