"""What has to agree before a release, and what a release says and moves."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from support.copies import CHANGELOG, VERSION, Copy
from support.served import ROOT


@pytest.fixture(scope="module")
def release() -> ModuleType:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        return importlib.import_module("release")
    finally:
        sys.path.remove(str(ROOT / "scripts"))


def found(release: ModuleType, **changes: str) -> str:
    project = release.Project(VERSION, CHANGELOG, "Dockerfile", "acme/fine-tune", "acme/fine-tune")
    return "\n".join(release.problems("v1.2.3", project._replace(**changes)))


def test_everything_agrees(release: ModuleType) -> None:
    assert found(release) == ""
    assert found(release, repository="") == ""


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"version": "1.2.2"},
            (
                "src/replicate_train/__init__.py: `__version__` is `1.2.2`, but the tag is v1.2.3."
                ' Set `__version__ = "1.2.3"`.'
            ),
        ),
        (
            {"changelog": CHANGELOG.replace("1.2.3", "1.2.30")},
            "CHANGELOG.md: found no section `## 1.2.3 - YYYY-MM-DD`.",
        ),
        (
            {"changelog": CHANGELOG.replace("1.2.3 - 2026-11-26", "1.2.3")},
            "CHANGELOG.md: `## 1.2.3` has no date. Use `## 1.2.3 - YYYY-MM-DD`.",
        ),
        (
            {"changelog": CHANGELOG.split("### Added")[0] + "## 1.2.2 - 2026-11-20\n\n- Old.\n"},
            "CHANGELOG.md: the section of 1.2.3 is empty.",
        ),
        (
            {"changelog": CHANGELOG.replace("Unreleased\n", "Unreleased\n\n- Forgotten.\n")},
            "CHANGELOG.md: `## Unreleased` is not empty. Move its lines to 1.2.3.",
        ),
        (
            {"image": "docker://ghcr.io/acme/fine-tune@sha256:1"},
            (
                "action.yml: `image` is `docker://ghcr.io/acme/fine-tune@sha256:1`. Run"
                " `scripts/image-source dockerfile`: the release sets the digest."
            ),
        ),
        (
            {"address": "OWNER" + "/REPO"},
            "The repository's address is still OWNER" + "/REPO. Run"
            " `scripts/set-repository acme/fine-tune`.",
        ),
        (
            {"address": "other/fine-tune"},
            (
                "The project names other/fine-tune, but this repository is acme/fine-tune. Run"
                " `scripts/set-repository acme/fine-tune`."
            ),
        ),
    ],
)
def test_a_disagreement_is_named(
    release: ModuleType, changes: dict[str, str], problem: str
) -> None:
    assert found(release, **changes) == problem


def test_all_disagreements_are_named_at_once(release: ModuleType) -> None:
    named = found(release, version="1", changelog="", image="other", address="a/b")
    assert len(named.splitlines()) == 4


def test_the_notes_are_the_section_without_its_heading(release: ModuleType) -> None:
    assert release.notes("v1.2.3", CHANGELOG) == "### Added\n\n- A thing that users notice."
    assert release.notes("v1.2.2", CHANGELOG) == "- An older thing."
    assert release.notes("v1.2.4", CHANGELOG) == ""


@pytest.mark.parametrize(
    ("tag", "existing", "moving"),
    [
        ("v1.2.3", "", "v1 v1.2"),
        ("v1.2.3", "v1.2.2 v1.2.3 v1 v1.2 v0.9.0 v2.0.0", "v1 v1.2"),
        ("v1.2.3", "v1.10.0", "v1.2"),
        ("v1.2.3", "v1.2.10", ""),
        ("v1.10.0", "v1.9.9 v1.9.10", "v1 v1.10"),
        ("v1.2.3", "v1.3.0-rc.1 vnext", "v1 v1.2"),
    ],
)
def test_a_tag_moves_unless_a_later_version_has_it(
    release: ModuleType, tag: str, existing: str, moving: str
) -> None:
    assert " ".join(release.moving(tag, existing.split())) == moving


def test_the_command(tmp_path: Path) -> None:
    copy = Copy(tmp_path).ready()
    assert copy.run("scripts/release", "check", "v1.2.3").returncode == 0
    assert copy.run("scripts/release", "notes", "v1.2.2").stdout == "- An older thing.\n"
    wrong = copy.run("scripts/release", "check", "v1.3.0", GITHUB_REPOSITORY="acme/other")
    assert wrong.returncode == 1
    assert len(wrong.stderr.splitlines()) == 3
    missing = copy.run("scripts/release", "notes", "v9.9.9")
    assert (missing.returncode, missing.stderr) == (1, "CHANGELOG.md: found no notes of 9.9.9.\n")


@pytest.mark.parametrize("tag", ["1.2.3", "v1.2", "v1.2.3-rc.1", "v01.2.3", "v1.2.3\n", "main"])
def test_what_is_not_a_version_tag(
    tag: str, capsys: pytest.CaptureFixture[str], release: ModuleType
) -> None:
    assert release.main(["check", tag]) == 1
    assert "is not a version tag. Use v and three numbers" in capsys.readouterr().err


def test_a_wrong_command_shows_the_usage(
    capsys: pytest.CaptureFixture[str], release: ModuleType
) -> None:
    assert release.main(["publish"]) == 2
    assert capsys.readouterr().err.startswith("usage: scripts/release check|notes|tags")
