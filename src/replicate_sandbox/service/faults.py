"""The fault script: what goes wrong with the next requests and trainings of an account.

A fault is data, used once (or `times`), in the order in which it was given; the first that fits
is used. `fault_fields.py` reads one.
"""

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace

from replicate_sandbox.service.fault import Fault
from replicate_sandbox.service.fault_fields import read_faults
from replicate_sandbox.store.documents import Document


class FaultScript:
    """The faults of all accounts that are not used up."""

    def __init__(self) -> None:
        self._faults: dict[str, list[Fault]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def add(self, account: str, body: object) -> None:
        """Append the faults of a JSON list. Raises `Problem`: 422."""
        faults = [replace(fault, number=next(self._numbers)) for fault in read_faults(body)]
        with self._lock:
            self._faults.setdefault(account, []).extend(faults)

    def remove(self, account: str, number: int) -> None:
        """Forget the fault with this number, if it is left."""
        with self._lock:
            faults = self._faults.get(account, [])
            faults[:] = [fault for fault in faults if fault.number != number]

    def take(self, account: str, fits: Callable[[Fault], bool]) -> Fault | None:
        """Return the first fault that fits, and use it; None if there is none."""
        with self._lock:
            faults = self._faults.get(account, [])
            for position, fault in enumerate(faults):
                if fits(fault):
                    faults[position : position + 1] = fault.rest()
                    return fault
        return None

    def left(self, account: str) -> list[Document]:
        """Return the account's faults that are not used up."""
        with self._lock:
            return [fault.as_json() for fault in self._faults.get(account, [])]

    def numbered(self, account: str) -> list[tuple[int, Document]]:
        """Return the account's faults that are not used up, with their numbers."""
        with self._lock:
            return [(fault.number, fault.as_json()) for fault in self._faults.get(account, [])]

    def all_left(self) -> int:
        """Return how many times faults could still be used, over all accounts."""
        with self._lock:
            return sum(fault.times for faults in self._faults.values() for fault in faults)

    def clear(self, account: str) -> None:
        """Forget the account's faults."""
        with self._lock:
            self._faults.pop(account, None)
