"""What the GitHub runner does around one step of the action, with and without Docker.

Written from the runner's sources (`ContainerActionHandler`, `DockerCommandManager`,
`ProcessInvoker`): folders, mounts, environment, file commands, and the way it cancels. How it
reads a log stands in `runner_view`.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from support.engine import DOCKER
from support.runner_view import read_file_command

ROOT = Path(__file__).resolve().parent.parent.parent
ACTION = [sys.executable, "-Ium", "replicate_train"]
GITHUB_TOKEN = "ghs_token_of_the_job"
FILES = {
    "GITHUB_OUTPUT": "set_output",
    "GITHUB_STATE": "save_state",
    "GITHUB_STEP_SUMMARY": "step_summary",
    "GITHUB_ENV": "set_env",
    "GITHUB_PATH": "add_path",
}
MOUNTS = ("runner_temp", "home", "workflow", "file_commands", "workspace")
SUITE = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_ACTOR": "somebody",
    "GITHUB_API_URL": "https://api.github.com",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_JOB": "fine-tune",
    "GITHUB_REF": "refs/tags/v1.2.0",
    "GITHUB_REF_NAME": "v1.2.0",
    "GITHUB_REPOSITORY": "somebody/harbour",
    "GITHUB_RUN_ATTEMPT": "1",
    "GITHUB_RUN_ID": "20417710352",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_SHA": "6d1f0c8f2ad4c2a1b1c5ac0f6c9b7e9a3f0e2d4c",
    "GITHUB_WORKFLOW": "Fine-tune",
    "RUNNER_ARCH": "X64",
    "RUNNER_NAME": "emulated",
    "RUNNER_OS": "Linux",
}


@dataclass(frozen=True)
class Done:
    """What an ended step left behind; `errors` is what it wrote to standard error."""

    status: int
    log: str
    errors: str
    outputs: dict[str, str]
    state: dict[str, str]
    summary: str


@dataclass
class Step:
    """A step that runs. The process is the action itself, or the docker client."""

    process: subprocess.Popen[bytes]
    folder: Path
    files: Mapping[str, Path]
    container: str = ""

    @property
    def log(self) -> str:
        return _text(self.folder / "log")

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Wait until the log holds a text."""
        end = time.monotonic() + seconds
        while text not in self.log:
            ended = self.process.poll() is not None
            assert not ended or text in self.log, f"ended without {text!r}:\n{self.log}"
            assert time.monotonic() < end, f"no {text!r} in {seconds} s:\n{self.log}"
            time.sleep(0.05)

    def cancel(self, retry: tuple[float, float] = (7.5, 2.5)) -> bool:
        """Cancel as the runner does, and tell whether the step ended while it listened."""
        for number, seconds in zip((signal.SIGINT, signal.SIGTERM), retry, strict=True):
            self.process.send_signal(number)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return True
        self.process.kill()  # the client only: a container stays behind
        return False

    def done(self, seconds: float = 120) -> Done:
        """Wait for the end, and read what the step left behind."""
        status = self.process.wait(seconds)
        return Done(
            status,
            self.log,
            _text(self.folder / "errors"),
            read_file_command(self.files["GITHUB_OUTPUT"]),
            read_file_command(self.files["GITHUB_STATE"]),
            _text(self.files["GITHUB_STEP_SUMMARY"]),
        )


@dataclass
class Runner:
    """A runner with a work folder of its own; `env` is the workflow's, job's and step's."""

    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in MOUNTS:
            (self.folder / name).mkdir(parents=True)
        (self.folder / "workflow" / "event.json").write_text("{}")

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @contextmanager
    def process(self, inputs: Mapping[str, str], command: Sequence[str] = ACTION) -> Iterator[Step]:
        """Run the step as a process of this machine, in the workspace."""
        files = self._files()
        places = {name: str(self.folder / name) for name in MOUNTS}
        environment = os.environ | self._environment(inputs, files, places)
        with self._running(list(command), environment, files) as step:
            yield step

    @contextmanager
    def container(
        self, image: str, inputs: Mapping[str, str], options: Sequence[str] = ()
    ) -> Iterator[Step]:
        """Run the step in its container, with the very flags of the runner, and `options`."""
        files = self._files()
        places = {name: f"/github/{name}" for name in MOUNTS}
        environment = self._environment(inputs, files, places)
        name = f"replicatetrain_{secrets.token_hex(3)}"
        command = [DOCKER, "run", "--name", name, "--label", "5d9f2b"]
        command += ["--workdir", "/github/workspace", "--rm"]
        command += [part for variable in environment for part in ("-e", variable)]
        command += ["-v", "/var/run/docker.sock:/var/run/docker.sock"]
        for mount in MOUNTS:
            command += ["-v", f"{self.folder / mount}:/github/{mount}"]
        with self._running([*command, *options, image], os.environ | environment, files) as step:
            step.container = name
            try:
                yield step
            finally:
                subprocess.run([DOCKER, "rm", "-f", name], capture_output=True, check=False)

    @contextmanager
    def _running(
        self, command: list[str], environment: Mapping[str, str], files: Mapping[str, Path]
    ) -> Iterator[Step]:
        with (self.folder / "log").open("wb") as log, (self.folder / "errors").open("wb") as errors:
            process = subprocess.Popen(
                command, stdout=log, stderr=errors, env=environment, cwd=self.workspace
            )
        try:
            yield Step(process, self.folder, files)
        finally:
            process.kill()
            process.wait()

    def _files(self) -> dict[str, Path]:
        guid = secrets.token_hex(16)
        folder = self.folder / "file_commands"
        files = {variable: folder / f"{name}_{guid}" for variable, name in FILES.items()}
        for path in files.values():
            path.touch()
        return files

    def _environment(
        self, inputs: Mapping[str, str], files: Mapping[str, Path], places: Mapping[str, str]
    ) -> dict[str, str]:
        given = {f"INPUT_{name.upper()}": value for name, value in (defaults() | inputs).items()}
        paths = {name: f"{places['file_commands']}/{path.name}" for name, path in files.items()}
        return {
            "CI": "true",
            **self.env,
            **given,
            **SUITE,
            **paths,
            "HOME": places["home"],
            "GITHUB_EVENT_PATH": f"{places['workflow']}/event.json",
            "GITHUB_WORKSPACE": places["workspace"],
            "RUNNER_TEMP": places["runner_temp"],
        }


def defaults() -> dict[str, str]:
    """Return every input of action.yml with its default, as the runner passes them."""
    action: dict[str, Any] = YAML(typ="safe", pure=True).load(ROOT / "action.yml")
    return {
        name: GITHUB_TOKEN if "github.token" in (text := str(it.get("default", ""))) else text
        for name, it in action["inputs"].items()
    }


def _text(path: Path) -> str:
    """Return a file's text, with its carriage returns."""
    return path.read_bytes().decode("utf-8")
