"""One step run in this process: the action's real code over a scripted Replicate."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from replicate_train.app import run
from replicate_train.runner.signals import StopSignals
from support.reading import Page
from support.runner_view import Command, obeyed, read_file_command, shown
from support.scripted import TOKEN, URL, HandClock, Script

_DEFECT = "Bug in this action"


@dataclass
class Done:
    """What a step left behind."""

    status: int
    log: str
    outputs: dict[str, str]
    state: dict[str, str]
    summary: str
    clock: HandClock

    @property
    def read(self) -> str:
        """The summary as its reader sees it."""
        return Page(self.summary).text

    @property
    def commands(self) -> list[Command]:
        return obeyed(self.log)

    @property
    def shown(self) -> list[str]:
        return shown(self.log)

    @property
    def reports_defect(self) -> bool:
        return any(_DEFECT in one.properties for one in self.commands if one.name == "error")

    @property
    def error(self) -> str:
        """The error annotations, each with its title and place; there is at least one."""
        errors = [one for one in self.commands if one.name == "error"]
        assert errors
        return "\n".join(f"{one.properties}: {one.text}" for one in errors)


class Steps:
    """Runs steps in a workspace of their own."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.workspace = folder / "workspace"
        self.workspace.mkdir()
        self.clock = HandClock()
        self._capture = capture

    def run(
        self,
        script: Script,
        inputs: Mapping[str, str],
        stop: StopSignals | None = None,
        *,
        defect: bool = False,
        **environ: str,
    ) -> Done:
        """Run a step to its end; what it asked and what it reported must be what was scripted.

        `defect`: the step has to report a defect of the action, which fails every other test.
        """
        files = {name: self.folder / name for name in ("OUTPUT", "STATE", "STEP_SUMMARY")}
        for path in files.values():
            path.write_text("")
        given = {"api-token": TOKEN, "api-url": URL, **inputs}
        environment = {f"INPUT_{name.upper()}": value for name, value in given.items()}
        environment |= {f"GITHUB_{name}": str(path) for name, path in files.items()}
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)  # actions-toolkit reads the process's environment
            status = run(
                environment | environ,
                str(self.workspace),
                stop or StopSignals(),
                self.clock,
                script,
            )
        done = Done(
            status,
            self._capture.readouterr().out,
            read_file_command(files["OUTPUT"]),
            read_file_command(files["STATE"]),
            files["STEP_SUMMARY"].read_text(),
            self.clock,
        )
        assert not script.breaches, f"{script.breaches}\n{done.log}"
        assert done.reports_defect == defect, done.log
        written = done.summary + str(done.outputs) + str(done.state)
        masked = done.log.replace(f"::add-mask::{TOKEN}", "")
        shown = (written + masked).replace("\\", "") + done.read
        assert TOKEN not in shown, "the token was printed"
        assert TOKEN[:-4] not in shown, "the token's beginning was printed"
        return done
