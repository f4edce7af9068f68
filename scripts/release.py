"""What has to agree before a release, the notes of a version, and the tags that move to it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import image_source
import repository

ROOT = Path(__file__).resolve().parent.parent
_USAGE = "usage: scripts/release check|notes|tags v1.2.3"
_NUMBER = r"(0|[1-9]\d*)"
_TAG = re.compile(rf"v{_NUMBER}\.{_NUMBER}\.{_NUMBER}")
_VERSION = re.compile(r'^__version__ = "(.*)"$', re.MULTILINE)
_SECTION = re.compile(r"^## (.+)\n((?:(?!## ).*\n?)*)", re.MULTILINE)


class Project(NamedTuple):
    """What the files of the project say, and the repository that releases it, if known."""

    version: str
    changelog: str
    image: str
    address: str
    repository: str = ""


def main(arguments: list[str]) -> int:
    """Check, or print the notes or the moving tags of a version; return the exit status."""
    if len(arguments) != 2 or arguments[0] not in {"check", "notes", "tags"}:  # noqa: PLR2004
        print(_USAGE, file=sys.stderr)
        return 2
    command, tag = arguments
    if not _TAG.fullmatch(tag):
        return _report([_not_a_tag(tag)])
    if command == "tags":
        listed = subprocess.run(
            ["git", "tag", "--list", "v*"],  # noqa: S607 - the git of this machine
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        print("\n".join(moving(tag, listed.stdout.split())))
        return 0
    found = project(ROOT, os.environ.get("GITHUB_REPOSITORY", ""))
    if command == "check":
        return _report(problems(tag, found))
    if not (text := notes(tag, found.changelog)):
        return _report([f"CHANGELOG.md: found no notes of {tag[1:]}."])
    print(text)
    return 0


def project(root: Path, releasing: str) -> Project:
    """Read the project's files. Raises `OSError` if one cannot be read."""
    module = (root / "src/replicate_train/__init__.py").read_text("utf-8")
    version = _VERSION.search(module)
    return Project(
        version[1] if version else "",
        (root / "CHANGELOG.md").read_text("utf-8"),
        image_source.read(root),
        repository.current(root),
        releasing,
    )


def problems(tag: str, found: Project) -> Iterator[str]:
    """Yield a sentence for everything that does not agree with the tag. Pure."""
    version = tag[1:]
    if found.version != version:
        yield (
            f"src/replicate_train/__init__.py: `__version__` is `{found.version}`, but the tag is"
            f' {tag}. Set `__version__ = "{version}"`.'
        )
    yield from _problems_of_the_changelog(version, found.changelog)
    if found.image != "Dockerfile":
        yield (
            f"action.yml: `image` is `{found.image}`. Run `scripts/image-source dockerfile`: the"
            " release sets the digest."
        )
    if found.address == repository.PLACEHOLDER:
        yield (
            f"The repository's address is still {repository.PLACEHOLDER}. Run"
            f" `scripts/set-repository {found.repository or 'OWNER/NAME'}`."
        )
    elif found.repository not in {"", found.address}:
        yield (
            f"The project names {found.address}, but this repository is {found.repository}. Run"
            f" `scripts/set-repository {found.repository}`."
        )


def notes(tag: str, changelog: str) -> str:
    """Return the text of the version's section, without its heading; empty if none. Pure."""
    return next(
        (text.strip() for title, text in _sections(changelog) if title.split()[0] == tag[1:]), ""
    )


def moving(tag: str, existing: Iterable[str]) -> list[str]:
    """Return the moving tags of a release: those that no later version keeps. Pure.

    `v1.2.3` gets `v1` unless there is a `v1.3.0`, and `v1.2` unless there is a `v1.2.4`.
    """
    major, minor, patch = _numbers(tag)
    others = [_numbers(other) for other in existing if _TAG.fullmatch(other)]
    found = []
    if all(other <= (major, minor, patch) for other in others if other[0] == major):
        found.append(f"v{major}")
    if all(other[2] <= patch for other in others if other[:2] == (major, minor)):
        found.append(f"v{major}.{minor}")
    return found


def _problems_of_the_changelog(version: str, changelog: str) -> Iterator[str]:
    sections = _sections(changelog)
    titles = [title.split()[0] for title, _ in sections]
    if version not in titles:
        yield f"CHANGELOG.md: found no section `## {version} - YYYY-MM-DD`."
        return
    title, text = sections[titles.index(version)]
    if not re.fullmatch(rf"{re.escape(version)} - \d{{4}}-\d\d-\d\d", title):
        yield f"CHANGELOG.md: `## {title}` has no date. Use `## {version} - YYYY-MM-DD`."
    if not text.strip():
        yield f"CHANGELOG.md: the section of {version} is empty."
    if dict(sections).get("Unreleased", "").strip():
        yield f"CHANGELOG.md: `## Unreleased` is not empty. Move its lines to {version}."


def _sections(changelog: str) -> list[tuple[str, str]]:
    return [(title.strip(), text) for title, text in _SECTION.findall(changelog)]


def _numbers(tag: str) -> tuple[int, int, int]:
    major, minor, patch = tag[1:].split(".")
    return int(major), int(minor), int(patch)


def _not_a_tag(tag: str) -> str:
    return f"`{tag}` is not a version tag. Use v and three numbers, such as v1.2.3."


def _report(found: Iterable[str]) -> int:
    listed = list(found)
    for problem in listed:
        print(problem, file=sys.stderr)
    return 1 if listed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
