"""axe-core: what it finds wrong with a page for people who cannot see it or use no mouse."""

from functools import cache
from typing import Any

from support.browser import Page, package_file

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
    return package_file("axe-core/axe.min.js").read_text("utf-8")
