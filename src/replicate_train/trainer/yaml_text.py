"""YAML from a workflow as a tree of what was written: texts with their places, nothing constructed.

What a text means depends on who reads it: `values.py` reads it by YAML 1.2's core schema,
`meaning.py` by a trainer's schema.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from replicate_train.trainer.yaml_nodes import YamlProblem, composed

_DEPTH = 50  # lists and mappings inside each other
_TAG = "tag:yaml.org,2002:"
_MOST, _LONGEST = 100_000, 5_000_000  # values, and their characters: what aliases may unfold to
_SCALARS = frozenset({"str", "timestamp", "value", "null", "bool", "int", "float"})


@dataclass(frozen=True)
class Scalar:
    """A text; `kind` is what YAML 1.2 takes it for: str, null, bool, int or float.

    Its place is where it is named, or where it stands where it has no name.
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
    """Return a YAML mapping with text keys; an empty text is an empty mapping.

    Raises `YamlProblem`.
    """
    node = composed(text)
    if node is None or (isinstance(node, ScalarNode) and _kind(node) == "null"):
        return {}
    written = _Reader().read(node)
    if isinstance(written, Entries):
        return written.entries
    if isinstance(written, Items):
        raise _at(node, "must be a mapping (name: value), and is a list")
    raise _at(node, "must be a mapping (name: value, with a blank behind the colon), and is a text")


def texts_of(written: Written) -> Iterator[str]:
    """Yield every text in what was written, as it was written; null, true and false are none."""
    if isinstance(written, Scalar):
        if written.kind not in {"null", "bool"}:
            yield written.text
        return
    inner = written.items if isinstance(written, Items) else written.entries.values()
    for part in inner:
        yield from texts_of(part)


class _Reader:
    """Turns nodes into what was written, counting, so that aliases cannot unfold without end."""

    def __init__(self) -> None:
        self._count = 0
        self._length = 0
        self._open: list[Node] = []

    def read(self, node: Node, at: Node | None = None) -> Written:
        """Return what was written; its place is where it is named, if it is (`at`)."""
        self._count += 1
        self._length += len(node.value) if isinstance(node, ScalarNode) else 0
        if self._count > _MOST or self._length > _LONGEST or node in self._open:
            raise _at(node, "unfolds to too many values; do without anchors and aliases")
        if len(self._open) > _DEPTH:
            raise _at(node, "is nested too deeply")
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
            raise _foreign(node)
        entries: dict[str, Written] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise _at(key, "has a name that is no text")
            name = _text(key)
            if key.tag == _TAG + "merge":
                raise _at(key, "merges another mapping (<<); write the names out instead")
            if name in entries:
                raise _at(key, f"names {name!r} a second time")
            entries[name] = self.read(value, at=key)
        return entries

    def _items(self, node: Node) -> tuple[Written, ...]:
        if not isinstance(node, SequenceNode) or node.tag != _TAG + "seq":
            raise _foreign(node)
        return tuple(self.read(item) for item in node.value)


def _kind(node: ScalarNode) -> str:
    kind = str(node.tag).removeprefix(_TAG)
    if node.style in {"'", '"', "|", ">"} or kind in {"timestamp", "value"}:
        return "str"
    if kind not in _SCALARS:
        raise _foreign(node)
    if node.anchor and not node.value:
        raise _at(node, "begins with '&', so it names an anchor, and nothing follows")
    return kind


def _text(node: ScalarNode) -> str:
    """Return a scalar's text; JSON writes some characters as two escapes, which are joined."""
    try:
        return str(node.value).encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise _at(node, "holds half a character (a lone surrogate)") from None


def _place(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _foreign(node: Node) -> YamlProblem:
    if str(node.tag).startswith(_TAG):
        return _at(node, f"has the tag !!{str(node.tag).removeprefix(_TAG)}, which is not for here")
    return _at(node, "begins with '!', so it has a tag, which is not for here")


def _at(node: Node, words: str) -> YamlProblem:
    return YamlProblem(words, *_place(node))
