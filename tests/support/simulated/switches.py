"""Guards of the action that can be switched off: the simulation must notice each that is missing.

A new guard gets an entry: what is replaced, by its dotted name, and with what.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from replicate_train.replicate.schemas import Training, Version
from replicate_train.training.version import MadeVersion, VersionFinder


@dataclass(frozen=True)
class Switch:
    """What is put in a guard's place; `post` is whether there is a post step at all."""

    target: str = ""
    replacement: Any = None
    post: bool = True

    def off(self) -> AbstractContextManager[object]:
        """Return the action without the guard, for the length of a block."""
        return patch(self.target, self.replacement) if self.target else nullcontext()


def _believed(finder: VersionFinder, training: Training) -> MadeVersion:
    """Return whatever the output calls a version."""
    output = training.output if isinstance(training.output, dict) else {}
    version = Version(id=str(output.get("version")).rpartition(":")[2])
    return MadeVersion(finder.destination, version)


ON = Switch()
SWITCHES = {
    "look-up": Switch("replicate_train.training.start.Starter._found", lambda *_: []),
    "post-step": Switch(post=False),
    "ownership": Switch("replicate_train.training.reuse._is_own", lambda *_: True),
    "own-starts": Switch(
        "replicate_train.training.pending_start.PendingStart.is_own", lambda *_: True
    ),
    "patience-with-refusals": Switch("replicate_train.training.contact.REFUSED_FOR", 0.0),
    "cancel-again": Switch("replicate_train.training.cancel._PAUSES", (1e9,)),
    "twin-watch": Switch(
        "replicate_train.training.twins.TwinWatch.look", lambda _, training, **__: training
    ),
    "known-version": Switch("replicate_train.training.version.VersionFinder.find", _believed),
}
