"""YAML from a workflow as a tree of what was written: texts with their places, nothing constructed.

The type of a text depends on who reads it: `yaml_values.py` reads it by YAML 1.2's core schema,
`coerce.py` by a trainer's schema.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from replicate_train.runner.text import quoted
from replicate_train.trainer.yaml_nodes import YamlProblem, composed

_MAX_DEPTH = 50  # lists and mappings inside each other
_TAG = "tag:yaml.org,2002:"
_MAX_VALUES, _MAX_CHARS = 100_000, 5_000_000  # after aliases are expanded
_NO_ALIASES = "Write the values out, without anchors and aliases."
_SCALARS = frozenset({"str", "timestamp", "value", "null", "bool", "int", "float"})


@dataclass(frozen=True)
class Scalar:
    """A text; `kind` is its type by YAML 1.2: str, null, bool, int or float.

    Its place is that of its key, or its own where it has none.
    """

    text: str
    kind: str
    line: int
    column: int


@dataclass(frozen=True)
class Items:
    """A list."""

    items: "tuple[Written, ...]"
    line: int
    column: int


@dataclass(frozen=True)
class Entries:
    """A mapping, in the order in which it was written."""

    entries: "Mapping[str, Written]"
    line: int
    column: int


Written = Scalar | Items | Entries


def read_entries(text: str) -> Mapping[str, Written]:
    """Return a YAML mapping with string keys; an empty text is an empty mapping.

    Raises `YamlProblem`.
    """
    written = read_written(text)
    if written is None:
        return {}
    if isinstance(written, Entries):
        return written.entries
    place = written.line, written.column
    if isinstance(written, Items):
        raise YamlProblem("must be a mapping (`name: value`), not a list", *place)
    fix = "Put a space after the colon."
    raise YamlProblem("must be a mapping (`name: value`), not a string", *place, fix)


def read_written(text: str) -> Written | None:
    """Return what a YAML text holds, None for an empty text or null. Raises `YamlProblem`."""
    node = composed(text)
    if node is None or (isinstance(node, ScalarNode) and _kind(node) == "null"):
        return None
    return _Reader().read(node)


def texts_of(written: Written) -> Iterator[str]:
    """Yield every scalar in what was written, as its text, except null, true and false."""
    if isinstance(written, Scalar):
        if written.kind not in {"null", "bool"}:
            yield written.text
        return
    inner = written.items if isinstance(written, Items) else written.entries.values()
    for part in inner:
        yield from texts_of(part)


class _Reader:
    """Turns nodes into what was written, counting, so that aliases cannot expand without end."""

    def __init__(self) -> None:
        self._count = 0
        self._length = 0
        self._open: list[Node] = []

    def read(self, node: Node, at: Node | None = None) -> Written:
        """Return what was written, with the place of its key (`at`), if it has one."""
        self._count += 1
        self._length += len(node.value) if isinstance(node, ScalarNode) else 0
        if self._count > _MAX_VALUES or self._length > _MAX_CHARS or node in self._open:
            raise _at(node, "too many values after aliases are expanded", _NO_ALIASES)
        if len(self._open) > _MAX_DEPTH:
            raise _at(node, "nested too deeply")
        place = _place(at or node)
        if isinstance(node, ScalarNode):
            return Scalar(_text(node), _kind(node), *place)
        self._open.append(node)
        if isinstance(node, MappingNode):
            written: Written = Entries(self._entries(node), *place)
        else:
            written = Items(self._items(node), *place)
        self._open.pop()
        return written

    def _entries(self, node: MappingNode) -> Mapping[str, Written]:
        if node.tag != _TAG + "map":
            raise _unsupported_tag(node)
        entries: dict[str, Written] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise _at(key, "a key must be a string")
            name = _text(key)
            if key.tag == _TAG + "merge":
                raise _at(key, "merge keys (`<<`) are not supported", "Write the keys out.")
            if name in entries:
                raise _at(key, f"key {quoted(name)} is used twice")
            entries[name] = self.read(value, at=key)
        return entries

    def _items(self, node: Node) -> tuple[Written, ...]:
        if not isinstance(node, SequenceNode) or node.tag != _TAG + "seq":
            raise _unsupported_tag(node)
        return tuple(self.read(item) for item in node.value)


def _kind(node: ScalarNode) -> str:
    kind = str(node.tag).removeprefix(_TAG)
    if node.style in {"'", '"', "|", ">"} or kind in {"timestamp", "value"}:
        return "str"
    if kind not in _SCALARS:
        raise _unsupported_tag(node)
    if node.anchor and not node.value:
        raise _at(node, "value starts with `&` (a YAML anchor), and nothing follows it")
    return kind


def _text(node: ScalarNode) -> str:
    """Return a scalar's text; JSON writes some characters as two escapes, which are joined."""
    try:
        return str(node.value).encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise _at(node, "invalid Unicode character (a lone surrogate)") from None


def _place(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _unsupported_tag(node: Node) -> YamlProblem:
    if str(node.tag).startswith(_TAG):
        return _at(node, f"tag {quoted('!!' + str(node.tag).removeprefix(_TAG))} is not supported")
    return _at(node, "value starts with `!` (a YAML tag), and tags are not supported")


def _at(node: Node, words: str, fix: str = "") -> YamlProblem:
    return YamlProblem(words, *_place(node), fix)
