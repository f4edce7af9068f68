"""The rules of the service, without a run: who may do what, and how errors look."""

import statistics

import httpx
import pytest

from support.checked import checked_client
from support.served import LM, OTHER_TOKEN, Served, sandbox

MODEL = {"owner": "you", "name": "rules", "visibility": "private", "hardware": "cpu"}


@pytest.fixture
def api(served: Served):
    with checked_client(served) as client:
        yield client


def refused(answer: httpx.Response, status: int) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    return answer.json()


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}]
)
def test_without_a_valid_token(served: Served, headers: dict[str, str]) -> None:
    body = refused(httpx.get(f"{served.url}/account", headers=headers), 401)
    assert body == {
        "title": "Unauthenticated",
        "detail": "You did not pass a valid authentication token",
        "status": 401,
    }


def test_both_kinds_of_authorization_are_accepted(served: Served) -> None:
    headers = {"Authorization": f"Token {served.token}"}
    assert httpx.get(f"{served.url}/account", headers=headers).json()["username"] == "you"


def test_every_answer_has_its_rate_limit(api: httpx.Client) -> None:
    for path in ("/hardware", "/models/no/body"):
        assert api.get(path).headers["ratelimit-remaining"]


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("PUT", "/account")])
def test_unknown_routes_and_methods(api: httpx.Client, method: str, path: str) -> None:
    refused(api.request(method, path), 404 if method == "GET" else 405)


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"name": "Bad Name"}, 400, "/name"),
        ({"name": 3}, 400, "/name"),
        ({"visibility": "hidden"}, 400, "/visibility"),
        ({"hardware": "gpu-t5"}, 400, "/hardware"),
        ({"colour": "red"}, 400, "/colour"),
        ({"owner": "someone-else"}, 403, None),
    ],
)
def test_refused_models(api: httpx.Client, change: dict, status: int, pointer: str | None) -> None:
    body = refused(api.post("/models", json=MODEL | change), status)
    if pointer:
        assert body["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("missing", sorted(MODEL))
def test_missing_fields(api: httpx.Client, missing: str) -> None:
    body = {name: value for name, value in MODEL.items() if name != missing}
    assert refused(api.post("/models", json=body), 400)["errors"][0]["pointer"] == f"/{missing}"


@pytest.mark.parametrize("content", [b"{", b"[1]", b'"text"'])
def test_bodies_that_are_not_objects(api: httpx.Client, content: bytes) -> None:
    refused(api.post("/models", content=content), 400)


def test_the_life_of_a_model(api: httpx.Client, served: Served) -> None:
    mine = MODEL | {"name": "life"}
    made = api.post("/models", json=mine)
    assert made.status_code == 201
    assert made.json()["latest_version"] is None
    twice = refused(api.post("/models", json=mine), 409)
    assert twice["errors"][0]["detail"] == "A model with that name and owner already exists."
    with served.client(OTHER_TOKEN) as other:
        refused(other.get("/models/you/life"), 404)
    changed = api.patch("/models/you/life", json={"description": "new", "readme": "# Hi"})
    assert changed.json()["description"] == "new"
    assert api.get("/models/you/life/readme").text == "# Hi"
    refused(api.patch("/models/you/life", json={"visibility": "public"}), 400)
    refused(api.patch(f"/models/{LM}", json={"description": "mine now"}), 403)
    assert api.delete("/models/you/life").status_code == 204
    refused(api.get("/models/you/life"), 404)
    taken = refused(api.post("/models", json=mine), 409)
    assert taken == twice


def test_public_models_are_not_deleted(api: httpx.Client) -> None:
    api.post("/models", json=MODEL | {"name": "open", "visibility": "public"})
    refused(api.delete("/models/you/open"), 422)
    assert "you/open" in [f"{m['owner']}/{m['name']}" for m in api.get("/models").json()["results"]]


def test_the_life_of_a_file(api: httpx.Client, served: Served) -> None:
    sent = {"content": ("a.txt", b"hello", "text/plain"), "metadata": (None, '{"a": 1}')}
    made = api.post("/files", files=sent)
    assert made.status_code == 201
    file = made.json()
    assert (file["name"], file["content_type"], file["size"]) == ("a.txt", "text/plain", 5)
    assert (file["metadata"], file["checksums"]["md5"]) == ({"a": 1}, file["etag"])
    assert api.get(f"/files/{file['id']}").json() == file
    assert api.get("/files").json()["results"][0]["id"] == file["id"]
    with served.client(OTHER_TOKEN) as other:
        refused(other.get(f"/files/{file['id']}"), 404)
    forged = {"owner": "you", "expiry": "99999999999", "signature": "é"}
    refused(api.get(f"/files/{file['id']}/download", params=forged), 404)
    assert api.delete(f"/files/{file['id']}").status_code == 204
    refused(api.get(f"/files/{file['id']}"), 404)


def test_uploads_without_content_or_over_the_limit(api: httpx.Client) -> None:
    refused(api.post("/files", json={"name": "a"}), 422)
    refused(api.post("/files", files={"file": ("a", b"x")}), 422)
    refused(api.post("/files", files={"content": ("a", b"x"), "metadata": (None, "{")}), 422)
    large = b"x" * (100 * 1024 * 1024 + 1)
    body = refused(api.post("/files", files={"content": ("a", large)}), 413)
    assert body["detail"] == "Files must be less than 100MB in size"


def test_lists_come_in_pages_of_a_hundred() -> None:
    with sandbox() as fresh, fresh.client() as client:
        ids = [
            client.post("/files", files={"content": (f"{i}", b"x")}).json()["id"]
            for i in range(105)
        ]
        first = client.get("/files").json()
        second = client.get(first["next"]).json()
        assert [f["id"] for f in first["results"] + second["results"]] == ids[::-1]
        assert len(first["results"]) == 100
        assert second["next"] is None
        assert client.get(second["previous"]).json() == first
        refused(client.get("/files?cursor=x"), 404)


def training_path(api: httpx.Client) -> str:
    version = api.get(f"/models/{LM}").json()["latest_version"]["id"]
    return f"/models/{LM}/versions/{version}/trainings"


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (
            {"destination": "you/none", "input": {"train_data": "https://x.example"}},
            404,
            "The spec",
        ),
        ({"destination": "you/t", "input": {}}, 422, "train_data"),
        ({"destination": "you/t", "input": {"train_data": "u", "steps": -1}}, 422, "input.steps"),
        ({"destination": "you/t", "input": {"train_data": "u", "steps": "x"}}, 422, "input.steps"),
        ({"destination": "you/t"}, 422, "input"),
        ({"destination": "you/t", "input": {}, "surprise": 1}, 422, "surprise"),
        ({"destination": "you/t", "input": {}, "webhook": "http://x.example"}, 422, "webhook"),
        ({"destination": "you/t", "input": {}, "webhook_events_filter": ["x"]}, 422, "webhook"),
    ],
)
def test_refused_trainings(api: httpx.Client, body: dict, status: int, words: str) -> None:
    api.post("/models", json=MODEL | {"name": "t"})
    answer = refused(api.post(training_path(api), json=body), status)
    assert words in answer["detail"]


def test_a_version_that_does_not_exist_or_is_not_permitted(
    api: httpx.Client,
) -> None:
    body = {"destination": "you/t", "input": {}}
    answer = refused(api.post(f"/models/{LM}/versions/{'0' * 64}/trainings", json=body), 422)
    assert answer["title"] == "Invalid version or not permitted"
    refused(api.post("/predictions", json={"version": "0" * 64, "input": {}}), 422)


@pytest.mark.parametrize("kind", ["trainings", "predictions"])
def test_runs_that_do_not_exist(api: httpx.Client, kind: str) -> None:
    refused(api.get(f"/{kind}/nothing"), 404)
    refused(api.post(f"/{kind}/nothing/cancel"), 404)


def test_an_answer_does_not_wait_for_an_acknowledgement(served: Served) -> None:
    with served.client() as api:
        seconds = [api.get("/account").elapsed.total_seconds() for _ in range(30)]
    assert statistics.median(seconds) < 0.035, "a delayed acknowledgement takes 0.04 s"


def test_long_answers_are_compressed(api: httpx.Client) -> None:
    assert api.get(f"/models/{LM}").headers["content-encoding"] == "gzip"
