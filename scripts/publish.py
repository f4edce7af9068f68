"""Make the release commit and point the version's tags at it.

The release commit is the tagged commit with the image's digest in action.yml, and without the
workflows: GitHub lets no workflow move a tag to other workflow files. Its dates are those of the
tagged commit, so the same image always makes the same commit, and a second run changes nothing.
"""

import os
import subprocess
import sys
from pathlib import Path

import image_source
import release

ROOT = Path(__file__).resolve().parent.parent
_AUTHOR = "github-actions[bot]"
_EMAIL = "41898282+github-actions[bot]@users.noreply.github.com"


def main(arguments: list[str]) -> int:
    """Publish the tag with the image's digest; return the exit status."""
    tag, digest = arguments
    remote = _git("ls-remote", "origin", f"refs/tags/{tag}", f"refs/tags/{tag}^{{}}").split()
    if not remote:
        print(f"{tag}: found no such tag in the repository.", file=sys.stderr)
        return 1
    # An annotated tag is listed twice: the tag object, which a push replaces, and its commit.
    present, commit = remote[0], remote[-2]
    source = _git("rev-parse", "HEAD")
    made = _release_commit(tag, digest, source)
    if commit not in {source, made}:
        print(
            f"{tag} already points to another commit, {commit}. A published version does not"
            " change: release a new version.",
            file=sys.stderr,
        )
        return 1
    moving = release.moving(tag, _git("tag", "--list", "v*").split())
    targets = [f"{made}:refs/tags/{name}" for name in (tag, *moving)]
    forced = [f"+{target}" for target in targets]
    _git("push", "--atomic", f"--force-with-lease=refs/tags/{tag}:{present}", "origin", *forced)
    print(f"{', '.join([tag, *moving])}: {made}")
    return 0


def _release_commit(tag: str, digest: str, source: str) -> str:
    """Make the release commit on `source`, without moving any branch; return its id."""
    if image_source.main(["digest", digest]):
        raise SystemExit(2)
    try:
        _git("rm", "-r", "--quiet", "--cached", "--ignore-unmatch", ".github/workflows")
        _git("add", "action.yml")
        tree = _git("write-tree")
    finally:
        _git("reset", "--quiet")
        image_source.main(["dockerfile"])
    moment = _git("show", "--no-patch", "--format=%cI", source)
    who = {"NAME": _AUTHOR, "EMAIL": _EMAIL, "DATE": moment}
    names = {
        f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()
    }
    message = f"Release {tag}\n\nThe image is {image_source.name(ROOT)}@{digest}."
    return _git("commit-tree", tree, "-p", source, "-m", message, **names)


def _git(*arguments: str, **environment: str) -> str:
    """Run git and return what it prints. Raises `SystemExit` if it fails."""
    done = subprocess.run(
        ["git", *arguments],  # noqa: S607 - the git of this machine
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"git {arguments[0]} failed.")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
