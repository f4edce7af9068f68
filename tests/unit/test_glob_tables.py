"""Patterns of the dataset's files: what each takes, and which leave the workspace."""

from pathlib import Path

import pytest

from replicate_train.dataset.globs import Globs


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("data/train", "data/test", "..hidden"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def takes(globs: Globs, path: str) -> bool:
    matching = globs.matching(path)
    return bool(matching) and not matching[-1].excludes


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        ("..", True),
        ("../data", True),
        ("data/../..", True),
        ("data/../../data", True),
        ("!../data", True),
        ("/etc", True),
        ("*/../../x", True),
        ("data/..", False),
        ("data/../data/*.txt", False),
        ("./data", False),
        ("..hidden", False),
        ("..hidden/*.txt", False),
        ("...", False),
        ("data/..x", False),
    ],
)
def test_a_pattern_stays_in_the_workspace(root: Path, line: str, leaves: bool) -> None:
    assert bool(Globs.read(line, root).problem) == leaves


@pytest.mark.parametrize(
    ("line", "path", "taken"),
    [
        ("*.txt", "a.txt", True),
        ("*.txt", "data/a.txt", False),
        ("*.txt", "atxt", False),
        ("**/*.txt", "a.txt", True),
        ("**/*.txt", "data/train/a.txt", True),
        ("data/**", "data/train/a.txt", True),
        ("data", "data/train/a.txt", True),
        ("data", "database", False),
        ("data/", "data/a", True),
        (".", "any/thing", True),
        ("?.txt", "a.txt", True),
        ("?.txt", "ab.txt", False),
        ("data?train", "data/train", False),
        ("[ab].txt", "b.txt", True),
        ("[ab].txt", "c.txt", False),
        ("[!ab].txt", "c.txt", True),
        ("[!ab].txt", "a.txt", False),
        ("[!a]b", "/b", False),
        ("[a^].txt", "^.txt", True),
        ("[^a].txt", "a.txt", True),
        ("[a\\].txt", "\\.txt", True),
        ("[a\\].txt", "X.txt", False),
        ("[a^].txt", "X.txt", False),
        ("[[].txt", "[.txt", True),
        ("[[].txt", "X.txt", False),
        ("[a].txt", "a.txt", True),
        ("[a].txt", "b.txt", False),
        ("[ab", "[ab", True),
        ("a]", "a]", True),
        ("data", "data/a\nb", True),
        ("a+b(1).txt", "a+b(1).txt", True),
        ("a*", "a\nb", True),
        ("data/../*.md", "README.md", True),
    ],
)
def test_a_pattern_takes_a_path(root: Path, line: str, path: str, taken: bool) -> None:
    assert takes(Globs.read(line, root), path) == taken


@pytest.mark.parametrize(
    ("lines", "path", "taken"),
    [
        ("data\n!data/test", "data/test/a", False),
        ("data\n!data/test", "data/train/a", True),
        ("!data/test\ndata", "data/test/a", True),
        ("\n  data  \n\n! data/test \n", "data/test/a", False),
    ],
)
def test_the_last_line_that_fits_decides(root: Path, lines: str, path: str, taken: bool) -> None:
    assert takes(Globs.read(lines, root), path) == taken


@pytest.mark.parametrize(
    ("lines", "folder"),
    [
        ("data/train/*.txt", "data/train"),
        ("data/train\ndata/test", "data"),
        ("data/train\n!..hidden", "data/train"),
        ("data/missing.txt", "data"),
        ("missing.txt", ""),
        ("**/*.txt", ""),
        ("data/tra*", "data"),
        ("!data", ""),
        (".", ""),
    ],
)
def test_the_folder_is_the_one_above_all_that_is_taken(root: Path, lines: str, folder: str) -> None:
    assert Globs.read(lines, root).folder == folder


def test_a_pattern_without_signs_is_literal(root: Path) -> None:
    patterns = Globs.read("data/a.txt\n*.txt\na?\n[a]\n!data", root).patterns
    assert [one.literal for one in patterns] == [True, False, False, False, True]
    assert [one.excludes for one in patterns] == [False] * 4 + [True]
    assert len(Globs.read("data\n!data/test", root).including) == 1


def test_a_set_that_is_no_set_is_a_problem(root: Path) -> None:
    assert Globs.read("data\n[z-a]", root).problem
    assert not Globs.read("data\n[a-z]", root).problem
