"""The page about provenance says what the schema and the table of prices say."""

import json
import re
from pathlib import Path

from replicate_train.provenance.cost import KNOWN_PRICES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/provenance.md").read_text("utf-8")
SCHEMA = json.loads((ROOT / "manifest.schema.json").read_text("utf-8"))


def test_every_field_of_the_manifest_is_on_the_page() -> None:
    rows = re.findall(r"^\| (`.+?`) \|", PAGE.split("## ", 1)[0], re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(SCHEMA["properties"])


def test_the_page_and_the_example_name_the_type_of_the_schema() -> None:
    assert f"`{SCHEMA['$id']}`" in PAGE
    example = (ROOT / "examples/attest.yml").read_text("utf-8")
    assert f"predicate-type: {SCHEMA['$id']}\n" in example


def test_the_page_lists_the_known_prices() -> None:
    rows = re.findall(r"^\| `(\S+)` \| (.+?) \| ([\d.]+) \| (\S+) \|$", PAGE, re.MULTILINE)
    known = {
        (name, price.hardware, f"{price.per_second}", price.month)
        for name, price in KNOWN_PRICES.items()
    }
    assert set(rows) == known
