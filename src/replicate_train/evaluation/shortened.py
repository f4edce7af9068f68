"""A JSON value cut so that it fits into so many characters. Pure."""

import json
from itertools import takewhile
from typing import Any

_MAX_DEPTH = 20
_CUT = "…"
_SHORTEST = 20  # characters of a string that are worth keeping


def shortened(value: Any, room: int) -> tuple[Any, bool]:  # noqa: ANN401 - any JSON value
    """Return a value whose JSON has about `room` characters at most, and whether it was cut.

    Long strings end with how many characters were left out; lists and mappings end early.
    """
    cutter = _Cutter(room)
    return cutter.fit(value, 0), cutter.cut


class _Cutter:
    def __init__(self, room: int) -> None:
        self._room = room
        self.cut = False

    def fit(self, value: Any, depth: int) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, str):
            return self._string(value)
        if not isinstance(value, (list, dict)):
            self._room -= len(json.dumps(value))
            return value
        if depth == _MAX_DEPTH:
            self.cut = True
            return _CUT
        self._room -= 2
        if isinstance(value, list):
            fitting_parts = takewhile(lambda _: self._fits(2), value)
            return [self.fit(part, depth + 1) for part in fitting_parts]
        fitting: dict[str, Any] = {}
        for name, part in value.items():
            if not self._fits(len(_written(name)) + 4):
                break
            fitting[name] = self.fit(part, depth + 1)
        return fitting

    def _fits(self, size: int) -> bool:
        """Tell whether there is room for an entry, and take what stands around its value."""
        if self._room <= size:
            self.cut = True
            return False
        self._room -= size
        return True

    def _string(self, text: str) -> str:
        room = max(self._room, _SHORTEST)
        kept = text[:room]
        while len(_written(kept)) > room + 2:  # a character may need more than one in JSON
            kept = kept[: len(kept) // 2]
        if kept != text:
            self.cut = True
            kept = f"{kept} {_CUT} ({len(text) - len(kept):,} more characters)"
        self._room -= len(_written(kept))
        return kept


def _written(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
