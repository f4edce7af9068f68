"""Who and what made a version: the run's variables, and an event that may be anything."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.github import event
from replicate_train.github.event import event_payload
from replicate_train.provenance.origin import Origin

RUN = {
    "GITHUB_REPOSITORY": "you/photos",
    "GITHUB_SHA": "0" * 40,
    "GITHUB_REF": "refs/tags/v1.2.0",
    "GITHUB_REF_NAME": "v1.2.0",
    "GITHUB_SERVER_URL": "https://ghe.example.com/",
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_WORKFLOW": "Fine-tune",
    "GITHUB_JOB": "train",
    "GITHUB_ACTOR": "mona",
    "GITHUB_EVENT_NAME": "release",
}
RELEASE = {"release": {"tag_name": "v1.2.0", "name": "Harbour"}}


def test_everything_that_github_says() -> None:
    assert Origin.from_environ(RUN, RELEASE) == Origin(
        repository="you/photos",
        commit="0" * 40,
        ref="refs/tags/v1.2.0",
        ref_name="v1.2.0",
        run_url="https://ghe.example.com/you/photos/actions/runs/77/attempts/2",
        run_id="77",
        attempt=2,
        workflow="Fine-tune",
        job="train",
        actor="mona",
        event="release",
        release_tag="v1.2.0",
        release_name="Harbour",
    )


def test_outside_a_workflow_there_is_nothing() -> None:
    origin = Origin.from_environ({}, {})
    assert origin == Origin()
    assert origin.describe() == ""


def on(name: str) -> dict[str, str]:
    return {"GITHUB_EVENT_NAME": name}


def push(ref: str, name: str) -> dict[str, str]:
    return on("push") | {"GITHUB_REF": ref, "GITHUB_REF_NAME": name}


@pytest.mark.parametrize(
    ("environ", "payload", "said"),
    [
        ({}, RELEASE, "release v1.2.0 by @mona"),
        ({}, {}, "run of workflow Fine-tune by @mona"),
        (push("refs/heads/main", "main"), {}, "push to main by @mona"),
        (push("refs/tags/v1", "v1"), {}, "push of tag v1 by @mona"),
        (on("schedule"), {}, "schedule"),
        (on("pull_request"), {"pull_request": {"number": 12}}, "pull request #12 by @mona"),
        (on("workflow_dispatch"), {}, "run of workflow Fine-tune by @mona"),
        (on("workflow_dispatch") | {"GITHUB_ACTOR": ""}, {}, "run of workflow Fine-tune"),
    ],
)
def test_what_started_the_run(environ: dict[str, str], payload: dict[str, Any], said: str) -> None:
    assert Origin.from_environ(RUN | environ, payload).describe() == said


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"GITHUB_RUN_ATTEMPT": ""}, "https://ghe.example.com/you/photos/actions/runs/77"),
        ({"GITHUB_SERVER_URL": ""}, "https://github.com/you/photos/actions/runs/77/attempts/2"),
        ({"GITHUB_RUN_ID": "7)x"}, ""),
        ({"GITHUB_REPOSITORY": ""}, ""),
        ({"GITHUB_REPOSITORY": "you/ph(o"}, ""),
        ({"GITHUB_SERVER_URL": "javascript:"}, ""),
    ],
)
def test_the_page_of_the_run_is_a_plain_url(environ: dict[str, str], url: str) -> None:
    assert Origin.from_environ(RUN | environ, {}).run_url == url


@pytest.mark.parametrize("attempt", ["", "x", "-1", "²", "\N{ARABIC-INDIC DIGIT THREE}", "9" * 30])
def test_an_odd_attempt_is_none(attempt: str) -> None:
    assert Origin.from_environ(RUN | {"GITHUB_RUN_ATTEMPT": attempt}, {}).attempt is None


NAMES = st.sampled_from(["release", "tag_name", "name", "pull_request", "number"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner),
    max_leaves=9,
)


@given(st.dictionaries(st.sampled_from(["release", "pull_request"]), json_values), st.text())
def test_any_event_and_any_name_is_read(payload: dict[str, Any], name: str) -> None:
    origin = Origin.from_environ(RUN | {"GITHUB_WORKFLOW": name, "GITHUB_ACTOR": name}, payload)
    assert "\n" not in origin.describe()
    assert len(origin.describe()) < 1000


def payload(folder: Path, content: bytes) -> Any:
    path = folder / "event.json"
    path.write_bytes(content)
    return event_payload({"GITHUB_EVENT_PATH": str(path)})


def test_the_events_payload_is_read(tmp_path: Path) -> None:
    assert payload(tmp_path, json.dumps(RELEASE).encode()) == RELEASE


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b'"x"', b"\xff\xfe\xff", b"[" * 100_000, b"9" * 5000]
)
def test_a_malformed_payload_is_empty(tmp_path: Path, content: bytes) -> None:
    assert payload(tmp_path, content) == {}


def test_a_missing_payload_is_empty(tmp_path: Path) -> None:
    for path in ("", str(tmp_path), str(tmp_path / "none.json"), "a\0b"):
        assert event_payload({"GITHUB_EVENT_PATH": path}) == {}
    assert event_payload({}) == {}


def test_a_payload_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event, "_MOST_BYTES", 10)
    assert payload(tmp_path, b'{"a": 1}  ') == {"a": 1}
    assert payload(tmp_path, b'{"a": 1}   ') == {}
