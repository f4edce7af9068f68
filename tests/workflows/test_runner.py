"""The emulated runner itself: what a step is given, what is read back, how it is cancelled."""

import json
import sys
from pathlib import Path

import pytest

from support.runner import GITHUB_TOKEN, Runner, defaults
from support.runner_view import Command, obeyed

TELL = "import json, os; print(json.dumps({'cwd': os.getcwd(), **os.environ}))"
ANSWER = """
import os
for variable, name in (("GITHUB_OUTPUT", "version"), ("GITHUB_STATE", "training")):
    with open(os.environ[variable], "a") as file:
        file.write(f"{name}<<END\\n two\\nlines<<\\nEND\\n")
"""
DEAF = """
import signal, time
signal.signal(signal.SIGINT, lambda *_: print("::debug::SIGINT", flush=True))
print("listening", flush=True)
while True:
    time.sleep(0.01)
"""


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path / "work", env={"LEVEL": "job", "CI": "no"})


def test_inputs_come_with_the_action_s_defaults(runner: Runner) -> None:
    with runner.process({"model-name": "harbour\nmaster"}, python(TELL)) as step:
        given = json.loads(step.done().log)
    assert given["INPUT_MODEL-NAME"] == "harbour\nmaster"
    assert given["INPUT_MODE"] == "train"
    assert given["INPUT_GITHUB-TOKEN"] == GITHUB_TOKEN
    assert given["LEVEL"] == "job"
    assert given["CI"] == "no"
    assert given["GITHUB_WORKSPACE"] == given["cwd"] == str(runner.workspace)


def test_every_default_is_a_text() -> None:
    assert all(isinstance(value, str) for value in defaults().values())


def test_outputs_and_state_are_read_back_literally(runner: Runner) -> None:
    with runner.process({}, python(ANSWER)) as step:
        done = step.done()
    assert done.outputs == {"version": " two\nlines<<"}
    assert done.state == {"training": " two\nlines<<"}


def test_an_output_without_its_delimiter_is_refused(runner: Runner) -> None:
    code = "import os; open(os.environ['GITHUB_OUTPUT'], 'w').write('name<<END\\nvalue\\n')"
    with runner.process({}, python(code)) as step, pytest.raises(AssertionError, match="delimiter"):
        step.done()


def test_a_log_keeps_its_carriage_returns_and_its_streams_apart(runner: Runner) -> None:
    code = "import sys; print('1\\r::notice::2'); print('apart', file=sys.stderr)"
    with runner.process({}, python(code)) as step:
        done = step.done()
    assert obeyed(done.log) == [Command("notice", "", "2")]
    assert done.errors == "apart\n"


def test_a_cancel_is_sigint_and_then_sigterm(runner: Runner) -> None:
    with runner.process({}, python(DEAF)) as step:
        step.wait_for("listening")
        assert step.cancel(retry=(0.3, 2.5))
        done = step.done()
    assert "SIGINT" in done.log
    assert done.status == -15


def test_waiting_for_a_text_ends_with_the_process(runner: Runner) -> None:
    with runner.process({}, python("print('over')")) as step:
        step.wait_for("over")
        with pytest.raises(AssertionError, match="ended without"):
            step.wait_for("never")
