"""The address of the repository, written everywhere from the one place that holds it."""

import re
from pathlib import Path

import pytest

from support.copies import Copy

PLACEHOLDER = "OWNER" + "/REPO"
SAID = re.compile(rf"{PLACEHOLDER}|with the repository\s+of\s+this\s+action")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_the_address_is_written_everywhere(copy: Copy) -> None:
    changed = copy.run("scripts/set-repository", "acme/fine-tune")
    assert changed.returncode == 0, changed.stderr
    left = {
        name
        for name, content in copy.files().items()
        if not name.startswith(("tests/", "scripts/"))
        and SAID.search(content.decode("utf-8", "replace"))
    }
    assert left == set()
    files = {name: content.decode("utf-8", "replace") for name, content in copy.files().items()}
    assert "      - uses: acme/fine-tune@v1\n" in files["README.md"]
    assert "\nBefore the first run:\n" in files["README.md"]
    assert 'ACTION = "acme/fine-tune@v1"' in files["src/replicate_train/scaffold/writer.py"]
    assert (
        "https://github.com/acme/fine-tune/security" in files[".github/ISSUE_TEMPLATE/config.yml"]
    )
    assert "# Store the token as a repository secret." in files["examples/release.yml"]
    assert "acme/fine-tune: ref-pin" in files[".github/zizmor.yml"]


def test_the_name_of_an_image_is_in_lower_case(copy: Copy) -> None:
    for address in ("Acme/Fine-Tune", "Acme/Fine-Tune-2"):
        copy.run("scripts/set-repository", address)
        text = copy.files()["examples/service-container.yml"].decode("utf-8")
        assert f"image: ghcr.io/{address.lower()}/sandbox:1\n" in text
        assert f"uses: {address}@v1\n" in text


def test_a_second_time_changes_nothing(copy: Copy) -> None:
    copy.run("scripts/set-repository", "acme/fine-tune")
    before = copy.files()
    again = copy.run("scripts/set-repository", "acme/fine-tune")
    assert (again.returncode, again.stdout) == (0, "")
    assert copy.files() == before


def test_a_repository_that_moves_is_named_anew(copy: Copy) -> None:
    copy.run("scripts/set-repository", "acme/fine-tune")
    once = copy.files()
    copy.run("scripts/set-repository", "acme/fine-tune-2.x")
    copy.run("scripts/set-repository", "acme/fine-tune")
    assert copy.files() == once


def test_longer_names_and_other_hosts_are_left_alone(copy: Copy) -> None:
    copy.run("scripts/set-repository", "acme/tune")
    text = "acme/tuner acme/tune-2 big-acme/tune x.acme/tune/acme/tune acme/tune.py\n"
    copy.write("NOTES.md", text + "acme/tune. https://github.com/acme/tune/x\n")
    copy.run("scripts/set-repository", "you/it")
    written = (copy.folder / "NOTES.md").read_text("utf-8")
    assert written == text + "you/it. https://github.com/you/it/x\n"


@pytest.mark.parametrize(
    "address", ["acme", "acme/", "a/b/c", "acme/..", "-a/b", "a--b/c", "a b/c", "", PLACEHOLDER]
)
def test_what_is_not_an_address(copy: Copy, address: str) -> None:
    before = copy.files()
    refused = copy.run("scripts/set-repository", address)
    assert refused.returncode == 2
    assert refused.stderr
    assert copy.files() == before


def test_a_missing_argument_shows_the_usage(copy: Copy) -> None:
    refused = copy.run("scripts/set-repository")
    assert (refused.returncode, refused.stderr) == (2, "usage: scripts/set-repository OWNER/NAME\n")
