"""Work that threads do ahead of the caller, with results in the order of the items."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    pool: Executor, work: Callable[[Item], Result], items: Iterable[Item], max_ahead: int
) -> Iterator[Result]:
    """Yield `work(item)` for each item; up to `max_ahead` items are worked on ahead of the caller.

    If `max_ahead` is 0, the caller's own thread does the work.
    """
    if not max_ahead:
        yield from map(work, items)
        return
    coming: deque[Future[Result]] = deque()
    for item in items:
        coming.append(pool.submit(work, item))
        if len(coming) > max_ahead:
            yield coming.popleft().result()
    while coming:
        yield coming.popleft().result()
