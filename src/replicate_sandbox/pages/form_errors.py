"""Where a page shows what is wrong: beside the field that the service names, or above the form."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from replicate_sandbox.contract.problems import Problem

_REQUIRED = re.compile(r"'(.*)' is a required property")


@dataclass
class FormErrors:
    """What is wrong with a form: `fields` by the name of the field, `general` for the rest."""

    fields: dict[str, str] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fields or self.general)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.fields) + len(self.general)

    def add(self, problem: Problem, names: Collection[str], otherwise: str = "") -> None:
        """Take in a problem of the service for a form with fields of these names.

        `otherwise` is the field for what is said of no field.
        """
        for name, detail in _said(problem):
            match = _REQUIRED.fullmatch(detail)
            target = match[1] if match else name
            if target not in names:
                target = otherwise
            if target:
                self.fields.setdefault(target, detail)
            else:
                self.general.append(detail if match or not name else f"{name}: {detail}")


def _said(problem: Problem) -> Iterator[tuple[str, str]]:
    """Yield the field, or an empty text, and the detail of each thing that a problem says."""
    body = problem.body
    for one in body.get("errors") or ():
        yield one["pointer"].strip("/"), one["detail"]
    for one in body.get("invalid_fields") or ():
        yield one["field"].removeprefix("input").strip(".").partition(".")[0], one["description"]
    if not body.get("errors") and not body.get("invalid_fields"):
        yield "", body["detail"]
