"""The bundled trainers' modules, loaded from their folders, and their code run as it stands."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from support.served import ROOT


@contextmanager
def project(name: str, *modules: str) -> Iterator[list[ModuleType]]:
    """Import modules of a project's folder, and forget them (and their siblings) afterwards."""
    folder = ROOT / "sandbox" / name
    siblings = [path.stem for path in folder.glob("*.py")]
    sys.path.insert(0, str(folder))
    try:
        yield [importlib.import_module(module) for module in modules]
    finally:
        sys.path.remove(str(folder))
        for sibling in siblings:
            sys.modules.pop(sibling, None)


def heldout() -> Path:
    """Return the text that no training sees."""
    return ROOT / "examples/data/harbour-heldout.jsonl"


def harbour() -> Path:
    """Return the demo's training text."""
    return ROOT / "examples/data/harbour.jsonl"
