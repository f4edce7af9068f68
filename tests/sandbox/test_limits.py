"""What a run may use of this machine: its time, its memory, and the size of its output."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from replicate_sandbox.engine.limits import RunLimits
from support.faults import until_ended
from support.served import Served, sandbox
from support.trainers import write_trainer

pytestmark = pytest.mark.engine
MODEL = "sandbox/greedy"
TRAIN = """
import time
from cog import BaseModel, Path

class TrainingOutput(BaseModel):
    weights: Path
    more: list[Path]

def train(seconds: float = 0.0, memory_mb: int = 0, file_mb: int = 0,
          files: int = 1) -> TrainingOutput:
    bytearray(memory_mb * 1_000_000)
    written = [Path(f"file-{number}") for number in range(files)]
    for file in written:
        file.write_bytes(b"x" * (file_mb * 1_000_000))
    time.sleep(seconds)
    return TrainingOutput(weights=written[0], more=written[1:])
"""


@pytest.fixture(scope="module")
def greedy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects")
    return write_trainer(folder, "greedy", train=TRAIN, yaml="train: train.py:train\n")


@pytest.fixture(scope="module")
def here(greedy: Path) -> Iterator[Served]:
    with sandbox(f"--trainer={greedy}", "--run-memory=0.6", "--run-output=20") as served:
        yield served


def started(api: httpx.Client, **given: object) -> dict:
    body = {"owner": "you", "name": "m", "visibility": "private", "hardware": "cpu"}
    api.post("/models", json=body)
    version = api.get(f"/models/{MODEL}").json()["latest_version"]["id"]
    body = {"destination": "you/m", "input": given}
    answer = api.post(f"/models/{MODEL}/versions/{version}/trainings", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def trained(api: httpx.Client, **given: object) -> dict:
    return until_ended(api, started(api, **given), 30)


def test_a_run_below_the_limits(here: Served) -> None:
    with here.client() as api:
        done = trained(api, memory_mb=100, file_mb=19)
    assert done["status"] == "succeeded", done


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"memory_mb": 2000}, "The local Replicate limits each run: see --run-memory."),
        ({"file_mb": 21}, "The local Replicate limits each run: see --run-output."),
        ({"file_mb": 11, "files": 2}, "The local Replicate limits each run: see --run-output."),
    ],
)
def test_a_run_over_a_limit_fails_and_names_the_option(
    here: Served, given: dict, error: str
) -> None:
    with here.client() as api:
        failed = trained(api, **given)
    assert failed["status"] == "failed"
    assert error in failed["error"], failed["error"]


def test_a_report_that_is_too_large_ends_the_run(here: Served) -> None:
    with here.client() as api:
        running = started(api, seconds=60)
        address = f"{here.url.removesuffix('/v1')}/_engine/training/{running['id']}"
        assert httpx.post(address, content=b"{" * 40_000_000).status_code == 413
        ended = until_ended(api, running)
    assert ended["status"] == "failed"
    assert ended["error"].startswith("The log is too large. The local Replicate limits each run")


def test_a_run_that_takes_too_long_is_stopped(greedy: Path) -> None:
    with sandbox(f"--trainer={greedy}", "--run-minutes=0.03") as served, served.client() as api:
        failed = trained(api, seconds=60)
    assert failed["error"] == "The run was stopped after 0.03 minutes. See --run-minutes."


def test_other_errors_stay_as_they_are() -> None:
    assert RunLimits().explained("out of paper") == "out of paper"
    assert RunLimits().explained(None) is None
