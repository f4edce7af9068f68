"""Where a situation is played: a workspace of its own, fixed ids and times, and what was shown."""

import contextlib
import io
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from replicate_train.job.post import run_post
from replicate_train.runner.signals import StopSignals
from support.catalogue import render
from support.scenes import INPUTS
from support.scripted import TOKEN, URL, Answer, Script
from support.steps import Done, Steps

_scandir = os.scandir
_ROOT = "/github"  # what the folder of a step is called in its container


@dataclass
class _Output:
    """Standard output as `Steps` reads it."""

    out: str = ""
    file: io.TextIOWrapper = field(
        default_factory=lambda: io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    )

    def readouterr(self) -> "_Output":
        buffer = cast(io.BytesIO, self.file.buffer)
        taken = _Output(buffer.getvalue().decode("utf-8"))
        buffer.seek(0)
        buffer.truncate()
        return taken


class Stage:
    """Plays one situation; `told` are the lines that its steps showed, with their inputs."""

    def __init__(self, folder: Path, output: _Output, patch: pytest.MonkeyPatch) -> None:
        self._output = output
        self.patch = patch
        self.steps = Steps(folder, cast(Any, output))
        self.workspace = self.steps.workspace
        self.told: list[str] = []  # for people
        self.said: list[str] = []  # by the action alone

    def write(self, files: Mapping[str, bytes | str]) -> None:
        """Put files into the workspace."""
        for name, content in files.items():
            path = self.workspace / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def run(self, script: Script, inputs: Mapping[str, str] = INPUTS, **how: Any) -> Done:
        """Run a step, and show its log, its outputs and its job summary."""
        done = self._step(script, inputs, how)
        self._tell(inputs, render.log(done.log), outputs=render.outputs(done))
        self._block("job summary", render.summary(done.summary))
        return done

    def check(self, script: Script, inputs: Mapping[str, str] = INPUTS, **how: Any) -> Done:
        """Run a step, and show its annotations and what the job summary says of them."""
        done = self._step(script, inputs, how)
        self._tell(inputs, render.annotations(done.log))
        self._block("job summary", render.rows(done.summary))
        return done

    def log(self, script: Script, inputs: Mapping[str, str] = INPUTS, **how: Any) -> Done:
        """Run a step, and show its log only."""
        done = self._step(script, inputs, how)
        self._tell(inputs, render.log(done.log))
        return done

    def post(self, script: Script, state: Mapping[str, str], **inputs: str) -> None:
        """Run the post step after a step that saved this state, and show its log."""
        with_ = {"api-token": TOKEN, "api-url": URL, **INPUTS, **inputs}
        environ = {f"INPUT_{name.upper()}": value for name, value in with_.items()}
        environ |= {f"STATE_{name}": value for name, value in state.items()}
        status = run_post(environ, self.steps.clock, script)
        assert not script.breaches, script.breaches
        assert status == 0
        log = list(render.log(self._output.readouterr().out))
        self._tell(inputs, log or ["(nothing is printed)"])

    def show(self, label: str, lines: Iterable[str]) -> None:
        """Show lines that a step left behind."""
        self._block(label, lines)

    def later(self, seconds: float, answer: httpx.Response) -> Answer:
        """Return an answer that comes after so many seconds."""

        def answering(_: httpx.Request) -> httpx.Response:
            self.steps.clock.seconds += seconds
            return answer

        return answering

    def process(self, run: Callable[[], object]) -> None:
        """Run a whole process of the action in this one, and show its log."""
        run()
        self._tell({}, render.log(self._output.readouterr().out))

    def _step(self, script: Script, inputs: Mapping[str, str], how: Mapping[str, Any]) -> Done:
        stop = how.get("stop") or StopSignals()
        more = {name: value for name, value in how.items() if name != "stop"}
        return self.steps.run(script, inputs, stop, **more)

    def _tell(
        self, inputs: Mapping[str, str], log: Iterable[str], outputs: Iterable[str] = ()
    ) -> None:
        self.told += [""] if self.told else []
        changed = {name: it for name, it in inputs.items() if INPUTS.get(name) != it}
        self._block("with", render.given(changed), said=False)
        self._block("log", log)
        self._block("outputs", outputs)

    def _block(self, label: str, lines: Iterable[str], *, said: bool = True) -> None:
        folder = str(self.steps.folder)
        for written in (folder, folder.replace("_", r"\_")):  # as it is, and in Markdown
            lines = [line.replace(written, _ROOT).rstrip() for line in lines]
        block = list(lines)
        if block:
            self.told += [f"{label}:", *(f"    {line}".rstrip() for line in block)]
            self.said += block if said else []


class _Sorted(contextlib.AbstractContextManager["_Sorted"]):
    """A folder's entries in the order of their names."""

    def __init__(self, *place: Any) -> None:
        with _scandir(*place) as found:
            self._entries = sorted(found, key=lambda entry: os.fsencode(entry.name))

    def __iter__(self) -> Iterator["os.DirEntry[Any]"]:
        return iter(self._entries)

    def __exit__(self, *_: object) -> None:
        return None


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Make a stage on which chance and secrets are always the same."""
    output = _Output()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        random.seed(0)
        patch.setattr("secrets.token_hex", lambda size: "0" * 2 * size)
        patch.setattr(os, "scandir", _Sorted)  # a disk has an order of its own
        patch.setattr(sys, "stdout", output.file)
        yield Stage(Path(folder).resolve(), output, patch)
