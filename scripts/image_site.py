"""Make an environment of an image small, and the same in each build. The Dockerfile runs it.

python3 image_site.py VENV PACKAGE: PACKAGE is ours and keeps its sources, which a traceback shows.
All others are left as byte code. Their licences stay, and so does what a scanner looks for: names,
versions and SBOMs.
"""

import compileall
import py_compile
import shutil
import sys
from pathlib import Path

# Parts that nothing here imports: Pydantic 1 within Pydantic 2, a plugin, and measurements.
_UNUSED = ("pydantic/v1", "pydantic/mypy.py", "jsonschema/benchmarks")
_UNREAD = ("tests", "__pycache__", "*.pyi", "py.typed")
_METADATA = ("METADATA", "LICENSE*", "COPYING*", "NOTICE*", "AUTHORS*", "licenses", "sboms")
_UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH


def main(arguments: list[str]) -> int:
    """Make the environment small; return the exit status."""
    venv, package = Path(arguments[0]), arguments[1]
    (site,) = venv.glob("lib/python3.*/site-packages")
    clean(site, package)
    for info in site.glob("*.dist-info"):
        clean_metadata(info)
    for path in [venv / "include", *venv.glob(".gitignore"), *venv.glob("bin/*")]:
        if not path.is_symlink():  # bin/python and its other names
            delete(path)
    return 0 if compile_all(site, package) else 1


def clean(site: Path, package: str) -> None:
    """Delete the tests, the type stubs and the unused parts of all packages but ours.

    Raises `FileNotFoundError` if an unused part is not there, so that their list stays true.
    """
    for part in _UNUSED:
        delete(site / part)
    for pattern in _UNREAD:
        for path in sorted(site.rglob(pattern)):
            if path.exists() and (path.relative_to(site).parts[0] != package):
                delete(path)


def delete(path: Path) -> None:
    """Delete a file or a folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def clean_metadata(info: Path) -> None:
    """Keep a package's name, version, licences and SBOMs: only pip reads the rest."""
    for path in info.iterdir():
        if not any(map(path.match, _METADATA)):
            delete(path)
    metadata = info / "METADATA"
    headers, blank, _readme = metadata.read_text("utf-8").partition("\n\n")
    metadata.write_text(headers + blank, "utf-8")


def compile_all(site: Path, package: str) -> bool:
    """Compile everything; of all packages but ours the byte code replaces the sources.

    Byte code is not checked against a source when it is imported. Returns whether all compiled.
    """
    good = compileall.compile_dir(site / package, quiet=1, invalidation_mode=_UNCHECKED)
    for path in sorted(site.rglob("*.py")):
        if path.relative_to(site).parts[0] != package:
            py_compile.compile(
                str(path),
                cfile=str(path.with_suffix(".pyc")),
                doraise=True,
                invalidation_mode=_UNCHECKED,
            )
            path.unlink()
    return bool(good)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
