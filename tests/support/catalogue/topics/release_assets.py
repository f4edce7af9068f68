"""An asset of a release as dataset."""

import json
from typing import Any

import httpx

from support.catalogue.answers import known
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import INPUTS
from support.scripted import Answer, Script, ok

TOPIC = Topic("release-assets", "An asset of a release as dataset")

API = "/api/v3/repos/you/photos/releases"
NAME = "data.jsonl"
ASSET = {"id": 7, "name": NAME}


def asset(stage: Stage, script: Script, event: object, ref: str = "", name: str = NAME) -> None:
    """Show what is said of an asset of a release; `event` is what the workflow runs for."""
    payload = stage.steps.folder / "event.json"
    payload.write_text(json.dumps(event))
    environ = {
        "GITHUB_API_URL": "http://ghe.internal/api/v3".replace(".internal", ""),
        "GITHUB_REPOSITORY": "you/photos",
        "GITHUB_EVENT_PATH": str(payload),
        "GITHUB_REF": ref,
    }
    given = {"dataset": f"release-asset:{name}", "github-token": "ghs_0123456789", "mode": "plan"}
    stage.check(script, INPUTS | given, **environ)


def release(**more: object) -> dict[str, Any]:
    return {"release": {"id": 5, "tag_name": "v1", **more}}


TOPIC.table(
    {
        "No asset is named": ({}, "", None, ""),
        "The workflow runs for no release": ({}, "", None, NAME),
        "The tag has no release": ({}, "refs/tags/v9", httpx.Response(404), NAME),
        "The release has no such asset": (
            release(),
            "",
            ok({"assets": [{"id": 8, "name": "date.jsonl"}, {"id": 9, "name": "x.zip"}]}),
            NAME,
        ),
        "The release has no assets": (release(), "", ok({"assets": []}), NAME),
        "The release has many assets": (
            release(),
            "",
            ok({"assets": [{"id": n, "name": f"{n}.zip"} for n in range(22)]}),
            NAME,
        ),
        "The release cannot be read": (release(), "", httpx.Response(401), NAME),
        "The asset is too large": (
            release(),
            "",
            ok({"assets": [ASSET | {"size": 2 * 10**8}]}),
            NAME,
        ),
    },
    lambda stage, row: asset(
        stage,
        known().on(f"GET {API}/{'tags/v9' if row[1] else '5'}", row[2]) if row[2] else known(),
        row[0],
        row[1],
        row[3],
    ),
)


def moved(to: str) -> Answer:
    return lambda _: httpx.Response(302, headers={"location": to})


TOPIC.table(
    {
        "GitHub is out of order": [httpx.Response(502)] * 4,
        "GitHub does not answer": [httpx.ReadTimeout("timed out")] * 4,
        "The asset arrives in part": [httpx.Response(200, content=b"{}")] * 4,
        "The asset is redirected to a public address without TLS": [moved("http://example.com/x")],
        "The asset is redirected without end": [moved(f"https://ghe{API}/assets/7")] * 5,
        "The asset is not JSON lines": [httpx.Response(200, content=b"{oops}\n")],
    },
    lambda stage, answers: asset(
        stage,
        known().on(f"GET {API}/assets/7", *answers),
        release(assets=[ASSET | ({"size": 18} if answers[1:] else {})]),
    ),
)


@TOPIC.scene("The asset is gone, and GitHub does not find it either")
def gone(stage: Stage) -> None:
    script = known().on(f"GET {API}/assets/7", httpx.Response(404), httpx.Response(404))
    script.on(f"GET {API}/5", ok({"assets": [ASSET]}))
    asset(stage, script, release(assets=[ASSET]))
