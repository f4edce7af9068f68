"""A fault: what it waits for, and what it does."""

import re
from dataclasses import dataclass, replace
from typing import Any

from replicate_sandbox.engine.script import Script
from replicate_sandbox.store.documents import Document


@dataclass(frozen=True)
class Fault:
    """One fault; `value` is what its kind takes."""

    kind: str
    value: Any
    method: str = ""
    path: str = ""
    times: int = 1
    takes_effect: bool = False
    script: Script | None = None
    number: int = 0  # of its place in the script, over all accounts

    def is_for_request(self, method: str, path: str) -> bool:
        """Return whether the fault is one of this request, whose path follows /v1."""
        edge = self.kind not in {"training", "lag"}
        return edge and self.method in {"", method} and _matches(self.path, path)

    def is_for_training(self, destination: str) -> bool:
        """Return whether the fault is one of a training with this destination."""
        if self.kind != "training":
            return False
        return _matches(self.value.get("destination", "*/*"), destination)

    def rest(self) -> list["Fault"]:
        """Return what is left of the fault after one use."""
        return [replace(self, times=self.times - 1)] if self.times > 1 else []

    def as_json(self) -> Document:
        """Return the fault as it can be given again."""
        request = f"{self.method} {self.path}".strip()
        return {
            **({"request": request} if request else {}),
            self.kind: self.value,
            "times": self.times,
            **({"takes_effect": True} if self.takes_effect else {}),
        }


def _matches(pattern: str, text: str) -> bool:
    """Return whether a text fits a pattern, in which `*` is one part between slashes."""
    expression = re.escape(pattern).replace(r"\*", "[^/]+")
    return not pattern or re.fullmatch(expression, text) is not None
