"""Write byte code of those parts of the standard library that a package uses.

PYTHON image_library.py PACKAGE TARGET [MODULE...]: the official image comes without it, and to
compile takes a third of the time until the step's first request. PACKAGE is imported with all of
its modules, and with each import that stands in a function. MODULEs are those that only other
packages or Python itself load, when they need them.
"""

import ast
import contextlib
import importlib.util
import pkgutil
import py_compile
import sys
import sysconfig
from collections.abc import Iterator
from importlib.machinery import PathFinder
from importlib.util import cache_from_source
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Write the byte code below TARGET, at the places where Python looks for it."""
    package, target, *others = arguments
    for name in [*modules(package), *others]:
        load(name)
    for source in loaded():
        place = Path(target, *Path(cache_from_source(str(source))).parts[1:])
        py_compile.compile(
            str(source),
            cfile=str(place),
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    return 0


def modules(package: str) -> Iterator[str]:
    """Yield the names of a package's modules, and of all that they import anywhere in them."""
    paths = importlib.import_module(package).__path__
    for found in pkgutil.walk_packages(paths, f"{package}."):
        yield found.name
        spec = importlib.util.find_spec(found.name)
        if spec and spec.origin:
            yield from imports(Path(spec.origin).read_text("utf-8"))


def imports(source: str) -> Iterator[str]:
    """Yield the modules that a source imports, and the names in them, which may be modules."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def load(name: str) -> None:
    """Import a module; do nothing where the name is that of something else."""
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module(name)


def loaded() -> list[Path]:
    """Return the sources of the standard library's modules that are loaded, in order.

    Modules that are frozen into the interpreter have none that is read.
    """
    library = Path(sysconfig.get_path("stdlib"))
    found = {source for name in list(sys.modules) if (source := source_of(name))}
    return sorted(
        path
        for path in found
        if path.suffix == ".py"
        and path.is_relative_to(library)
        and "site-packages" not in path.parts
    )


def source_of(name: str) -> Path | None:
    """Return the file that a loaded module was read from, or None."""
    spec = getattr(sys.modules[name], "__spec__", None)
    if spec is None or (spec.name == name and spec.origin in {"frozen", "built-in"}):
        return None
    parent = sys.modules.get(name.rpartition(".")[0])
    # Not the spec of the module: `collections.abc` is replaced by another module as it is loaded.
    found = PathFinder.find_spec(name, getattr(parent, "__path__", None))
    return Path(found.origin) if found and found.origin else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
