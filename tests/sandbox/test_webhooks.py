"""Webhooks: signed, in order, throttled, retried, and never redirected."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from replicate_sandbox.contract import signatures
from replicate_sandbox.service.webhooks import Webhooks
from replicate_sandbox.store.store import Store
from support.checked import checked_client
from support.faults import add_faults, start, training_path, until_ended
from support.hooks import Post, Receiver
from support.served import Served

RUN = {"id": "r", "owner": "you", "webhook_events_filter": None}


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    yield store
    store.close()


@pytest.fixture
def webhooks(store: Store) -> Webhooks:
    return Webhooks(store, retry_pauses=(0.01, 0.05))


@pytest.fixture
def api(served: Served) -> Iterator[httpx.Client]:
    with checked_client(served) as client:
        yield client


def is_signed(post: Post, secret: str) -> bool:
    """Return whether a post is signed, computed as the service's documentation describes it."""
    said = post.headers
    content = f"{said['webhook-id']}.{said['webhook-timestamp']}.{post.body.decode()}".encode()
    key = base64.b64decode(secret.partition("_")[2])
    digest = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return digest in [one.partition(",")[2] for one in said["webhook-signature"].split(" ")]


def run(url: str, **more: Any) -> dict[str, Any]:
    return {**RUN, "webhook": url, **more}


def test_a_signature_of_a_known_body() -> None:
    """The values are those of the Standard Webhooks specification."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    signed = signatures.headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_webhooks_are_signed_and_come_in_order(webhooks: Webhooks) -> None:
    with Receiver() as receiver:
        for number, event in enumerate(("start", "logs", "completed")):
            webhooks.send(run(receiver.url), event, {"number": number, "é": "ü"})
        posts = receiver.wait(3)
    assert [json.loads(post.body)["number"] for post in posts] == [0, 1, 2]
    secret = webhooks.secret("you")
    assert secret.startswith("whsec_")
    assert all(is_signed(post, secret) for post in posts)
    assert not is_signed(posts[0], webhooks.secret("someone-else"))
    assert len({post.headers["webhook-id"] for post in posts}) == 3


def test_logs_and_output_are_throttled_each(webhooks: Webhooks) -> None:
    with Receiver() as receiver:
        for event in ("logs", "logs", "output", "output", "start", "start"):
            webhooks.send(run(receiver.url), event, {"event": event})
        time.sleep(0.51)
        for event in ("logs", "completed"):
            webhooks.send(run(receiver.url), event, {"event": event})
        posts = receiver.wait(6)
    sent = [json.loads(post.body)["event"] for post in posts]
    assert sent == ["logs", "output", "start", "start", "logs", "completed"]


def test_only_the_events_that_were_asked_for(webhooks: Webhooks) -> None:
    with Receiver() as receiver:
        some = run(receiver.url, webhook_events_filter=["start", "logs"])
        for event in ("start", "output", "logs", "completed"):
            webhooks.send(some, event, {"event": event})
        posts = receiver.wait(2)
        webhooks.send({**RUN, "webhook": None}, "start", {})
        time.sleep(0.05)
        assert receiver.posts == posts
    assert [json.loads(post.body)["event"] for post in posts] == ["start", "logs"]


def test_a_webhook_is_tried_again_under_the_same_id(webhooks: Webhooks) -> None:
    with Receiver(500, 429) as receiver:
        webhooks.send(run(receiver.url), "completed", {"a": 1})
        posts = receiver.wait(3)
    assert len({post.headers["webhook-id"] for post in posts}) == 1
    assert {post.body for post in posts} == {b'{"a": 1}'}


def test_a_webhook_is_not_tried_for_ever(webhooks: Webhooks) -> None:
    with Receiver(*[503] * 9) as receiver:
        webhooks.send(run(receiver.url), "start", {})
        webhooks.send(run(receiver.url), "completed", {"last": True})
        posts = receiver.wait(6)
        time.sleep(0.1)
        assert len(receiver.posts) == 6
    assert [json.loads(post.body) for post in posts] == [{}] * 3 + [{"last": True}] * 3


@pytest.mark.parametrize("status", [302, 404])
def test_a_redirect_and_a_refusal_are_the_end(webhooks: Webhooks, status: int) -> None:
    with Receiver(status) as receiver:
        webhooks.send(run(receiver.url), "completed", {})
        receiver.wait(1)
        time.sleep(0.1)
        assert [post.path for post in receiver.posts] == ["/hook"]


def test_an_unreachable_webhook_harms_nothing(webhooks: Webhooks) -> None:
    webhooks.send(run("http://127.0.0.1:9"), "completed", {})
    webhooks.send(run("https://xn--\x7f.example/", id="other"), "completed", {})


def test_nothing_is_sent_after_the_end_of_a_run(webhooks: Webhooks) -> None:
    with Receiver() as receiver:
        webhooks.send(run(receiver.url), "completed", {"status": "failed"})
        receiver.wait(1)
        end = time.monotonic() + 5
        while webhook_threads():
            assert time.monotonic() < end
            time.sleep(0.01)
        webhooks.send(run(receiver.url), "logs", {"status": "processing"})
        assert not webhook_threads()
        assert len(receiver.posts) == 1


def webhook_threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if "_deliver" in one.name]


def test_a_training_is_posted_as_it_is_read(api: httpx.Client, served: Served) -> None:
    model = {"owner": "you", "name": "hooked", "visibility": "private", "hardware": "cpu"}
    api.post("/models", json=model).raise_for_status()
    secret = api.get("/webhooks/default/secret").json()["key"]
    assert secret == api.get("/webhooks/default/secret").json()["key"]
    script = {"status": "failed", "error": "out of paper", "log": "one line\n", "seconds": 0.1}
    add_faults(served, {"training": script})
    with Receiver() as receiver:
        made = start(api, "you/hooked", webhook=receiver.url)
        ended = until_ended(api, made)
        posts = receiver.wait(3)
    assert all(is_signed(post, secret) for post in posts)
    bodies = [json.loads(post.body) for post in posts]
    assert [body["status"] for body in bodies] == ["processing", "processing", "failed"]
    assert bodies[-1] == ended


@pytest.mark.parametrize(
    "url", ["https://[", "https://", "http://x.example", "ftp://x", "x", "https://a:b/"]
)
def test_an_invalid_webhook(api: httpx.Client, url: str) -> None:
    body = {"destination": "you/none", "input": {}, "webhook": url}
    answer = api.post(training_path(api), json=body)
    assert answer.status_code == 422
    assert answer.json() == {
        "detail": "- webhook: Not a valid HTTPS URL\n",
        "status": 422,
        "title": "Input validation failed",
        "invalid_fields": [
            {"type": "format", "field": "webhook", "description": "Not a valid HTTPS URL"}
        ],
    }


@pytest.mark.parametrize("events", [["x"], [["start"]], [{}], [1]])
def test_invalid_webhook_events(api: httpx.Client, events: list) -> None:
    body = {"destination": "you/none", "input": {}, "webhook_events_filter": events}
    answer = api.post(training_path(api), json=body)
    assert answer.status_code == 422
    assert answer.json()["invalid_fields"][0]["field"] == "webhook_events_filter"
