"""A transport for the real service: it only reads, and not often."""

import httpx

from support.documented import Document

BUDGET = 20


class Reads(httpx.BaseTransport):
    """Sends GET requests, at most `BUDGET`; raises AssertionError for any other.

    Successful responses are compared with the documents.
    """

    def __init__(self, inner: httpx.BaseTransport, against: list[Document]) -> None:
        self._inner = inner
        self._against = against
        self._sent = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert request.method == "GET", f"{request.method}: only reads are allowed"
        assert self._sent < BUDGET, f"the budget of {BUDGET} requests is used up"
        self._sent += 1
        response = self._inner.handle_request(request)
        response.request = request
        response.read()
        for document in self._against:
            document.judge(response)
        return response

    def close(self) -> None:
        self._inner.close()
