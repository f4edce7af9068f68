"""A release, pushed to a real repository, with docker and gh that only write down their use."""

import os
import subprocess
from pathlib import Path

import pytest

from support.copies import Copy

DIGEST = "sha256:" + "5d" * 32
STUB = '#!/bin/sh\necho "$(basename "$0") $*" >>"$CALLS"\n'
GH = (
    STUB
    + 'case "$2" in view) grep -q "gh release create" "$CALLS";; *) cat "$8" >>"$CALLS";; esac\n'
)
AUTHOR = ("-c", "user.name=Tests", "-c", "user.email=tests@example.com")


class Repository:
    """A clone of the project with the tag v1.2.3, and the bare repository that it pushes to."""

    def __init__(self, folder: Path) -> None:
        self.copy = Copy(folder / "clone").ready()
        self.calls = folder / "calls"
        self.tools = folder / "tools"
        self.tools.mkdir()
        self.tool("docker", STUB)
        self.tool("gh", GH)
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(folder / "origin"))
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", str(folder / "origin"))
        self.git("add", "-A")
        self.git(*AUTHOR, "commit", "--quiet", "-m", "Project")
        self.source = self.git("rev-parse", "HEAD")

    def tool(self, name: str, text: str) -> None:
        path = self.tools / name
        path.write_text(text)
        path.chmod(0o755)

    def git(self, *arguments: str) -> str:
        done = self.copy.run("git", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def tag(self, *names: str, annotated: bool = False) -> None:
        for name in names:
            self.git(*AUTHOR, "tag", *(("-a", "-m", name) if annotated else ()), name)
        self.git("push", "--quiet", "origin", "main", "--tags")

    def publish(self, digest: str = DIGEST) -> subprocess.CompletedProcess[str]:
        path = f"{self.tools}:{os.environ['PATH']}"
        return self.copy.run("scripts/publish", "v1.2.3", digest, PATH=path, CALLS=str(self.calls))

    def remote(self) -> dict[str, str]:
        """Return the commit of each tag of the bare repository."""
        listed = self.git("ls-remote", "--tags", "origin").splitlines()
        pairs = [line.split("\trefs/tags/") for line in listed]
        return {name.removesuffix("^{}"): commit for commit, name in pairs}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.mark.parametrize("annotated", [False, True])
def test_the_tags_move_to_a_commit_with_the_image(repository: Repository, annotated: bool) -> None:
    repository.tag("v1.2.2", "v1.2.3", "v1", annotated=annotated)
    done = repository.publish()
    assert done.returncode == 0, done.stderr
    tags = repository.remote()
    made = tags["v1.2.3"]
    assert tags == {"v1.2.2": repository.source, "v1.2.3": made, "v1": made, "v1.2": made}
    assert repository.git("rev-parse", f"{made}^") == repository.source
    changed = repository.git("diff", "--name-status", repository.source, made).splitlines()
    assert "M\taction.yml" in changed
    others = [line for line in changed if line != "M\taction.yml"]
    assert others
    assert all(line.startswith("D\t.github/workflows/") for line in others)
    image = f"docker://ghcr.io/acme/fine-tune@{DIGEST}"
    assert image in repository.git("show", f"{made}:action.yml")
    assert not repository.git("status", "--porcelain")
    assert repository.git("ls-remote", "--heads", "origin").split()[0] == repository.source


def test_the_release_has_the_notes(repository: Repository) -> None:
    repository.tag("v1.2.3")
    repository.publish()
    calls = repository.calls.read_text()
    assert f"docker buildx imagetools inspect ghcr.io/acme/fine-tune@{DIGEST}" in calls
    assert "gh release create v1.2.3 --verify-tag --title v1.2.3 --notes-file" in calls
    assert "--latest=true\n### Added\n\n- A thing that users notice.\n" in calls


def test_an_older_line_does_not_take_the_newest_ones_place(repository: Repository) -> None:
    repository.tag("v1.2.3", "v1", "v1.10.0")
    assert repository.publish().returncode == 0
    tags = repository.remote()
    assert tags["v1"] == repository.source
    assert tags["v1.2"] == tags["v1.2.3"] != repository.source
    assert "--latest=false" in repository.calls.read_text()


def test_nothing_is_published_without_the_local_replicate(repository: Repository) -> None:
    repository.tag("v1.2.3")
    repository.tool("docker", '#!/bin/sh\ncase "$*" in */sandbox:*) exit 1 ;; esac\n')
    done = repository.publish()
    assert done.returncode == 1
    assert "ghcr.io/acme/fine-tune/sandbox:1.2.3 is not publicly readable" in done.stderr
    assert repository.remote() == {"v1.2.3": repository.source}


def test_a_second_run_changes_nothing(repository: Repository) -> None:
    repository.tag("v1.2.3")
    repository.publish()
    tags = repository.remote()
    again = repository.publish()
    assert again.returncode == 0, again.stderr
    assert "Release v1.2.3 already exists." in again.stdout
    assert repository.remote() == tags
    assert repository.calls.read_text().count("gh release create") == 1


def test_a_published_version_never_changes(repository: Repository) -> None:
    repository.tag("v1.2.3")
    repository.publish()
    tags = repository.remote()
    other = repository.publish("sha256:" + "6e" * 32)
    assert other.returncode == 1
    assert "A published version does not change: release a new version." in other.stderr
    assert repository.remote() == tags


def test_nothing_moves_to_an_image_that_nobody_can_pull(repository: Repository) -> None:
    repository.tag("v1.2.3")
    repository.tool("docker", "#!/bin/sh\nexit 1\n")
    done = repository.publish()
    assert done.returncode == 1
    assert f"ghcr.io/acme/fine-tune@{DIGEST} is not publicly readable" in done.stderr
    assert repository.remote() == {"v1.2.3": repository.source}
    assert not repository.calls.exists()


def test_a_tag_that_is_missing(repository: Repository) -> None:
    done = repository.publish()
    assert done.returncode == 1
    assert "v1.2.3: found no such tag in the repository." in done.stderr
