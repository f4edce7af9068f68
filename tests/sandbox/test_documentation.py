"""The pages about the local Replicate name all that it has."""

import re

from replicate_sandbox.options import parser
from replicate_sandbox.service import fault_fields
from replicate_sandbox.simulated.specification import specifications
from support.served import ROOT

PAGE = (ROOT / "docs/sandbox.md").read_text("utf-8")
DIFFERENCES = (ROOT / "docs/sandbox-differences.md").read_text("utf-8")


def first_column(page: str) -> list[str]:
    """Return what the rows of a page's tables begin with, without their headings."""
    rows = re.findall(r"^\| (.+?) \|", page, re.MULTILINE)
    return [row for row in rows if not row.startswith("---")]


def test_every_option_is_documented() -> None:
    options = {text for action in parser()._actions for text in action.option_strings}
    documented = {row.strip("`") for row in first_column(PAGE) if row.startswith("`--")}
    assert documented == options - {"-h", "--help"}


def test_every_fault_is_documented() -> None:
    documented = {name for row in first_column(PAGE) for name in re.findall(r'^`"(\w+)":', row)}
    assert documented == set(fault_fields._KINDS)


def test_every_field_of_a_script_is_documented() -> None:
    fields = {*fault_fields._TRAINING, *fault_fields._NUMBERS}
    table = PAGE[PAGE.index("| field of a script |") :]
    documented = {row.strip("`") for row in first_column(table[: table.index("\n\n")])[1:]}
    assert documented == fields


def test_every_difference_has_its_source() -> None:
    known, _, guessed = DIFFERENCES.partition("## What is guessed")
    rows = [line for line in known.splitlines() if line.startswith("| ")][7:]
    sources = {line.rstrip("| ").rpartition("| ")[2] for line in rows if "---" not in line}
    assert sources - {"source"} == {"observed", "documented"}
    assert len(first_column(guessed)) > 20


def test_what_answers_501_is_named() -> None:
    assert "| collections | yes | 501 | documented |" in DIFFERENCES


def test_every_simulated_trainer_is_documented() -> None:
    table = PAGE[PAGE.index("| trainer | its inputs |") :]
    rows = re.findall(r"^\| `(.+?)` \| (known in part|known|unknown)\b", table, re.MULTILINE)
    said = {"all": "known", "part": "known in part", "none": "unknown"}
    assert dict(rows) == {name: said[one.known] for name, one in specifications().items()}
