"""The interface of the action, written from one place into every file that states it.

The inputs are the fields of `Inputs` in the input model: the name, the type, the text below the
field, and the comment that begins its group. The outputs are those of action.yml.
"""

import ast
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import interface_types
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
MODEL = "src/replicate_train/inputs/model.py"
_WIDTH = 100
_GROUP = re.compile(r"^    # (.+)$")
_DEFAULT = re.compile(r"(.*?) ?\b(?:Default: (.+?)|(Required.*?))\.", re.DOTALL)
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_PLAIN = re.compile(r"[A-Za-z$][^#]*?[^:\s]")  # with no `: `, as YAML reads it


class Input(NamedTuple):
    """An input: its meaning in Markdown, and what its text says of the default.

    `declared` is the default that action.yml declares, `default` what the README calls it.
    """

    name: str
    meaning: str
    default: str = ""
    declared: str = ""

    @property
    def required(self) -> bool:
        """Whether every mode requires it."""
        return self.default == "required"


class Group(NamedTuple):
    """The inputs below one comment of the model."""

    title: str
    inputs: list[Input]


def main(arguments: list[str]) -> int:
    """Write the files, or name those that are not current; return the exit status."""
    if arguments not in ([], ["--check"]):
        print("usage: scripts/interface [--check]", file=sys.stderr)
        return 2
    texts = {name: (ROOT / name).read_text("utf-8") for name in (MODEL, *WRITTEN)}
    changed = {name: text for name, text in written(texts).items() if text != texts[name]}
    for name, text in changed.items():
        print(name)
        if not arguments:
            (ROOT / name).write_text(text, "utf-8", newline="")
    return 1 if arguments and changed else 0


def written(texts: Mapping[str, str]) -> dict[str, str]:
    """Return every file as it has to be, by its name; `texts` are the files as they are. Pure."""
    found = groups(texts[MODEL])
    action = _with_inputs(texts["action.yml"], found)
    declared = YAML(typ="safe", pure=True).load(action)
    return {
        name: make(texts | {"action.yml": action}, found, declared)
        for name, make in WRITTEN.items()
    }


def groups(source: str) -> list[Group]:
    """Return the inputs of the model's source, in its order. Raises `ValueError`. Pure."""
    lines = source.splitlines()
    (model,) = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == "Inputs"
    ]
    found: list[Group] = []
    for node, after in zip(model.body, [*model.body[1:], None], strict=True):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        name = node.target.id.replace("_", "-")
        if title := _GROUP.match(lines[node.lineno - 2]):
            found.append(Group(title[1], []))
        match after:
            case ast.Expr(value=ast.Constant(value=str(text))):
                found[-1].inputs.append(_input(name, " ".join(text.split())))
            case _:
                raise ValueError(f"{MODEL}: write what `{name}` means below the field, in quotes.")
    return found


def _input(name: str, text: str) -> Input:
    said = _DEFAULT.fullmatch(text)
    if not said:
        return Input(name, text)
    meaning, default, required = said.groups()
    if required:
        return Input(name, meaning, required[0].lower() + required[1:])
    code = re.fullmatch(r"`([^`]+)`", default)
    return Input(name, meaning, default, code[1] if code else "")


def _with_inputs(action: str, found: list[Group]) -> str:
    """Return action.yml with the inputs of the model."""
    parts = ["\n".join(line for one in group.inputs for line in _declared(one)) for group in found]
    before, rest = action.split("\ninputs:", 1)
    rest = rest.split("\noutputs:", 1)[1]
    note = f"# written by scripts/interface from {MODEL}"
    return f"{before}\ninputs: {note}\n" + "\n\n".join(parts) + f"\n\noutputs:{rest}"


def _declared(one: Input) -> Iterator[str]:
    text = _without_links(one.meaning)
    if one.default and not one.declared and not one.required:
        lead = "" if one.default.startswith("required") else "Default: "
        default = one.default if lead else one.default[0].upper() + one.default[1:]
        text = f"{text} {lead}{default}."
    yield f"  {one.name}:"
    yield from _described(text)
    if one.required:
        yield "    required: true"
    else:
        yield f"    default: {_default(one.declared)}"


def _described(text: str) -> list[str]:
    plain = f"    description: {text}"
    if _PLAIN.fullmatch(text) and ": " not in text and len(plain) <= _WIDTH:
        return [plain]
    lines = textwrap.wrap(text, _WIDTH - 6, break_on_hyphens=False, break_long_words=False)
    return ["    description: >-", *(f"      {line}" for line in lines)]


def _default(text: str) -> str:
    return text if text and text not in {"true", "false"} else f'"{text}"'


def _without_links(text: str) -> str:
    """Return a text for readers outside this repository: GitHub shows action.yml's elsewhere."""

    def named(link: re.Match[str]) -> str:
        return f'"{link[1]}" in the README' if link[2].startswith("#") else link[2]

    return _LINK.sub(named, text)


def _readme(texts: Mapping[str, str], found: list[Group], declared: Mapping[str, Any]) -> str:
    inputs = "\n\n".join(
        f"### {group.title}\n\n| input | default | meaning |\n| --- | --- | --- |\n"
        + "\n".join(f"| `{one.name}` | {_shown(one)} | {one.meaning} |" for one in group.inputs)
        for group in found
    )
    outputs = "| output | meaning |\n| --- | --- |\n" + "\n".join(
        f"| `{name}` | {_linked(entry['description'])} |"
        for name, entry in declared["outputs"].items()
    )
    text = _between(texts["README.md"], "inputs", inputs)
    return _between(text, "outputs", outputs)


def _shown(one: Input) -> str:
    return (f"`{one.declared}`" if one.declared else one.default) or "empty"


def _linked(text: str) -> str:
    return re.sub(r"(?<![\w/(])docs/[\w-]+\.md", r"[\g<0>](\g<0>)", text)


def _between(text: str, name: str, content: str) -> str:
    """Return a Markdown text with new content between its markers of that name."""
    begin, end = f"<!-- {name}: written by scripts/interface -->", f"<!-- end of {name} -->"
    before, rest = text.split(begin, 1)
    return f"{before}{begin}\n\n{content}\n\n{end}{rest.split(end, 1)[1]}"


def _types(texts: Mapping[str, str], _found: list[Group], declared: Mapping[str, Any]) -> str:
    comments = [line for line in texts["action-types.yml"].splitlines() if line.startswith("#")]
    return "\n".join([*comments, *interface_types.lines(declared)]) + "\n"


WRITTEN: dict[str, Callable[[Mapping[str, str], list[Group], Mapping[str, Any]], str]] = {
    "action.yml": lambda texts, _found, _declared: texts["action.yml"],
    "action-types.yml": _types,
    "README.md": _readme,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
