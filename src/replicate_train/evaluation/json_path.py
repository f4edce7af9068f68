"""Paths that lead to one value of a JSON document: the singular queries of RFC 9535. Pure.

`$.labels[0].name`, `$['a key'][-1]`. An expectation compares one value, so wildcards, slices and
filters have no use here; a whole JSONPath engine brings five megabytes of regular expressions.
"""

import re
from dataclasses import dataclass
from typing import Any, Self

_MAX_CHARS = 500
_MISSING = object()
_STEP = re.compile(
    r"""\.(?P<name>[A-Za-z_\u0080-\U0010ffff][\w\u0080-\U0010ffff]*)
    |\[(?P<index>-?\d{1,9})\]
    |\['(?P<single>[^'\\]*)'\]
    |\["(?P<double>[^"\\]*)"\]""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class JsonPath:
    """A path: its text, and the keys and indexes that it names."""

    text: str
    steps: tuple[str | int, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the path that a text is. Raises `ValueError` with a message for the user."""
        if not text.startswith("$"):
            raise ValueError("must start with `$`")
        steps: list[str | int] = []
        at = 1
        while at < len(text):
            step = _STEP.match(text, at)
            if step is None or at > _MAX_CHARS:
                raise ValueError(f"is not valid at character {at + 1}")
            index = step["index"]
            names = (step[group] for group in ("name", "single", "double"))
            steps.append(int(index) if index else next(one for one in names if one is not None))
            at = step.end()
        return cls(text, tuple(steps))

    def value_in(self, document: Any) -> Any:  # noqa: ANN401 - any JSON value
        """Return the value that the path leads to. Raises `LookupError` where there is none."""
        for step in self.steps:
            found = document.get(step, _MISSING) if isinstance(document, dict) else _MISSING
            if isinstance(step, int) and isinstance(document, list):
                found = document[step] if -len(document) <= step < len(document) else _MISSING
            if found is _MISSING:
                raise LookupError(step)
            document = found
        return document
