"""A YAML text as nodes, by a well-kept parser; its errors in words, with their place.

No message repeats a value, which may be a secret.
"""

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node
from ruamel.yaml.reader import ReaderError

_MAX_CHARS = 1_000_000
_FIX = (
    "Put values in quotes that contain `: ` or ` #`, or start with one of `@ & * ! % [ {` or a "
    "backtick. Indent with spaces."
)


class YamlProblem(ValueError):
    """What is wrong with a YAML text, in `words`, and how to `fix` it.

    `line` and `column` count from 1, and are 0 where there is no place.
    """

    def __init__(self, words: str, line: int = 0, column: int = 0, fix: str = "") -> None:
        place = f"line {line}, column {column}: " if line else ""
        super().__init__(place + words)
        self.words = words
        self.line = line
        self.column = column
        self.fix = fix


def composed(text: str) -> Node | None:
    """Return the only document's node, None where there is none. Raises `YamlProblem`."""
    if len(text) > _MAX_CHARS:
        raise YamlProblem(f"too long: {len(text):,} characters (maximum {_MAX_CHARS:,})")
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # the warning would repeat the lines
    try:
        node: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        raise _parser_error(error) from None
    except ReaderError as error:
        before = text[: error.position]
        place = before.count("\n") + 1, error.position - before.rfind("\n")
        raise YamlProblem("character that YAML does not allow", *place) from None
    except RecursionError:
        raise YamlProblem("nested too deeply") from None
    except (YAMLError, ValueError) as error:
        first, _, _ = str(error).partition("\n")
        raise YamlProblem(f"not valid YAML: {first}") from None
    return node


def _parser_error(error: MarkedYAMLError) -> YamlProblem:
    mark = error.problem_mark or error.context_mark
    said = " ".join(part for part in (error.context, error.problem) if part)
    if "undefined alias" in said:
        words = "value starts with `*` (a YAML alias), and no anchor has this name"
    elif "'\\t'" in said:
        words = "tab character, where YAML needs spaces"
    else:
        words = f"not valid YAML: {said}"
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return YamlProblem(words, line, column, _FIX)
