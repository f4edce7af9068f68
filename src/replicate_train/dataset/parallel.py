"""Work that threads do ahead of its user, whose results come in the order of the items."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    pool: Executor, work: Callable[[Item], Result], items: Iterable[Item], most: int
) -> Iterator[Result]:
    """Yield `work(item)` for each item; up to `most` are done or under way ahead of the reader.

    With 0, all is done by the reader's own thread.
    """
    if not most:
        yield from map(work, items)
        return
    coming: deque[Future[Result]] = deque()
    for item in items:
        coming.append(pool.submit(work, item))
        if len(coming) > most:
            yield coming.popleft().result()
    while coming:
        yield coming.popleft().result()
