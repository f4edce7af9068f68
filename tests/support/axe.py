"""axe-core: what it finds wrong with a page for people who cannot see it or use no mouse."""

import shutil
import subprocess
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page

from support.served import ROOT

_PACKAGES = ROOT / "tests/browser"
_GRAVE = {"serious", "critical"}


def grave_faults(page: Page) -> list[tuple[str, list[str]]]:
    """Return the serious and critical faults of a page: each rule, and where it is broken."""
    page.evaluate(_source())
    found: dict[str, Any] = page.evaluate("axe.run()")
    return [
        (fault["id"], [str(node["target"]) for node in fault["nodes"]])
        for fault in found["violations"]
        if fault["impact"] in _GRAVE
    ]


@cache
def _source() -> str:
    script = _PACKAGES / "node_modules/axe-core/axe.min.js"
    if not script.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("no npm in PATH to install axe-core with")
        subprocess.run([npm, "ci", "--silent"], cwd=_PACKAGES, check=True, timeout=300)
    return script.read_text("utf-8")
