"""YAML from a workflow as plain values: mappings, lists, texts, numbers, true, false, null.

Read as YAML 1.2's core schema, so `yes` is a text, `1e-4` a number and a date a text. Nothing is
constructed: the parser's nodes are turned into values here, and every other tag is refused.
"""

import math
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_TAG = "tag:yaml.org,2002:"
_MOST = 100_000  # values: what aliases may unfold to
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


class YamlProblem(ValueError):
    """What is wrong, in words; `line` and `column` count from 1, 0 where there is no place."""

    def __init__(self, words: str, line: int = 0, column: int = 0) -> None:
        place = f"line {line}, column {column}: " if line else ""
        super().__init__(place + words)
        self.line = line
        self.column = column


def read_mapping(text: str) -> dict[str, Any]:
    """Return a YAML mapping with text keys; an empty text is an empty mapping.

    Raises `YamlProblem`.
    """
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlProblem(
            " ".join(part for part in (error.context, error.problem) if part),
            *((mark.line + 1, mark.column + 1) if mark else ()),
        ) from None
    except RecursionError:
        raise YamlProblem("is nested too deeply") from None
    except (YAMLError, ValueError) as error:
        raise YamlProblem(str(error).partition("\n")[0]) from None
    if node is None:
        return {}
    value = _Values().of(node)
    if not isinstance(value, dict):
        raise _at(node, "must be a mapping (name: value), and is something else")
    return value


class _Values:
    """Turns nodes into values, counting them, so that aliases cannot unfold without end."""

    def __init__(self) -> None:
        self._count = 0
        self._open: list[Node] = []

    def of(self, node: Node) -> Any:  # noqa: ANN401 - any JSON value
        self._count += 1
        if self._count > _MOST or node in self._open:
            raise _at(node, "unfolds to too many values; do without anchors and aliases")
        if isinstance(node, ScalarNode):
            return _scalar(node)
        self._open.append(node)
        value = self._mapping(node) if isinstance(node, MappingNode) else self._list(node)
        self._open.pop()
        return value

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        if node.tag != _TAG + "map":
            raise _at(node, f"has the tag {node.tag}, which is not for here")
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise _at(key_node, "has a name that is no text")
            name = _text(key_node)
            if name in mapping:
                raise _at(key_node, f"names {name!r} a second time")
            mapping[name] = self.of(value_node)
        return mapping

    def _list(self, node: Node) -> list[Any]:
        if not isinstance(node, SequenceNode) or node.tag != _TAG + "seq":
            raise _at(node, f"has the tag {node.tag}, which is not for here")
        return [self.of(item) for item in node.value]


def _scalar(node: ScalarNode) -> Any:  # noqa: ANN401 - any JSON scalar
    text = _text(node)
    tag = str(node.tag).removeprefix(_TAG)
    if node.style in {"'", '"', "|", ">"} or tag in {"str", "timestamp"}:
        return text
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag == "int" and _INT.fullmatch(text):
        return int(text, 0 if text[:2] in {"0o", "0x"} else 10)
    if tag in {"int", "float"} and _FLOAT.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    if tag in {"int", "float"}:
        raise _at(node, f"holds the number {text}, which JSON cannot carry; put it in quotes")
    raise _at(node, f"has the tag {node.tag}, which is not for here")


def _text(node: ScalarNode) -> str:
    """Return a scalar's text; JSON writes some characters as two escapes, which are joined."""
    try:
        return str(node.value).encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise _at(node, "holds half a character (a lone surrogate)") from None


def _at(node: Node, words: str) -> YamlProblem:
    return YamlProblem(words, node.start_mark.line + 1, node.start_mark.column + 1)
