"""A real forward proxy (proxy.py) as a process, with a user name and a password."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

USER, PASSWORD = "runner", "pr0xy p@ss:word"


@dataclass(frozen=True)
class ForwardProxy:
    """A running proxy at `port`; `output` is the file with its log."""

    port: int
    output: Path

    def url(self, password: str = PASSWORD) -> str:
        """Return its address, with the user name and a password."""
        return f"http://{USER}:{quote(password, safe='')}@127.0.0.1:{self.port}"

    @property
    def tunnels(self) -> int:
        """How many connections it has made for its clients."""
        return self.output.read_text("utf-8").count(" CONNECT localhost:")


@contextmanager
def forward_proxy() -> Iterator[ForwardProxy]:
    """Start a proxy on a free port, and end it with the block."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port, output = folder / "port", folder / "log"
        command = [sys.executable, "-m", "proxy", "--port=0", f"--port-file={port}"]
        command += ["--num-workers=1", "--num-acceptors=1", "--threaded", f"--data-dir={name}"]
        with output.open("wb") as log:
            process = subprocess.Popen(
                [*command, f"--basic-auth={USER}:{PASSWORD}"], stdout=log, stderr=log
            )
        try:
            yield ForwardProxy(_port(process, port, output), output)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _port(process: subprocess.Popen[bytes], file: Path, output: Path) -> int:
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        if file.exists() and (text := file.read_text().split()):
            return int(text[0])
        time.sleep(0.02)
    raise AssertionError(f"the proxy did not start:\n{output.read_text('utf-8')}")
