"""A visitor of the local Replicate's pages without a browser: cookies, forms, and no scripts."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from support.served import Served

_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Visitor:
    """Opens pages, and sends their forms as a browser does."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def open(self, path: str, status: int = 200, **headers: str) -> str:
        """Return a page's HTML; its status must be the given one."""
        answer = self.http.get(path, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.text

    def send(
        self, path: str, texts: Mapping[str, str], *, form: str = "", **more: Any
    ) -> httpx.Response:
        """Send the form of a page (of the path's own, or of another) and return the response."""
        token = _CSRF.search(self.open(form or path))
        assert token, "the page has no form"
        headers = {"Origin": str(self.http.base_url).rstrip("/")}
        data = {"csrf": token[1], **texts}
        return self.http.post(path, data=data, headers=headers, **more)


@contextmanager
def visitor(served: Served) -> Iterator[Visitor]:
    """Yield a new visitor of a server."""
    with httpx.Client(base_url=served.url.removesuffix("/v1"), timeout=60) as http:
        yield Visitor(http)
