"""What users of the official JavaScript client rely on, through that client."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.counter import write_counter
from support.faults import add_faults
from support.hooks import Post, Receiver
from support.javascript import client_folder, node
from support.served import LM, Served, sandbox

COUNTER = "sandbox/counter"
pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def folder() -> Path:
    return client_folder()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    counter = write_counter(tmp_path_factory.mktemp("projects"))
    with sandbox(f"--trainer={counter}", f"--official={COUNTER}") as served:
        yield served


@pytest.fixture(scope="module")
def story(folder: Path, here: Served) -> tuple[dict, Post]:
    """Return what the script saw, and the webhook that was sent."""
    add_faults(here, {"training": {"status": "succeeded", "seconds": 0.2}})
    with Receiver() as receiver:
        arguments = (str(folder), here.url, here.token, LM, COUNTER, receiver.url)
        seen = json.loads(node("story.js", *arguments))
        return seen, receiver.wait(1)[0]


def test_a_training_is_waited_for(story: tuple[dict, Post]) -> None:
    seen, _ = story
    assert seen["started"] == "starting"
    status, is_same, version = seen["ended"]
    assert (status, is_same) == ("succeeded", True)
    assert version.startswith("you/script:")
    assert seen["listed"]


def test_predictions_are_run_streamed_and_cancelled(story: tuple[dict, Post]) -> None:
    seen, _ = story
    assert seen["output"] == ["1 ", "2 "]
    assert seen["official"] == ["1 "]
    assert seen["streamed"] == "1 2 3 (done)"
    assert seen["canceled"] == "canceled"


def test_a_deployment_is_released_and_used(story: tuple[dict, Post]) -> None:
    seen, _ = story
    assert seen["releases"] == [1, 2]
    assert seen["deployed"] == ["1 ", "2 "]


def test_an_error_is_read(story: tuple[dict, Post]) -> None:
    seen, _ = story
    assert "gpu-t5 is not a valid hardware SKU. Your options are: cpu, gpu-t4" in seen["refused"]


@pytest.mark.parametrize("tampered", [False, True])
def test_a_webhooks_signature_is_accepted(
    story: tuple[dict, Post], folder: Path, *, tampered: bool
) -> None:
    seen, post = story
    webhook = {
        "id": post.headers["webhook-id"],
        "timestamp": post.headers["webhook-timestamp"],
        "signature": post.headers["webhook-signature"],
        "body": post.body.decode() + " " * tampered,
    }
    said = node("verify.js", str(folder), seen["secret"], text=json.dumps(webhook))
    assert said.strip() == json.dumps(not tampered)
