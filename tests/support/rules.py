"""The rules of the architecture, over the source as it is parsed."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from support.served import ROOT

SOURCE = ROOT / "src"
_BUILTINS = {"print", "exit", "quit", "SystemExit", "input", "breakpoint"}


@dataclass(frozen=True)
class Rule:
    """What only some modules of the action may use: names with a dot, or builtins.

    A name stands for everything below it, too. `modules` are paths in the package.
    """

    names: tuple[str, ...]
    modules: tuple[str, ...] = ()

    def breaches(self, module: str, source: str) -> list[str]:
        """Return what a module uses and may not."""
        if module in self.modules:
            return []
        return sorted(
            used
            for used in names(source)
            for name in self.names
            if used == name or used.startswith(f"{name}.")
        )


RULES = {
    "actions_toolkit": Rule(("actions_toolkit",), ("runner/commands.py",)),
    "environment": Rule(
        ("os.environ", "os.getenv", "os.environb"), ("__main__.py", "scaffold/__main__.py")
    ),
    "settings of the network": Rule(
        ("urllib.request.getproxies", "httpx.create_ssl_context", "ssl.create_default_context"),
        ("net/proxies.py", "net/tls.py"),
    ),
    "exit": Rule(
        ("sys.exit", "os._exit", "os.abort", "exit", "quit", "SystemExit"),
        ("__main__.py", "scaffold/__main__.py"),
    ),
    "output": Rule(
        ("print", "sys.stdout", "sys.stderr", "sys.__stdout__", "logging"),
        ("__main__.py", "scaffold/__main__.py", "runner/commands.py", "runner/output.py"),
    ),
    "sleep": Rule(("time.sleep", "asyncio", "threading.Event"), ("clock.py",)),
    "date and time of day": Rule(
        ("time.time", "datetime.datetime.now", "datetime.date.today"), ("replicate/rate_limit.py",)
    ),
    "signals": Rule(("signal",), ("runner/signals.py",)),
    "processes": Rule(("subprocess", "os.system", "os.fork", "os.execv", "multiprocessing")),
    "code from text": Rule(("eval", "exec", "pickle", "marshal", "importlib")),
    "the local Replicate": Rule(("replicate_sandbox",)),
}


@cache
def names(source: str) -> set[str]:
    """Return the imported modules and names that a source uses, and builtins, each in full."""
    tree = ast.parse(source)
    known = dict(_imported(tree))
    found = set(known.values())
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (full := _full(node, known)):
            found.add(full)
        elif isinstance(node, ast.Name) and node.id in _BUILTINS | {"eval", "exec"}:
            found.add(node.id)
    return found


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield each imported name as the source writes it, and in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
                yield f"import {alias.name}", alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _full(node: ast.Attribute, known: Mapping[str, str]) -> str:
    parts: list[str] = []
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        parts.insert(0, inner.attr)
        inner = inner.value
    if not isinstance(inner, ast.Name) or inner.id not in known:
        return ""
    return ".".join([known[inner.id], *parts])


def imports(source: str) -> set[str]:
    """Return the modules that a source imports when it is loaded, as far as they are named."""
    found: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def sources(package: str) -> dict[str, str]:
    """Return the source of every module of a package, by its path in it."""
    folder = SOURCE / package
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*.py"))
    }


def graph(package: str, modules: Mapping[str, str]) -> dict[str, set[str]]:
    """Return which modules of a package each of its modules imports, by their dotted names."""
    dotted = {_dotted(package, path): imports(source) for path, source in modules.items()}
    return {name: {one for one in found if one in dotted} for name, found in dotted.items()}


def _dotted(package: str, path: str) -> str:
    return ".".join([package, *Path(path).with_suffix("").parts]).removesuffix(".__init__")


def cycle(imported: Mapping[str, set[str]]) -> list[str]:
    """Return the modules of an import cycle, the first one at both ends; empty if none is found."""
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> list[str]:
        if name in above:
            return [*above[above.index(name) :], name]
        if name not in done:
            found = _first(visit(other, (*above, name)) for other in imported[name] - {name})
            if found:
                return found
            done.add(name)
        return []

    return _first(visit(name, ()) for name in imported)


def _first(found: Iterable[list[str]]) -> list[str]:
    return next((one for one in found if one), [])
