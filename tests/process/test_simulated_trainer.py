"""The action against a simulated trainer: everything but the learning, as on Replicate."""

from pathlib import Path

import pytest
from PIL import Image

from support.entrypoint import start
from support.served import Served

FLUX = "ostris/flux-dev-lora-trainer"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / "images").mkdir(parents=True)
    for number in range(12):
        Image.new("RGB", (32, 32), (20 * number, 90, 120)).save(folder / f"images/{number}.png")
        (folder / f"images/{number}.txt").write_text(f"a photo of TOK, number {number}")
    return folder


def test_a_whole_step(served: Served, workspace: Path) -> None:
    step = start(
        served,
        workspace,
        mode="train",
        model_name="my-style",
        trainer=FLUX,
        dataset="images",
        training_input="steps: 500\ntrigger_word: TOK",
        max_poll_interval="1s",
    )
    assert step.end(60) == 0, step.log
    assert "images" in step.log
    assert "uploaded → input_images" in step.log
    assert "[simulated] Extracted 24 files" in step.log
    assert "| 500/500 [" in step.log
    assert step.outputs["status"] == "succeeded"
    assert step.outputs["version"] == f"you/my-style:{step.outputs['version-id']}"
    assert step.outputs["weights-url"].endswith("/simulated-weights.txt")
    assert "loss" in step.summary


def test_a_plan_refuses_what_the_real_trainer_refuses(served: Served, workspace: Path) -> None:
    step = start(
        served,
        workspace,
        mode="plan",
        model_name="my-style",
        trainer=FLUX,
        dataset="images",
        training_input="steps: 2\ntriger_word: TOK",
    )
    assert step.end(60) == 1
    assert "unknown input `triger_word`" in step.log
    assert "steps" in step.log
