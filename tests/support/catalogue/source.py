"""The action's source as syntax trees, in which each node knows the names that it stands in."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import replicate_train

PACKAGE = Path(replicate_train.__file__).resolve().parent


@dataclass(frozen=True)
class Place:
    """A place in the source; `owner` names it for a list: `job/post.py: Post._end`."""

    file: str
    line: int
    owner: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} ({self.owner.partition(': ')[2] or 'module'})"


@dataclass(frozen=True)
class Found:
    """A node with its place, and the node around it."""

    node: ast.AST
    above: ast.AST
    place: Place


def nodes() -> Iterator[Found]:
    """Yield every node of every module."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "scaffold" in path.parts:
            continue  # a command of its own, whose words its own tests show
        file = path.relative_to(PACKAGE).as_posix()
        yield from _below(ast.parse(path.read_text("utf-8")), file, ())


def _below(above: ast.AST, file: str, names: tuple[str, ...]) -> Iterator[Found]:
    for node in ast.iter_child_nodes(above):
        inner = names + _named(node, top=isinstance(above, ast.Module))
        line = getattr(node, "lineno", 0)
        yield Found(node, above, Place(file, line, f"{file}: {'.'.join(inner)}"))
        yield from _below(node, file, inner)


def _named(node: ast.AST, *, top: bool) -> tuple[str, ...]:
    """Return the name that a node gives to all that stands in it, if it gives one."""
    if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
        return (node.name,)
    if top and isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return (node.targets[0].id,)
    if top and isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return (node.target.id,)
    return ()
