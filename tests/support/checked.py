"""A transport that holds every answer of the local Replicate against the OpenAPI documents."""

import httpx

from support.documented import Document, documents
from support.served import TOKEN, Served

_PROBLEM = "application/problem+json"
_STREAM = "text/event-stream"


class CheckedTransport(httpx.HTTPTransport):
    """Sends requests for real; raises AssertionError for an answer that is not documented."""

    def __init__(self, against: list[Document] | None = None) -> None:
        super().__init__(verify=False)
        self.documents = documents() if against is None else against

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        response.request = request
        if response.headers.get("content-type", "").startswith(_STREAM):
            return response
        response.read()
        check_error(response)
        for document in self.documents:
            document.judge(response)
        return response


def check_error(response: httpx.Response) -> None:
    """Raise AssertionError for an error that has not the service's envelope, or is our own."""
    if not response.is_error:
        return
    asked = f"{response.request.method} {response.request.url}"
    assert response.status_code == 501 or response.status_code < 500, f"{asked}: {response.text}"
    assert response.headers["content-type"] == _PROBLEM, asked
    body = response.json()
    assert body["status"] == response.status_code, asked
    assert isinstance(body["detail"], str), asked


def checked_client(served: Served, token: str = TOKEN) -> httpx.Client:
    """Return a client of the served local Replicate whose answers are all checked."""
    headers = {"Authorization": f"Bearer {token}"}
    transport = CheckedTransport()
    return httpx.Client(base_url=served.url, headers=headers, timeout=60, transport=transport)
