"""Lists: a page of documents as resources."""

from collections.abc import Callable, Mapping

from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.contract import resources
from replicate_sandbox.store.documents import Document, Page


def page(
    call: ApiRequest,
    path: str,
    found: Page,
    resource: Callable[[Document, str], Document],
    query: Mapping[str, str] | None = None,
) -> Document:
    """Return a page of a list; `resource` gives a document's JSON for the client's address.

    `query` is what the links to other pages keep of the request's query.
    """
    results = [resource(document, call.base) for document in found.documents]
    return resources.page(path, call.base, results, found, query or {})
