"""The page of the benchmarks: each has its section, and a run writes no other."""

import ast
import re
from pathlib import Path

import pytest

from benchmarks.run import NAMES, RESULTS, main
from benchmarks.section import Section, replaced, sections

PAGE = RESULTS.read_text("utf-8")
ONE = Section("Title", "About it.", [["", "a", "b"], ["x", "1", "2"]], "A sentence.")
TEXT = """## Title

About it.

|  | a | b |
| --- | ---: | ---: |
| x | 1 | 2 |

A sentence.

A machine."""


def test_every_benchmark_has_a_section_and_the_other_way_round() -> None:
    assert sorted(sections(PAGE)) == sorted(NAMES)
    for name in NAMES:
        source = (Path("benchmarks") / f"{name}.py").read_text("utf-8")
        functions = [node.name for node in ast.parse(source).body if hasattr(node, "name")]
        assert "section" in functions, name


@pytest.mark.parametrize("name", NAMES)
def test_every_section_says_on_what_it_was_measured(name: str) -> None:
    found = re.search(rf"<!-- {name} -->\n(## .*?)\n<!-- /{name} -->", PAGE, re.DOTALL)
    assert found
    assert re.search(r", Python [\d.]+, commit [0-9a-f]{7,}(-dirty)?\.$", found[1]), found[1]


def test_a_section_as_markdown() -> None:
    assert ONE.markdown("A machine") == TEXT


def test_only_one_section_is_written() -> None:
    page = "# R\n\n<!-- a -->\nold\n<!-- /a -->\n\nkept\n\n<!-- b -->\nold\n<!-- /b -->\n"
    new = replaced(page, "a", r"new \1")
    assert new == page.replace("old", r"new \1", 1)
    assert replaced(new, "a", "old") == page
    with pytest.raises(ValueError, match="<!-- c -->"):
        replaced(page, "c", "new")


def test_an_unknown_benchmark_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["image", "immage"]) == 2
    assert capsys.readouterr().out.startswith("Unknown: immage. Choose from image, ")
