"""Lists of the API: page after page, newest first, up to a limit.

The `next` link leads elsewhere (recorded traffic): only its query is taken, never its address.
"""

from collections.abc import Iterator

import httpx

from replicate_train.replicate.schemas import Entry, Page
from replicate_train.replicate.session import Session

_PAGES = 10  # of 100 entries; what is behind them is not read


def entries(
    session: Session, page: type[Page[Entry]], path: str, pages: int = _PAGES
) -> Iterator[Entry]:
    """Yield the entries of a list; a page is asked for when it is reached."""
    query: dict[str, str] = {}
    for _ in range(pages):
        found = session.ask(page, "GET", path, params=query)
        yield from found.results
        query = _next_page(found.next)
        if not query:
            return


def _next_page(link: object) -> dict[str, str]:
    """Return what to ask for the next page: the link's query, not its address."""
    try:
        return dict(httpx.URL(link).params) if isinstance(link, str) else {}
    except httpx.InvalidURL:
        return {}
