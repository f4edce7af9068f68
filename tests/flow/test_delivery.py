"""The dataset's upload: not sent again where it is there, taken up again, refused, and watched."""

import json
from typing import Any

import httpx
import pytest

from support.samples import zipped
from support.scenes import (
    DONE,
    INPUTS,
    LIST,
    LOOK,
    NO_FILES,
    START,
    TRAINER,
    listed,
    other,
    started,
    trainer,
)
from support.scripted import TOKEN, HandClock, Script, model, ok, problem, training
from support.steps import Steps

HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
THERE = {
    "id": "f1",
    "checksums": {"sha256": HELLO},
    "urls": {"get": "https://api.replicate.com/v1/files/f1"},
}
NEW: dict[str, Any] = {"id": "f2", "urls": {"get": "https://api.replicate.com/v1/files/f2"}}
NOW = {"date": "Tue, 24 Nov 2026 12:00:00 GMT"}


def run(steps: Steps, files: Any, *answers: httpx.Response | Exception) -> tuple[Any, Script]:
    (steps.workspace / "a.txt").write_text("hello")
    listed = {"next": None, "previous": None, "results": files}
    answer = files if isinstance(files, httpx.Response) else ok(listed)
    answer.headers.update(NOW)
    script = started().on("POST /files", *answers)
    listing = script.always if answer.status_code >= 500 else script.on
    listing("GET /files", answer)
    if answers and not isinstance(answers[-1], Exception) and answers[-1].status_code > 299:
        script.answers.pop(START)
    return steps.run(script, INPUTS | {"dataset": "a.txt", "mode": "start"}), script


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"metadata": {"by": "hand"}},
        {"expires_at": "2026-11-24T18:00:00Z"},
        {"name": "other.txt"},
    ],
)
def test_an_upload_of_the_same_bytes_is_reused(steps: Steps, more: dict[str, Any]) -> None:
    done, script = run(steps, [THERE | {"id": "x", "checksums": {}}, THERE | more])
    assert done.status == 0
    assert script.body(START)["input"]["train_data"] == THERE["urls"]["get"]  # type: ignore[index]
    assert done.outputs["dataset-url"] == THERE["urls"]["get"]  # type: ignore[index]
    assert done.outputs["dataset-sha256"] == HELLO
    assert "already uploaded" in done.log


def test_what_an_earlier_training_has_uploaded_is_used_again(steps: Steps) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    url = "https://api.replicate.com/v1/files/f1"
    earlier = other(status="succeeded", input={"steps": 99, "train_data": url})
    file = THERE | {"metadata": {"destination": "you/m"}}
    script = started().always(LIST, listed(earlier))
    script.on("GET /files", ok({"next": None, "results": [file]}))
    done = steps.run(script, INPUTS | {"dataset": "a.txt", "mode": "start"})
    assert done.outputs["dataset-url"] == url


@pytest.mark.parametrize(
    "files",
    [
        [],
        [THERE | {"checksums": {"sha256": "0" * 64}}],
        [THERE | {"metadata": {"destination": "you/m"}}],
        [THERE | {"metadata": {"destination": "you/other"}}],
        [THERE | {"expires_at": "2026-11-24T17:00:00Z"}],
        [THERE | {"urls": {}}],
        [THERE | {"name": "a.bin"}],
        [{"name": "no id"}, "no file"],
        problem(500, detail="out of order"),
        problem(403, detail="you may not list files"),
    ],
)
def test_what_is_not_there_or_not_for_long_is_uploaded(steps: Steps, files: Any) -> None:
    done, _ = run(steps, files, ok(NEW, 201))
    assert done.status == 0
    assert done.outputs["dataset-url"] == NEW["urls"]["get"]  # type: ignore[index]


def test_an_interrupted_upload_is_sent_again_whole(steps: Steps) -> None:
    done, script = run(steps, [], httpx.WriteError("broken pipe"), ok(NEW, 201))
    assert done.status == 0
    sent = [one.content for one in script.asked if one.method == "POST" and "files" in str(one.url)]
    first, second = (body.split(b"\r\n", 1) for body in sent)
    assert first[0] != second[0]  # the boundary
    assert first[1].replace(first[0], second[0]) == second[1]
    assert b'filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n' in sent[0]
    assert b'name="metadata"\r\nContent-Type: application/json\r\n\r\n{' in sent[0]
    assert "not confirmed; sent again from the start" in done.log


def test_a_damaged_upload_is_sent_again(steps: Steps) -> None:
    damaged = NEW | {"checksums": {"sha256": "0" * 64}}
    done, _ = run(steps, [], ok(damaged, 201), ok(NEW, 201))
    assert done.status == 0


def test_an_upload_that_stays_interrupted_says_so(steps: Steps) -> None:
    script = started().on(*NO_FILES).always("POST /files", httpx.WriteError("broken pipe"))
    script.answers.pop(START)
    (steps.workspace / "a.txt").write_text("hello")
    done = steps.run(script, INPUTS | {"dataset": "a.txt"})
    assert "The upload of the dataset was interrupted" in done.error


def test_a_413_explains_the_limit(steps: Steps) -> None:
    done, _ = run(steps, [], problem(413, detail="Files must be less than 100MB in size"))
    assert (
        "is too large: 5 bytes. Replicate refused it: Files must be less than 100MB" in done.error
    )
    assert "https:// URL" in done.error


@pytest.mark.parametrize("dataset", ["a.txt", "data"])
def test_a_file_that_changes_after_it_was_packed_is_uploaded_as_it_was(
    steps: Steps, dataset: str
) -> None:
    def changing(_: httpx.Request) -> httpx.Response:
        for path in (steps.workspace / "a.txt", steps.workspace / "data/a.txt"):
            path.write_text("other")
        return ok({"next": None, "previous": None, "results": []})

    (steps.workspace / "data").mkdir()
    for path in (steps.workspace / "a.txt", steps.workspace / "data/a.txt"):
        path.write_text("hello")
    script = started().on("GET /files", changing).on("POST /files", ok(NEW, 201))
    done = steps.run(script, INPUTS | {"dataset": dataset, "mode": "start"})
    assert done.status == 0
    (sent,) = [one.content for one in script.asked if b'name="content"' in one.content]
    assert b"hello" in sent
    assert b"other" not in sent


def test_a_slow_upload_says_how_far_it_is(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    data = steps.workspace / "data"
    data.mkdir()
    for number in range(6):
        (data / f"{number}.jpg").write_bytes(b"\xff\xd8\xff" + bytes(1_000_000) + b"\xff\xd9")
    now = HandClock.now

    def slow(clock: HandClock) -> float:
        clock.seconds += 0.1  # each 64 KB takes a tenth of a second
        return now(clock)

    monkeypatch.setattr(HandClock, "now", slow)
    script = started().on(*NO_FILES).on("POST /files", ok(NEW, 201))
    done = steps.run(script, INPUTS | {"dataset": "data", "mode": "start"})
    told = [line for line in done.shown if "MB/s" in line]
    assert 1 <= len(told) <= 2
    assert "of 6.0 MB" in told[0]


@pytest.mark.parametrize("inside", ["", "\u200b", "\u2028"])
def test_a_token_in_a_files_name_is_shown_nowhere(steps: Steps, inside: str) -> None:
    folder = steps.workspace / "data" / f"{TOKEN}_folder"
    folder.mkdir(parents=True)
    name = f"{TOKEN[:9]}{inside}{TOKEN[9:]}"
    (folder / f"{name}.jpg").write_bytes(b"<html>")
    (folder / f"{name}.txt").write_bytes(b"\xff")
    (folder / f"{name}\\.md").symlink_to("/etc/passwd")
    (folder / f"{name}\\x.md").touch()
    (folder / "A.md").touch()
    (folder / "a.md").touch()
    (folder / "a.jsonl").write_text(f'{{"{name}": 1}}\n' * 9 + '{"a": 1}\n')
    (folder / f"{name}.zip").write_bytes(zipped(**{f"../{name}": b"x"}))
    for source in ("data", "data/*/*", "data/*/*.jsonl\ndata/*/*.zip"):
        script = Script().on(TRAINER, trainer()).on("GET /models/you/m", ok(model()))
        done = steps.run(script, INPUTS | {"dataset": source, "mode": "plan"})
        assert done.status == 1
        log = done.log.replace(f"::add-mask::{TOKEN}", "")
        seen = "".join(sign for sign in log + done.summary if sign.isprintable())
        assert TOKEN not in seen.replace("\\", "")
        assert "***" in seen


def test_the_manifest_has_the_address_that_the_trainer_was_given(steps: Steps) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    script = started().on(*NO_FILES).on("POST /files", ok(NEW, 201))
    script.on(LOOK, ok(training("succeeded", output=DONE)))
    done = steps.run(script, INPUTS | {"dataset": "a.txt"})
    manifest = json.loads(done.outputs["manifest"])
    assert manifest["inputs"]["train_data"] == {
        "value": NEW["urls"]["get"],
        "source": "dataset",
    }
    assert manifest["dataset"]["url"] == NEW["urls"]["get"]
