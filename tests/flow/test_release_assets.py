"""A release's asset as dataset: found, downloaded, and the tokens each at their own place."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.scenes import DONE, INPUTS, LOOK, NO_FILES, started, trainer
from support.scripted import Script, model, ok, training
from support.steps import Done, Steps

API = "http://ghe.internal.example/api/v3"
ASSET = "GET /api/v3/repos/you/repo/releases/assets/7"
STORED = "GET /stored"
ASSETS = {"assets": [{"id": 7, "name": "data.jsonl"}, {"id": 8, "name": "other.zip"}]}
NAME = "data.jsonl"
HALF = {"id": 7, "name": NAME, "state": "starter"}
LARGE = {"id": 7, "name": NAME, "size": 200_000_000}
LOOP = httpx.Response(
    302, headers={"location": f"https://storage.example.com{ASSET.removeprefix('GET ')}"}
)
LINE = b'{"text": "hello"}\n'
UPLOADED = {"id": "f1", "urls": {"get": "https://api.replicate.com/v1/files/f1"}}


def run(steps: Steps, script: Script, event: dict[str, Any] | None = None, **environ: str) -> Done:
    payload = steps.folder / "event.json"
    payload.write_text(json.dumps(event or {}))
    given = INPUTS | {"dataset": "release-asset:data.jsonl", "github-token": "ghs_secret"}
    environment = {
        "GITHUB_API_URL": API.replace(".example", ""),
        "GITHUB_REPOSITORY": "you/repo",
        "GITHUB_EVENT_PATH": str(payload),
        **environ,
    }
    return steps.run(script, given, **environment)


def moved(_: httpx.Request) -> httpx.Response:
    return httpx.Response(302, headers={"location": "https://storage.example.com/stored?sig=x"})


def whole() -> Script:
    script = started().on(*NO_FILES).on("POST /files", ok(UPLOADED, 201))
    script.on(LOOK, ok(training("succeeded", output=DONE)))
    return script.on(ASSET, moved).on(STORED, httpx.Response(200, content=LINE))


@pytest.mark.parametrize(
    ("event", "listed", "ref"),
    [
        ({"release": {"id": 5, **ASSETS}}, "", ""),
        ({"release": {"id": 5, "assets": []}}, "releases/5", ""),
        ({}, "releases/tags/v1%2F0", "refs/tags/v1/0"),
    ],
)
def test_the_asset_is_found_and_uploaded(
    steps: Steps, event: dict[str, Any], listed: str, ref: str
) -> None:
    script = whole()
    if listed:
        script.on(f"GET /api/v3/repos/you/repo/{listed.replace('%2F', '/')}", ok(ASSETS))
    done = run(steps, script, event, GITHUB_REF=ref)
    assert done.status == 0, done.log
    upload = next(one for one in script.asked if one.method == "POST" and "files" in one.url.path)
    assert LINE in upload.content
    assert b'filename="data.jsonl"' in upload.content


def test_each_token_stays_with_its_own_server(steps: Steps) -> None:
    script = whole()
    run(steps, script, {"release": {"id": 5, **ASSETS}})
    for request in script.asked:
        token = request.headers.get("authorization", "")
        if request.url.path.startswith("/api/v3"):
            assert token == "Bearer ghs_secret"
        elif request.url.host == "storage.example.com":
            assert token == ""
        else:
            assert "ghs_secret" not in token


def test_an_asset_that_was_replaced_since_the_event_is_asked_for_anew(steps: Steps) -> None:
    script = whole()
    script.answers[ASSET] = [httpx.Response(404)]
    script.on("GET /api/v3/repos/you/repo/releases/5", ok({"assets": [{"id": 9, "name": NAME}]}))
    script.on("GET /api/v3/repos/you/repo/releases/assets/9", moved)
    assert run(steps, script, {"release": {"id": 5, **ASSETS}}).status == 0


def test_an_asset_that_arrives_in_part_is_downloaded_again(steps: Steps) -> None:
    script = whole().on(ASSET, moved)
    script.answers[STORED] = [httpx.Response(200, content=b"{}"), httpx.Response(200, content=LINE)]
    told = {"assets": [{"id": 7, "name": NAME, "size": len(LINE)}]}
    assert run(steps, script, {"release": {"id": 5, **told}}).status == 0


@pytest.mark.parametrize("status", [403, 429, 502])
def test_a_release_is_asked_for_again_when_github_is_busy(steps: Steps, status: int) -> None:
    busy = httpx.Response(status, headers={"retry-after": "7"})
    listing = "GET /api/v3/repos/you/repo/releases/5"
    done = run(steps, whole().on(listing, busy, ok(ASSETS)), {"release": {"id": 5}})
    assert done.status == 0
    assert 7.0 in done.clock.naps


@pytest.mark.parametrize(
    ("event", "ref", "answer", "expected"),
    [
        ({}, "refs/tags/v9", httpx.Response(404), "The release of the tag `v9` was not found"),
        ({"release": {"id": 5}}, "", httpx.Response(403), "The release cannot be read: GitHub ans"),
        ({"release": {"id": 5}}, "", ok([]), "The release has no asset `data.jsonl`"),
        ({"release": {"id": 5}}, "", ok({"assets": [HALF]}), "has no asset `data.jsonl`"),
        (
            {"release": {"id": 5, "tag_name": "v1"}},
            "",
            ok([]),
            "The release `v1` has no asset `data.jsonl`",
        ),
        ({"release": {"id": 5}}, "", ok({"assets": [LARGE]}), "data.jsonl is too large: 200.0 MB"),
    ],
)
def test_what_no_release_gives(
    steps: Steps, event: dict[str, Any], ref: str, answer: httpx.Response, expected: str
) -> None:
    place = "tags/v9" if ref else "5"
    script = Script().on("GET /models/acme/trainer", trainer()).on("GET /models/you/m", ok(model()))
    script.on(f"GET /api/v3/repos/you/repo/releases/{place}", answer)
    assert expected in run(steps, script, event, GITHUB_REF=ref).error


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (
            [httpx.Response(302, headers={"location": "http://example.com/x"})],
            "The download URL of the release asset must start with `https://`",
        ),
        ([httpx.ReadTimeout("slow")] * 4, "release asset `data.jsonl` cannot be downloaded: slow"),
        ([httpx.Response(502)] * 4, "GitHub answered 502.\nRe-run the job later."),
        ([LOOP] * 5, "The release asset is redirected more than 5 times"),
        ([httpx.Response(200, content=b"{oops\n")], "not valid JSON"),
        ([httpx.Response(200, content=b"")], "data.jsonl: empty file"),
    ],
)
def test_what_cannot_be_downloaded(
    steps: Steps, answers: list[httpx.Response | Exception], expected: str
) -> None:
    script = Script().on(ASSET, *answers).on("GET /models/acme/trainer", trainer())
    script.on("GET /models/you/m", ok(model()))
    assert expected in run(steps, script, {"release": {"id": 5, **ASSETS}}).error


def test_a_download_that_stays_incomplete(steps: Steps) -> None:
    script = Script().on("GET /models/acme/trainer", trainer()).on("GET /models/you/m", ok(model()))
    script.on(ASSET, *[httpx.Response(200, content=b"x")] * 4)
    event = {"release": {"id": 5, "assets": [{"id": 7, "name": NAME, "size": 18}]}}
    error = run(steps, script, event).error
    assert "`data.jsonl` cannot be downloaded: the download ended after 1 of 18 bytes" in error


def test_an_asset_that_the_token_cannot_see(steps: Steps) -> None:
    script = Script().on("GET /models/acme/trainer", trainer()).on("GET /models/you/m", ok(model()))
    script.on("GET /api/v3/repos/you/repo/releases/5", ok(ASSETS))
    script.on(ASSET, httpx.Response(404), httpx.Response(404))
    error = run(steps, script, {"release": {"id": 5, **ASSETS}}).error
    assert "GitHub answered 404.\nCheck that `github-token` can read the repository's" in error


def test_a_name_that_the_release_does_not_have_is_told_with_those_it_has(steps: Steps) -> None:
    script = Script().on("GET /models/acme/trainer", trainer()).on("GET /models/you/m", ok(model()))
    script.on("GET /api/v3/repos/you/repo/releases/5", ok({"assets": ASSETS["assets"][1:]}))
    error = run(steps, script, {"release": {"id": 5, "assets": []}}).error
    assert "no asset `data.jsonl`" in error
    assert "other.zip" in error


def test_a_download_is_tried_again(steps: Steps) -> None:
    script = whole()
    script.answers[ASSET] = [httpx.Response(503), moved]
    assert run(steps, script, {"release": {"id": 5, **ASSETS}}).status == 0


def test_the_scratch_is_gone_afterwards(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = steps.folder / "tmp"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    assert run(steps, whole(), {"release": {"id": 5, **ASSETS}}).status == 0
    assert list(Path(scratch).iterdir()) == []
