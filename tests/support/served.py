"""The local Replicate as a real process, for tests that speak to it over HTTP."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent
ACCOUNT, TOKEN = "you", "r8_token_of_the_tests"
OTHER, OTHER_TOKEN = "someone-else", "r8_token_of_someone_else"
LM = "sandbox/tiny-lm-trainer"


@dataclass
class Served:
    """A local Replicate that listens at `url` (which ends in /v1)."""

    url: str
    process: subprocess.Popen[bytes]
    output: Path
    account: str = ACCOUNT
    token: str = TOKEN

    @property
    def port(self) -> int:
        return httpx.URL(self.url).port or 80

    def log(self) -> str:
        return self.output.read_text("utf-8")

    def end(self) -> str:
        """End it, and return the last line that it printed."""
        self.process.terminate()
        self.process.wait(timeout=20)
        return self.log().strip().splitlines()[-1]

    def client(self, token: str = TOKEN) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)


@contextmanager
def sandbox(*arguments: str, host: str = "127.0.0.1") -> Iterator[Served]:
    """Start one on a free port, and end it with the block."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "log")
        command = [sys.executable, "-m", "replicate_sandbox", "--port=0", f"--host={host}"]
        accounts = [f"--account={ACCOUNT}:{TOKEN}", f"--account={OTHER}:{OTHER_TOKEN}"]
        with output.open("wb") as log:
            process = subprocess.Popen(
                [*command, *accounts, *arguments], stdout=log, stderr=subprocess.STDOUT, cwd=ROOT
            )
        try:
            yield Served(_address(process, output), process, output)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _address(process: subprocess.Popen[bytes], output: Path) -> str:
    while process.poll() is None:
        found = re.search(r"http://[^\s:]+:(\d+)/v1", output.read_text("utf-8"))
        if found:
            return f"http://127.0.0.1:{found[1]}/v1"
    raise AssertionError(f"the local Replicate did not start:\n{output.read_text('utf-8')}")
