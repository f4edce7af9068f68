"""A YAML text as nodes, by a well-kept parser; what is wrong with it, in words and with its place.

No words repeat a value, which may be a secret.
"""

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node
from ruamel.yaml.reader import ReaderError

_LONGEST = 1_000_000  # characters of a text
_QUOTE = (
    "Quote texts that hold ': ' or ' #' or begin with one of @ & * ! % ` [ {, and indent with "
    "blanks."
)


class YamlProblem(ValueError):
    """What is wrong, in words, and how to `fix` it.

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
    if len(text) > _LONGEST:
        raise YamlProblem(f"has {len(text):,} characters, and up to {_LONGEST:,} are read")
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # the warning would repeat the lines
    try:
        node: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = " ".join(part for part in (error.context, error.problem) if part)
        if "undefined alias" in words:
            words = "begins with '*', so it is an alias, and no anchor has its name"
        if "'\\t'" in words:
            words = "has a tab here, and YAML wants blanks"
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise YamlProblem(words, line, column, _QUOTE) from None
    except ReaderError as error:
        before = text[: error.position]
        place = before.count("\n") + 1, error.position - before.rfind("\n")
        raise YamlProblem("has a character that YAML does not allow", *place) from None
    except RecursionError:
        raise YamlProblem("is nested too deeply") from None
    except (YAMLError, ValueError) as error:
        raise YamlProblem(str(error).partition("\n")[0]) from None
    return node
