"""The step in its container, run as the GitHub runner runs it, from a workspace set against it."""

import os
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from engine import build
from entrypoint import Step, inputs_for
from served import Served

# What a job's env can hold; none of it may reach the step's interpreter.
HOSTILE = {
    "PATH": "/nonsense",
    "PYTHONPATH": "/github/workspace",
    "PYTHONHOME": "/github/workspace",
    "PYTHONSTARTUP": "/github/workspace/json.py",
    "LD_LIBRARY_PATH": "/github/workspace",
}


@dataclass
class Container(Step):
    """A step in a container of that name."""

    name: str = ""


def hostile_workspace(folder: Path) -> Path:
    """Make a checkout whose own modules are called like those that the step imports."""
    workspace = folder / "workspace"
    for package in ("httpx", "pydantic", "replicate_train", "actions_toolkit", "ruamel"):
        (workspace / package).mkdir(parents=True)
        (workspace / package / "__init__.py").write_text("raise SystemExit('hijacked')\n")
    for module in ("json", "signal", "ssl", "sitecustomize"):
        (workspace / f"{module}.py").write_text("raise SystemExit('hijacked')\n")
    return workspace


def start(served: Served, workspace: Path, *flags: str, **inputs: str) -> Container:
    """Start the container with the runner's flags, and the host's network to reach the sandbox."""
    name = f"step-{uuid.uuid4().hex[:12]}"
    folder = workspace.parent / name
    folder.mkdir()
    for file in ("OUTPUT", "STATE", "STEP_SUMMARY"):
        (folder / file).touch()
    files = {f"GITHUB_{file}": f"/github/file_commands/{file}" for file in
             ("OUTPUT", "STATE", "STEP_SUMMARY")}  # fmt: skip
    given = {**inputs_for(served, **inputs), **files, **HOSTILE}
    mounts = {workspace: "/github/workspace", folder: "/github/file_commands"}
    command = ["docker", "run", "--name", name, "--label", "tests", "--workdir=/github/workspace"]
    command += ["--rm", "--network=host", *flags]
    for variable in given:
        command += ["-e", variable]
    for source, target in mounts.items():
        command += ["-v", f"{source}:{target}"]
    environment = {**os.environ, **given, "PATH": os.environ["PATH"], "PYTHONHOME": ""}
    environment["LD_LIBRARY_PATH"] = ""
    for variable in ("PATH", "PYTHONHOME", "LD_LIBRARY_PATH"):
        place = command.index(variable)
        command[place] = f"{variable}={HOSTILE[variable]}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, build()], env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    return Container(process, folder, name)
