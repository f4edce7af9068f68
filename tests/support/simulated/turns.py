"""Virtual seconds, and actors that take turns in them: each is a thread, one of which runs."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable

SLEEP = threading.local()  # `own` is what time.sleep does in a thread of a job
_REAL = time.sleep


def sleep_of_thread(seconds: float) -> None:
    """Sleep in the time of the thread's own job, else for real."""
    getattr(SLEEP, "own", _REAL)(seconds)


class Turns:
    """Time that passes when everybody waits, to the moment at which the first goes on."""

    def __init__(self) -> None:
        self.now = 0.0
        self._waiting: list[tuple[float, int, Actor]] = []
        self._order = itertools.count()

    def play(self, actors: "list[Actor]") -> None:
        """Let all actors play to their ends. Raises what the first of them raised."""
        for actor in actors:
            heapq.heappush(self._waiting, (actor.begins, next(self._order), actor))
            actor.thread.start()
        self._next().gate.release()
        for actor in actors:
            actor.thread.join()
        for actor in actors:
            if actor.raised:
                raise actor.raised

    def wait(self, actor: "Actor", seconds: float) -> None:
        """Let an actor wait, and others go on meanwhile."""
        heapq.heappush(self._waiting, (self.now + seconds, next(self._order), actor))
        first = self._next()
        if first is not actor:
            first.gate.release()
            actor.gate.acquire()
            actor.resume()

    def leave(self) -> None:
        """Hand on the turn of an actor that has ended."""
        if self._waiting:
            self._next().gate.release()

    def _next(self) -> "Actor":
        self.now, _, actor = heapq.heappop(self._waiting)
        return actor


class Actor:
    """Somebody who acts in time; `resume` puts what threads share (streams) in place again."""

    def __init__(self, turns: Turns, begins: float, play: "Callable[[Actor], None]") -> None:
        self.turns = turns
        self.begins = begins
        self.gate = threading.Semaphore(0)
        self.resume: Callable[[], None] = lambda: None
        self.raised: BaseException | None = None
        self.thread = threading.Thread(target=self._run, args=(play,), daemon=True)

    def wait(self, seconds: float) -> None:
        self.turns.wait(self, seconds)

    def _run(self, play: "Callable[[Actor], None]") -> None:
        self.gate.acquire()
        try:
            play(self)
        except BaseException as error:  # noqa: BLE001 - play() raises it again
            self.raised = error
        finally:
            self.turns.leave()
