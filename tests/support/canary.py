"""A step with tokens that nothing else has, and a search for them in all that it leaves behind."""

import json
import re
import tempfile
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from urllib.parse import quote

from support.entrypoint import PROGRAM, Step, start
from support.processes import below
from support.served import ROOT, Served

# Signs that JSON, URLs, HTML, Markdown and base64 write in their own ways.
TOKEN = "r8_C4n4ry+%&<'~_x7Q2wZ"
GITHUB_TOKEN = "ghs_C4n4ry_0f_G1tHub"


def notations(token: str) -> list[str]:
    """Return the ways to write a token that the redaction promises to hide."""
    data = token.encode()
    return [
        token,
        json.dumps(token)[1:-1],
        repr(token)[1:-1],
        quote(token, safe=""),
        re.sub("%..", lambda code: code[0].lower(), quote(token, safe="")),
        escape(token),
        data.hex(),
        data.hex().upper(),
        b64encode(data).decode().rstrip("="),
        urlsafe_b64encode(data).decode().rstrip("="),
        *(b64encode(bytes(before) + data + b"...").decode() for before in range(3)),
    ]


def traces(token: str) -> list[str]:
    """Return what a text must not contain: the token in any notation, or a large part of it."""
    data = token.encode()
    # Base64 of a longer text, without the ends, which vary with what surrounds the token.
    parts = [b64encode(bytes(before) + data + bytes(3)).decode()[4:-8] for before in range(3)]
    return [token[:12], *notations(token), *parts]


# What a careless trainer prints.
CARELESS = "\n".join(
    f"using {said}, " for token in (TOKEN, GITHUB_TOKEN) for said in notations(token)
)


@dataclass
class Watched:
    """A step that runs with both tokens; every command line of its processes is kept."""

    step: Step
    place: Path  # everything that it can write is below
    commands: set[bytes] = field(default_factory=set)

    @property
    def log(self) -> str:
        """What the step wrote, without the one permitted place: the lines that mask the tokens."""
        lines = self.step.log.splitlines()
        return "\n".join(line for line in lines if not line.startswith("::add-mask::"))

    def end(self, seconds: float = 30) -> int:
        """Wait for the end, and return the exit status."""
        end = time.monotonic() + seconds
        while self.step.process.poll() is None:
            assert time.monotonic() < end, self.log
            self.look()
            time.sleep(0.1)
        return self.step.process.returncode

    def look(self) -> None:
        """Keep the command lines of the processes that run now."""
        for pid in (self.step.process.pid, *below(self.step.process.pid)):
            try:
                self.commands.add(Path(f"/proc/{pid}/cmdline").read_bytes())
            except OSError:
                continue  # it ended

    def leaks(self) -> list[str]:
        """Return where one of the tokens is, in any notation or cut off."""
        found = list(self._texts())
        words = [word for token in (TOKEN, GITHUB_TOKEN) for word in traces(token)]
        return [f"{where}: {word}" for where, text in found for word in words if word in text]

    def _texts(self) -> Iterator[tuple[str, str]]:
        yield "log", self.log
        yield "log", self.log.replace("%25", "%")  # as the runner reads a command
        yield "command lines", b"\n".join(self.commands).decode("latin-1")
        for path in sorted(self.place.rglob("*")):
            yield str(path.relative_to(self.place)), path.name
            if path.is_file() and path.name != "log":  # each step's own is read above
                yield str(path.relative_to(self.place)), path.read_bytes().decode("latin-1")


def watch(
    served: Served,
    place: Path,
    env: Mapping[str, str] | None = None,
    program: tuple[str, ...] = PROGRAM,
    **inputs: str,
) -> Watched:
    """Start a step, or another program, with both tokens; its workspace is `place/workspace`."""
    temporary = Path(tempfile.mkdtemp(dir=place, prefix="tmp-"))
    env = {"TMPDIR": str(temporary), "HOME": str(temporary), **(env or {})}
    given = {"github_token": GITHUB_TOKEN, **inputs}
    step = start(replace(served, token=TOKEN), place / "workspace", env, program, **given)
    return Watched(step, place)


def published(served: Served, training: str) -> str:
    """Return everything that the service has of a step: the model, its files, the training."""
    paths = (
        "/models/canary/m",
        "/models/canary/m/readme",
        "/models/canary/m/versions",
        "/files",
        f"/trainings/{training}",
    )
    with served.client(TOKEN) as api:
        return "\n".join(api.get(path).text for path in paths)


def installed() -> str:
    """Return every file of the action's source, as the image has it."""
    files = [path for path in ROOT.glob("src/replicate_train/**/*") if path.is_file()]
    return "\n".join(path.read_bytes().decode("latin-1") for path in files)
