"""Copies of the project, in which a script may change files."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VERSION = "1.2.3"
CHANGELOG = """\
# Changelog

## Unreleased

## 1.2.3 - 2026-11-26

### Added

- A thing that users notice.

## 1.2.2 - 2026-11-20

- An older thing.
"""

_READY: dict[str, dict[str, bytes]] = {}  # the files that make a copy ready, by the address


class Copy:
    """A copy of the project's files, without its history."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the copy; its first word may be a script."""
        inherited = {key: value for key, value in os.environ.items() if "GITHUB" not in key}
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**inherited, "PYTHONDONTWRITEBYTECODE": "1", **environment},
            check=False,
            capture_output=True,
            text=True,
        )

    def files(self) -> dict[str, bytes]:
        """Return the bytes of each file by its path."""
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in paths
            if ".git" not in path.relative_to(self.folder).parts
        }

    def write(self, name: str, text: str) -> None:
        """Replace a file."""
        (self.folder / name).write_text(text, "utf-8")

    def ready(self, address: str = "acme/fine-tune") -> "Copy":
        """Make everything agree on a release of `VERSION` by the repository `address`.

        The scripts run once for an address; other copies get the files that they changed.
        """
        if address not in _READY:
            before = self.files()
            self._make_ready(address)
            after = self.files().items()
            _READY[address] = {name: text for name, text in after if before.get(name) != text}
        for name, text in _READY[address].items():
            (self.folder / name).write_bytes(text)
        return self

    def _make_ready(self, address: str) -> None:
        self.write("CHANGELOG.md", CHANGELOG)
        module = self.folder / "src/replicate_train/__init__.py"
        lines = module.read_text("utf-8").splitlines()
        kept = [line for line in lines if not line.startswith("__version__")]
        module.write_text("\n".join([*kept, f'__version__ = "{VERSION}"', ""]), "utf-8")
        changed = self.run("scripts/set-repository", address)
        assert changed.returncode == 0, changed.stderr
        assert self.run("scripts/image-source", "dockerfile").returncode == 0
