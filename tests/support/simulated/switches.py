"""Guards of the action that can be switched off: the simulation must notice each that is missing.

A new guard gets an entry: what is replaced, by its dotted name, and with what.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch


@dataclass(frozen=True)
class Switch:
    """What is put in a guard's place; `post` is whether there is a post step at all."""

    target: str = ""
    replacement: Any = None
    post: bool = True

    def off(self) -> AbstractContextManager[object]:
        """Return the action without the guard, for the length of a block."""
        return patch(self.target, self.replacement) if self.target else nullcontext()


ON = Switch()
SWITCHES = {
    "look-up": Switch("replicate_train.start.Starter._look", lambda *_: []),
    "post-step": Switch(post=False),
}
