"""The project's scripts as modules."""

import importlib
import sys
from types import ModuleType

from support.served import ROOT


def script(name: str) -> ModuleType:
    """Return the module `scripts/NAME.py`, which finds the modules beside it."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "scripts"))
