"""What is known of a trainer that is simulated: one JSON file in `trainers/` for each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "trainers"
_USUAL_STEPS = 100


@dataclass(frozen=True)
class Specification:
    """A trainer: `owner/name`, its inputs in their order, and how its log looks.

    `known` says how much of its inputs is known: `all`, `part` or `none`. `steps` are products of
    inputs and numbers, and the first that is positive is the number of steps. `predicts` are
    inputs of the versions that it makes, `output` is what they return.
    """

    trainer: str
    about: str
    source: str
    known: str
    log: str
    steps: tuple[tuple[str | int, ...], ...]
    output: str
    predicts: Mapping[str, Mapping[str, Any]]
    inputs: Mapping[str, Mapping[str, Any]]

    def step_count(self, given: Mapping[str, Any]) -> int:
        """Return the number of steps of a training with these inputs."""
        for factors in self.steps:
            count = 1
            for factor in factors:
                count *= factor if isinstance(factor, int) else self._number(given, factor)
            if count > 0:
                return count
        return _USUAL_STEPS

    def files(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Return the URLs of the files that the inputs name."""
        return {
            name: given[name]
            for name, entry in self.inputs.items()
            if entry["type"] == "file" and isinstance(given.get(name), str)
        }

    def _number(self, given: Mapping[str, Any], name: str) -> int:
        value = given.get(name, self.inputs[name].get("default", 1000))
        return value if isinstance(value, int) else 0


@cache
def specifications() -> dict[str, Specification]:
    """Return all of them by the trainer's name, in the order of their names."""
    found = [_read(path) for path in _FOLDER.glob("*.json")]
    return {one.trainer: one for one in sorted(found, key=lambda one: one.trainer)}


def _read(path: Path) -> Specification:
    fields = json.loads(path.read_text("utf-8"))
    return Specification(**fields | {"steps": tuple(map(tuple, fields["steps"]))})
