"""Simulated trainers: their schemas, their logs, and a training from end to end."""

import base64
import io
import struct
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from replicate_sandbox.pages import loss_curve
from replicate_sandbox.pages.fields import fields_of
from replicate_sandbox.simulated.dataset import DatasetError, count_files
from replicate_sandbox.simulated.log import Job, log
from replicate_sandbox.simulated.schema import openapi_document
from replicate_sandbox.simulated.script import simulated_run
from replicate_sandbox.simulated.specification import Specification, specifications
from replicate_train.metrics.lines import read_line
from support.checked import checked_client
from support.faults import add_faults, until_ended
from support.listener import Listener
from support.sample_files import trainer_schemas
from support.served import Served, sandbox

ALL = list(specifications().values())
SAMPLES = {
    "ostris/flux-dev-lora-trainer": "flux-dev-lora-trainer",
    "replicate/fast-flux-trainer": "fast-flux-trainer.partial",
    "stability-ai/sdxl": "sdxl",
    "qwen/qwen-image-lora-trainer": "qwen-image-lora-trainer",
    "zsxkib/hunyuan-video-lora": "hunyuan-video-lora",
    "sakemin/musicgen-fine-tuner": "musicgen-fine-tuner",
    "daanelson/whisper-tune": "trainable-whisper",
    "comfyui/any-comfyui-workflow": "any-comfyui-workflow",
}
UNKNOWN = "yorickvp/llava-13b"
FLUX = "ostris/flux-dev-lora-trainer"
FACTS = ("kind", "required", "choices", "minimum", "maximum")


def facts(document: dict[str, Any], schema: str = "TrainingInput") -> dict[str, dict[str, Any]]:
    """Return what a document says of each input, without its texts."""
    return {
        field.name: {name: getattr(field, name) for name in FACTS}
        for field in fields_of(document, schema)
    }


def defaults(document: dict[str, Any]) -> dict[str, Any]:
    properties = document["components"]["schemas"]["TrainingInput"]["properties"]
    found = {name: part["default"] for name, part in properties.items() if "default" in part}
    return found | {name: "prose" for name in ("dataset_path", "default_caption") if name in found}


def named(one: Specification) -> str:
    return one.trainer


def test_the_trainers_are_those_of_the_samples_and_one_that_is_unknown() -> None:
    assert set(specifications()) == {*SAMPLES, UNKNOWN}


@pytest.mark.parametrize("trainer", SAMPLES)
def test_the_facts_are_those_of_the_samples(trainer: str) -> None:
    document = openapi_document(specifications()[trainer])
    sample = trainer_schemas()[SAMPLES[trainer]]
    assert facts(document) == facts(sample)
    assert defaults(document) == defaults(sample)


@pytest.mark.parametrize("one", ALL, ids=named)
def test_a_document_has_the_shape_that_replicate_serves(one: Specification) -> None:
    schemas = openapi_document(one)["components"]["schemas"]
    assert {"Input", "Output", "TrainingInput", "TrainingOutput"} <= set(schemas)
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    for name, entry in one.inputs.items():
        part = schemas["TrainingInput"]["properties"][name]
        assert part["x-order"] == list(one.inputs).index(name)
        if "choices" in entry:
            assert part["allOf"] == [{"$ref": f"#/components/schemas/{name}"}]
            assert schemas[name]["enum"] == entry["choices"]
        else:
            assert part["title"]
        if entry["type"] == "secret":
            assert (part["format"], part["x-cog-secret"]) == ("password", True)


@pytest.mark.parametrize(
    ("trainer", "given", "steps"),
    [
        (FLUX, {}, 1000),
        (FLUX, {"steps": 12}, 12),
        ("replicate/fast-flux-trainer", {"training_steps": 300}, 300),
        ("replicate/fast-flux-trainer", {}, 1000),
        ("zsxkib/hunyuan-video-lora", {"epochs": 2}, 32),
        ("zsxkib/hunyuan-video-lora", {"epochs": 2, "max_train_steps": 7}, 7),
        ("sakemin/musicgen-fine-tuner", {"epochs": 4, "updates_per_epoch": 50}, 200),
        ("daanelson/whisper-tune", {"max_steps": -1, "num_train_epochs": 3}, 300),
        ("stability-ai/sdxl", {"max_train_steps": "many"}, 100),
        (UNKNOWN, {}, 100),
    ],
)
def test_the_inputs_give_the_steps(trainer: str, given: dict, steps: int) -> None:
    assert specifications()[trainer].step_count(given) == steps


@pytest.mark.parametrize("one", ALL, ids=named)
@pytest.mark.parametrize("steps", [1, 40])
def test_a_log_is_like_the_real_one_and_says_in_each_line_that_it_is_simulated(
    one: Specification, steps: int
) -> None:
    moments = log(one.log, Job(one.trainer, {"seed": 7}, steps, 12, 4.0))
    assert sum(pause for pause, _ in moments) == pytest.approx(4.0)
    assert all(pause >= 0 for pause, _ in moments)
    text = "".join(text for _, text in moments)
    lines = [line for line in text.replace("\r", "\n").split("\n") if line]
    assert all("simulated" in line for line in lines), text
    if one.log == "downloads":
        return
    readings = [reading for line in lines if (reading := read_line(line))]
    assert max(reading.step or 0 for reading in readings) == steps
    progress, curve = loss_curve.read(text)
    assert progress
    assert (progress.step, progress.total) == (steps, steps)
    assert bool(curve) == (steps > 1 and one.log not in {"kohya", "pivotal-tuning"})


@pytest.mark.parametrize("one", ALL, ids=named)
def test_a_log_takes_inputs_of_any_type(one: Specification) -> None:
    odd = dict.fromkeys(("learning_rate", "train_batch_size", "num_train_epochs", "seed"), "odd")
    assert log(one.log, Job(one.trainer, odd, 5, 0, 1.0))
    assert log(one.log, Job(one.trainer, odd | {"train_batch_size": 0}, 5, 0, 1.0))
    for number in (10**400, float("inf"), float("nan")):
        assert log(one.log, Job(one.trainer, dict.fromkeys(odd, number), 5, 0, 1.0))


def test_the_weights_that_a_workflow_names_are_in_the_log() -> None:
    given = {"loras": "https://a.example/one.safetensors?x=1\nhttps://a.example/two.safetensors"}
    moments = log("downloads", Job("comfyui/any-comfyui-workflow", given, 100, 0, 4.0))
    text = "".join(text for _, text in moments)
    assert "Not downloaded: one.safetensors\n" in text
    assert "2 weights in the new model" in text


def archive(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return content.getvalue()


def test_the_files_of_a_dataset_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert count_files("data", "data:text/plain,abc") == 1
    with Listener() as listener:
        assert count_files("data", f"{listener.url}/data") == 1


_END_ON_DISK_2 = b"PK\x06\x07" + struct.pack("<LQL", 1, 0, 2) + b"PK\x05\x06" + bytes(18)
SPLIT_ZIP = f"data:application/zip;base64,{base64.b64encode(_END_ON_DISK_2).decode()}"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://127.0.0.1:9/none", "data: the file cannot be downloaded: "),
        ("not a url", "data: the file cannot be downloaded: "),
        ("data:application/zip;base64,A", "data: the `data:` URL is not valid."),
        (SPLIT_ZIP, "data: the ZIP file cannot be read: "),
    ],
)
def test_a_dataset_that_cannot_be_used(url: str, problem: str) -> None:
    with pytest.raises(DatasetError, match=problem):
        count_files("data", url)


def test_a_slow_download_is_ended() -> None:
    with (
        Listener() as listener,
        pytest.raises(DatasetError, match=r"^data: the download took longer than 0 s\.$"),
    ):
        count_files("data", f"{listener.url}/data", seconds=0)


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with Listener() as listener:
        monkeypatch.setenv("http_proxy", listener.url)
        assert count_files("data", "http://a.example/data") == 1
        for host in ("127.0.0.1", "localhost", "[::1]"):
            with pytest.raises(DatasetError, match="cannot be downloaded"):
                count_files("data", f"http://{host}:9/data")


def test_inputs_of_any_size_make_a_script() -> None:
    given = {"steps": 10**400, "learning_rate": 10**400}
    assert simulated_run(FLUX, "training", given, 1.0).status == "succeeded"


def test_a_trainer_that_is_no_longer_simulated_fails_its_trainings() -> None:
    script = simulated_run("owner/gone", "training", {}, 1.0)
    assert script.status == "failed"
    assert script.error == (
        "owner/gone is not among the simulated trainers of this local Replicate. "
        "Choose another trainer, or start without `--state`."
    )


@pytest.fixture(scope="module")
def here() -> Iterator[Served]:
    with sandbox("--simulated-seconds=0.4") as served:
        yield served


@pytest.fixture
def api(here: Served) -> Iterator[httpx.Client]:
    with checked_client(here) as client:
        body = {"owner": "you", "name": "m", "visibility": "private", "hardware": "cpu"}
        client.post("/models", json=body)
        yield client


def upload(api: httpx.Client, content: bytes) -> str:
    files = {"content": ("data.zip", content, "application/zip")}
    return str(api.post("/files", files=files).json()["urls"]["get"])


def train(api: httpx.Client, trainer: str, **given: object) -> httpx.Response:
    version = api.get(f"/models/{trainer}").json()["latest_version"]["id"]
    path = f"/models/{trainer}/versions/{version}/trainings"
    return api.post(path, json={"destination": "you/m", "input": given})


def test_a_training_makes_a_marked_version(api: httpx.Client) -> None:
    images = upload(api, archive("a/", "a/1.png", "a/1.txt"))
    done = until_ended(api, train(api, FLUX, input_images=images, steps=30).json())
    assert done["status"] == "succeeded"
    assert "[simulated] Extracted 2 files\n" in done["logs"]
    assert "| 30/30 [" in done["logs"]
    assert done["metrics"]["predict_time"] >= 0.4
    assert done["output"]["weights"].endswith("/simulated-weights.txt")
    assert api.get(done["output"]["weights"]).text == (
        f"Simulated weights of {FLUX}: they hold no model.\n"
    )
    made = api.get("/models/you/m").json()["latest_version"]
    assert done["output"]["version"] == f"you/m:{made['id']}"
    assert made["cog_version"] == "simulated"
    body = {"version": made["id"], "input": {"prompt": "a cat"}}
    failed = api.post("/predictions", json=body, headers={"Prefer": "wait"}).json()
    assert failed["status"] == "failed"
    assert failed["error"].startswith("This version is simulated: ")


def test_the_models_say_that_they_are_simulated(api: httpx.Client) -> None:
    for trainer in specifications():
        model = api.get(f"/models/{trainer}").json()
        assert model["description"].startswith(f"Simulated: {trainer} ")
        assert model["latest_version"]["cog_version"] == "simulated"
        assert "Here it is simulated" in api.get(f"/models/{trainer}/readme").text
    assert "every input is accepted" in api.get(f"/models/{UNKNOWN}/readme").text
    partly = api.get("/models/replicate/fast-flux-trainer/readme").text
    assert "known in part: limits, defaults and required inputs are unknown" in partly


def test_inputs_are_validated_like_those_of_the_real_trainer(api: httpx.Client) -> None:
    answer = train(api, FLUX, steps=2)
    assert answer.status_code == 422
    assert answer.json()["invalid_fields"][0]["field"] == "input.steps"
    assert train(api, "qwen/qwen-image-lora-trainer").status_code == 422
    assert train(api, UNKNOWN, anything=[1]).status_code == 201


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (archive("a/"), "input_images: the ZIP file is empty."),
        (b"gone", "input_images: the download was answered with 404 Not Found."),
    ],
)
def test_a_dataset_that_is_no_use_fails_the_training(
    api: httpx.Client, content: bytes, error: str
) -> None:
    url = f"{api.base_url}nowhere" if content == b"gone" else upload(api, content)
    done = until_ended(api, train(api, FLUX, input_images=url).json())
    assert (done["status"], done["error"]) == ("failed", error)
    assert done["logs"] == f"[simulated] {error}\n"


def test_a_simulated_training_can_be_cancelled_and_follows_faults(here: Served) -> None:
    with sandbox("--simulated-seconds=60") as slow, slow.client() as api:
        body = {"owner": "you", "name": "m", "visibility": "private", "hardware": "cpu"}
        api.post("/models", json=body).raise_for_status()
        running = train(api, FLUX).json()
        while "simulated" not in (api.get(f"/trainings/{running['id']}").json()["logs"] or ""):
            pass
        answer = api.post(f"/trainings/{running['id']}/cancel")
        assert answer.json()["status"] == "canceled"
        add_faults(slow, {"training": {"status": "failed", "error": "out of memory"}})
        assert until_ended(api, train(api, FLUX).json())["error"] == "out of memory"
    with here.client() as api:
        add_faults(here, {"training": {"log": "slow start\n"}})
        done = until_ended(api, train(api, FLUX).json())
        assert done["logs"].startswith("slow start\n[simulated] ")
