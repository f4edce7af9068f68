"""A real browser for pages: Debian's Chromium, driven by Playwright, and packages from npm.

What is missing is installed by its name, where this process may do so. Where that is impossible
the tests are skipped, with the reason.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

__all__ = ["Browser", "Page", "chromium", "package_file"]

PACKAGES = Path(__file__).resolve().parent.parent / "browser"  # package.json pins the versions
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
_SECONDS = 300  # for an installation


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium, during the block."""
    path = _found() or _installed()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def package_file(path: str) -> Path:
    """Return a file of a package from npm, which is installed if it is missing."""
    file = PACKAGES / "node_modules" / path
    if not file.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not installed: packages for the browser cannot be fetched")
        _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm ci", PACKAGES)
    return file


def _found() -> str:
    return next(filter(None, map(shutil.which, _NAMES)), "")


def _installed() -> str:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        pytest.skip("Chromium is not installed, and this user cannot install it")
    _run([apt, "update", "-qq"], "apt-get update")
    command = [apt, "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu"]
    _run(command, "apt-get install chromium")
    return _found()


def _run(command: list[str], name: str, folder: Path | None = None) -> None:
    """Run a command; if it fails, skip the test with the end of what it said."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(
            command,
            cwd=folder,
            env=environment,
            timeout=_SECONDS,
            check=True,
            capture_output=True,
            text=True,
        )
    except subprocess.CalledProcessError as error:
        pytest.skip(f"{name} failed: {error.stderr.strip()[-300:]}")
    except subprocess.TimeoutExpired:
        pytest.skip(f"{name} took more than {_SECONDS} s")
