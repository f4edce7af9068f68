"""The packages of the local Replicate stand above one another."""

import re
from pathlib import Path

import pytest

import replicate_sandbox

ROOT = Path(replicate_sandbox.__file__).parent
LAYERS = ["api", "pages", "service", "simulated", "engine", "contract", "store"]


def test_every_package_has_a_layer() -> None:
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} == set(LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_package_imports_only_those_below_it(layer: str) -> None:
    allowed = set(LAYERS[LAYERS.index(layer) :])
    for path in (ROOT / layer).glob("*.py"):
        text = path.read_text("utf-8")
        imported = set(re.findall(r"^from replicate_sandbox\.(\w+)", text, re.MULTILINE))
        assert imported <= allowed, path
