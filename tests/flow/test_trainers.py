"""The trainers that people use, planned over their own schemas."""

import pytest

from support.sample_files import trainer_schemas
from support.scenes import LIST, NO_FILES, TRAINER, listed
from support.scripted import VERSION, Script, model, ok
from support.steps import Done, Steps

SCHEMAS = trainer_schemas()
DATASET = {
    "fast-flux-kontext-trainer.partial": "input_images",
    "fast-flux-trainer.partial": "input_images",
    "flux-dev-lora-trainer": "input_images",
    "hunyuan-video-lora": "input_videos",
    "llama-2": "train_data",
    "musicgen-fine-tuner": "dataset_path",
    "qwen-image-lora-trainer": "dataset",
    "sdxl": "input_images",
    "trainable-whisper": "train_data",
}
OPTIONAL = sorted(
    set(DATASET) - {"llama-2", "qwen-image-lora-trainer", "sdxl", "trainable-whisper"}
)


def script(trainer: str) -> Script:
    version = {"id": VERSION, "openapi_schema": SCHEMAS[trainer]}
    script = Script().on(TRAINER, ok(model("acme", "trainer", latest_version=version)))
    return script.on("GET /models/you/m", ok(model(latest="a" * 64)))


def plan(steps: Steps, script: Script, given: str = "", dataset: str = "", **more: str) -> Done:
    inputs = {"mode": "plan", "model-name": "you/m", "trainer": "acme/trainer"}
    return steps.run(script, inputs | {"training-input": given, "dataset": dataset} | more)


def warnings(done: Done) -> list[str]:
    return [one.text for one in done.commands if one.name == "warning"]


def row(done: Done, name: str) -> list[str]:
    (found,) = [line.split()[1:] for line in done.shown if line.split()[:1] == [name]]
    return found


@pytest.mark.parametrize("trainer", sorted(DATASET))
def test_a_folder_is_planned_into_the_input_that_takes_it(steps: Steps, trainer: str) -> None:
    (steps.workspace / "data").mkdir()
    for name in ("a.txt", "b.txt"):
        (steps.workspace / "data" / name).write_text("hello")
    done = plan(steps, script(trainer).on(LIST, listed()).on(*NO_FILES), dataset="data")
    assert done.status == 0
    assert row(done, DATASET[trainer])[-1] == "dataset"
    assert not warnings(done)


@pytest.mark.parametrize("trainer", OPTIONAL)
def test_a_plan_without_a_dataset_is_a_warning_where_none_is_required(
    steps: Steps, trainer: str
) -> None:
    done = plan(steps, script(trainer).on(LIST, listed()))
    assert done.status == 0
    (warning,) = warnings(done)
    assert f"dataset: not given, and the trainer's `{DATASET[trainer]}` is empty" in warning


@pytest.mark.parametrize("trainer", sorted(set(DATASET) - set(OPTIONAL)))
def test_a_required_dataset_is_an_error(steps: Steps, trainer: str) -> None:
    done = plan(steps, script(trainer))
    assert done.status == 1
    assert f"`{DATASET[trainer]}` is required by the trainer, but not given" in done.error


def test_a_dataset_that_is_given_as_an_input_is_no_warning(steps: Steps) -> None:
    given = "input_videos: https://example.com/videos.zip"
    done = plan(steps, script("hunyuan-video-lora").on(LIST, listed()), given)
    assert done.status == 0
    assert not warnings(done)


def test_a_trainer_of_plain_addresses_needs_no_dataset(steps: Steps) -> None:
    given = "loras: |\n  https://example.com/a.safetensors\ncivitai_api_token: abcdefgh\n"
    done = plan(steps, script("any-comfyui-workflow").on(LIST, listed()), given)
    assert done.status == 0
    assert not warnings(done)
    assert row(done, "civitai_api_token") == ["***", "training-input"]
    assert "abcdefgh" not in done.log.replace("::add-mask::abcdefgh", "")


def test_a_trainer_of_plain_addresses_takes_a_dataset_where_it_is_named(steps: Steps) -> None:
    done = plan(
        steps,
        script("any-comfyui-workflow").on(LIST, listed()),
        dataset="https://example.com/a.safetensors",
        **{"dataset-input": "loras"},
    )
    assert row(done, "loras") == ["https://example.com/a.safetensors", "dataset"]


@pytest.mark.parametrize(
    ("trainer", "given", "expected"),
    [
        ("fast-flux-trainer.partial", "lora_type: styl", "Did you mean `style`?"),
        ("hunyuan-video-lora", "optimizer: adafactor", "Did you mean `AdaFactor`?"),
        ("qwen-image-lora-trainer", "batch_size: 3", "must be one of `1`, `2`, `4`, not `3`"),
        ("qwen-image-lora-trainer", "learning_rate: 0.01", "must be at most 0.001, not `0.01`"),
        ("flux-dev-lora-trainer", "steps: 2", "must be at least 3, not `2`"),
        ("flux-dev-lora-trainer", "seed: 1", "unknown input `seed`"),
        ("musicgen-fine-tuner", "dataset_path: data.zip", "must be a URL that Replicate can"),
        ("trainable-whisper", "eval_data: eval.zip", "must be a URL that Replicate can"),
        ("llama-2", "peft_method: full", "must be one of `lora`, `qlora`, not `full`"),
    ],
)
def test_a_wrong_value_is_found(steps: Steps, trainer: str, given: str, expected: str) -> None:
    done = plan(steps, script(trainer), given)
    assert done.status == 1
    assert expected in done.error
