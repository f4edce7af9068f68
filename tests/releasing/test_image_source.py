"""The image of action.yml: built by the runner, or pulled by its digest."""

from pathlib import Path

import pytest

from support.copies import Copy

DIGEST = "sha256:" + "5d" * 32


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path).ready("Acme/Fine-Tune")


def test_there_and_back_gives_the_same_bytes(copy: Copy) -> None:
    before = copy.files()
    assert copy.run("scripts/image-source", "digest", DIGEST).returncode == 0
    between = copy.files()
    assert {name for name in before if before[name] != between[name]} == {"action.yml"}
    expected = f"  image: docker://ghcr.io/acme/fine-tune@{DIGEST}\n"
    assert expected in between["action.yml"].decode()
    assert copy.run("scripts/image-source", "digest", DIGEST).returncode == 0
    assert copy.files() == between
    assert copy.run("scripts/image-source", "dockerfile").returncode == 0
    assert copy.files() == before


def test_line_ends_are_kept(copy: Copy) -> None:
    path = copy.folder / "action.yml"
    path.write_bytes(path.read_bytes().replace(b"Fine-tunes a", b"Fine-tunes\r a"))
    before = path.read_bytes()
    copy.run("scripts/image-source", "digest", DIGEST)
    copy.run("scripts/image-source", "dockerfile")
    assert path.read_bytes() == before


def test_the_name_is_in_lower_case(copy: Copy) -> None:
    assert copy.run("scripts/image-source", "name").stdout == "ghcr.io/acme/fine-tune\n"


@pytest.mark.parametrize("digest", ["latest", "sha256:5d", DIGEST.upper(), f"{DIGEST}\n", ""])
def test_only_a_digest_is_written(copy: Copy, digest: str) -> None:
    before = copy.files()
    refused = copy.run("scripts/image-source", "digest", digest)
    assert refused.returncode == 2
    assert "is not a digest. Use sha256: and 64 hexadecimal digits." in refused.stderr
    assert copy.files() == before


def test_a_wrong_command_shows_the_usage(copy: Copy) -> None:
    refused = copy.run("scripts/image-source", "latest")
    assert refused.returncode == 2
    assert refused.stderr.startswith("usage: scripts/image-source digest sha256:...|dockerfile")


def test_an_action_without_an_image_is_an_error(copy: Copy) -> None:
    copy.write("action.yml", "runs:\n  using: node24\n")
    refused = copy.run("scripts/image-source", "dockerfile")
    assert refused.returncode == 1
    assert "action.yml: must have one line `  image: ...`, found 0." in refused.stderr
