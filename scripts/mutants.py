"""Run mutmut over the pure modules of the action, with the unit tests, and print their scores.

A module is pure if it imports nothing that reaches out of the process, neither a library nor a
module of ours that does; so this file knows no module by its path.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUTMUT = Path(sys.executable).with_name("mutmut")
PACKAGE = ROOT / "src" / "replicate_train"
REACHING_OUT = {
    *("concurrent", "httpx", "os", "Path", "shutil", "signal", "socket", "ssl", "subprocess"),
    *("sys", "tempfile", "tenacity", "threading", "time"),
    *("client", "clock", "runner", "workspace"),  # modules of ours, by their last names
}
_RESULT = re.compile(r"\s*(?P<module>[\w.]+)\.x\S*?__mutmut_\d+: (?P<status>.+)")
_CONFIG = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = {modules}
pytest_add_cli_args_test_selection = ["tests/unit"]
also_copy = {folders}
"""


def main(names: list[str]) -> int:
    """Mutate the named modules, or all that are pure, and print what came of it."""
    modules = sorted(path for path in PACKAGE.rglob("*.py") if _wanted(path, names))
    if not modules:
        sys.exit(f"No module is called {' or '.join(names)}.")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "project")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv*", ".git", ".*cache"))
        relative = [str(path.relative_to(ROOT)) for path in modules]
        others = sorted(path.name for path in copy.iterdir() if path.name != "src")
        with (copy / "pyproject.toml").open("a") as config:
            config.write(_CONFIG.format(modules=relative, folders=others))
        cores = str(len(os.sched_getaffinity(0)))
        subprocess.run([MUTMUT, "run", "--max-children", cores], cwd=copy, check=False)
        _report(_results(copy), copy)
    return 0


def _wanted(path: Path, names: list[str]) -> bool:
    return path.stem in names if names else _pure(path)


def _pure(path: Path) -> bool:
    """Tell whether a module imports nothing that reaches out, and has functions at all."""
    tree = ast.parse(path.read_text("utf-8"))
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.split(".")
            imported |= {parts[0], parts[-1]}
    functions = any(isinstance(node, ast.FunctionDef) for node in ast.walk(tree))
    return functions and not imported & REACHING_OUT


def _results(copy: Path) -> dict[str, list[tuple[str, str]]]:
    """Return (mutant, what became of it) by module; what no test reaches counts, too."""
    said = _mutmut(copy, "results", "--all", "true")
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in said.splitlines():
        if result := _RESULT.fullmatch(line):
            name = line.strip().partition(":")[0]
            found[result["module"]].append((name, result["status"]))
    return found


def _mutmut(copy: Path, *arguments: str) -> str:
    """Return what a command of mutmut prints."""
    command = [MUTMUT, *arguments]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    return done.stdout


def _report(results: dict[str, list[tuple[str, str]]], copy: Path) -> None:
    """Print each change that no test notices, and then a score for each module."""
    for mutants in results.values():
        for name, status in mutants:
            if status in {"survived", "no tests"}:
                lines = _mutmut(copy, "show", name).splitlines()
                changed = [it for it in lines if re.match(r"[-+](?![-+])", it)]
                print("\n".join([f"\n{name}: {status}", *changed]))
    print(f"\n{'module':<50} {'noticed':>8} {'of':>6} {'score':>6}")
    for module, mutants in sorted(results.items()):
        told = Counter(status for _, status in mutants)
        noticed, total = told["killed"] + told["timeout"], len(mutants)
        print(f"{module:<50} {noticed:>8} {total:>6} {noticed / total:>6.0%}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
