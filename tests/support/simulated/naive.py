"""The same job as one writes it by hand: the official client, its retries, a loop; no more."""

import time
from collections.abc import Mapping
from pathlib import Path

import httpx
from replicate.client import Client
from replicate.exceptions import ReplicateError

from replicate_train.runner.signals import StopSignals
from support.simulated.documents import TRAINER, TRAINER_VERSION
from support.simulated.life import Life
from support.simulated.turns import SLEEP


def step(
    environ: Mapping[str, str],
    directory: str,
    stop: StopSignals,  # noqa: ARG001 - a signal ends it, as it does any program
    life: Life,
    transport: httpx.BaseTransport,
) -> int:
    """Create the model, upload, start, look every half second, set the version as an output."""
    inputs = {name.removeprefix("INPUT_").lower(): value for name, value in environ.items()}
    SLEEP.own = life.sleep  # of this thread: see play.py
    try:
        return _train(Client("token", transport=transport), inputs, Path(directory), environ)
    except Exception:  # noqa: BLE001 - a traceback, and the step has failed
        return 1


def _train(
    client: Client, inputs: Mapping[str, str], folder: Path, environ: Mapping[str, str]
) -> int:
    owner, _, name = inputs["model-name"].partition("/")
    try:
        client.models.get(owner, name)
    except ReplicateError as error:
        if error.status != 404:
            raise
        client.models.create(owner, name, visibility="private", hardware="gpu-t4")
    dataset = inputs["dataset"]
    if not dataset.startswith("https://"):
        dataset = client.files.create(folder / dataset).urls["get"]
    training = client.trainings.create(
        model=TRAINER,
        version=TRAINER_VERSION,
        input={"steps": 10, "train_data": dataset},
        destination=inputs["model-name"],
    )
    output = {"training-id": training.id}
    while inputs["mode"] == "train" and training.status not in {"succeeded", "failed", "canceled"}:
        time.sleep(client.poll_interval)
        training.reload()
    if training.status == "succeeded":
        output["version-id"] = training.output["version"].partition(":")[2]
    with Path(environ["GITHUB_OUTPUT"]).open("a") as file:
        file.writelines(f"{key}={value}\n" for key, value in output.items())
    return 0 if inputs["mode"] == "start" or training.status == "succeeded" else 1
