"""Random requests to every endpoint and page: each is answered, none with an error of our own."""

import itertools
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replicate_sandbox.api.app import _MODULES
from replicate_sandbox.pages.routes import _MODULES as _PAGE_MODULES
from support.checked import checked_client
from support.served import LM, Served, sandbox
from support.visitor import Visitor, visitor

ENDPOINTS = sorted(
    {
        (endpoint.method, endpoint.path)
        for module in _MODULES
        for endpoint in module.ENDPOINTS
        if not endpoint.path.startswith("/_engine")
    }
)
PAGES = sorted(page.path for module in _PAGE_MODULES for page in module.PAGES)
FIELDS = [
    "owner", "name", "model", "version", "hardware", "visibility", "description", "readme",
    "min_instances", "max_instances", "input", "destination", "webhook", "webhook_events_filter",
    "stream", "github_url", "training", "request", "times",
]  # fmt: skip
KNOWN = ["you", "sandbox", "tiny-lm-trainer", "m", LM, "cpu", "private", "https://[", "0" * 64]
TEXTS = st.one_of(st.sampled_from(KNOWN), st.text(max_size=20))
JSON_TEXTS = st.one_of(TEXTS, st.text(st.characters(), max_size=5))  # lone surrogates, too
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), JSON_TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8)
PLAUSIBLE = st.fixed_dictionaries(
    {
        "owner": st.just("you"),
        "name": TEXTS,
        "model": st.just(LM),
        "hardware": st.just("cpu"),
        "visibility": st.sampled_from(["public", "private"]),
        "version": TEXTS,
        "destination": TEXTS,
        "input": st.dictionaries(st.sampled_from(["train_data", "steps"]), VALUES),
        "min_instances": st.integers(-1, 6),
        "max_instances": st.integers(-1, 21),
    }
).flatmap(
    lambda whole: st.sets(st.sampled_from(sorted(whole))).map(
        lambda dropped: {name: value for name, value in whole.items() if name not in dropped}
    )
)
BODIES = st.one_of(
    st.one_of(OBJECTS, PLAUSIBLE, VALUES, st.lists(OBJECTS, max_size=2)).map(json.dumps),
    st.text(max_size=30),
)
QUERIES = st.dictionaries(
    st.sampled_from(["cursor", "query", "limit", "sort_by", "created_after", "source", "owner"]),
    st.one_of(TEXTS, st.integers().map(str)),
    max_size=3,
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Prefer": st.sampled_from(["wait=0", "wait=x", "respond-async"]),
        "Cancel-After": st.text("0123456789hms", max_size=12),
        "Content-Type": st.sampled_from(
            [
                "application/json",
                "text/plain",
                "multipart/form-data",
                "multipart/form-data; boundary=x",
            ]
        ),
    },
)


@pytest.fixture(scope="module")
def here() -> Iterator[Served]:
    with sandbox("--rate=1000000") as served:
        yield served


@pytest.fixture(scope="module")
def api(here: Served) -> Iterator[httpx.Client]:
    with checked_client(here) as client:
        yield client


@pytest.fixture(scope="module")
def visit(here: Served) -> Iterator[Visitor]:
    with visitor(here) as one:
        yield one


def _path(template: str, values: Iterator[str]) -> str:
    parts = template.split("/")
    filled = [quote(next(values), safe="") if part.startswith("{") else part for part in parts]
    return "/".join(filled)


@pytest.mark.parametrize(("method", "template"), ENDPOINTS)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_random_request_is_answered(
    api: httpx.Client, method: str, template: str, data: Any
) -> None:
    path = _path(template, iter(lambda: data.draw(TEXTS.filter(bool)), None))
    url = str(api.base_url).rstrip("/").removesuffix("/v1") + path
    body = data.draw(BODIES).encode("utf-8", "surrogatepass") if method != "GET" else b""
    query = data.draw(QUERIES)
    headers = {"Content-Type": "application/json", **data.draw(HEADERS)}
    answer = api.request(method, url, params=query, headers=headers, content=body)
    assert answer.status_code in {*range(200, 300), *range(400, 500), 501}


UPLOADS = st.fixed_dictionaries(
    {"content": st.tuples(TEXTS, st.binary(max_size=20))},
    optional={
        "metadata": st.tuples(st.none(), st.one_of(VALUES.map(json.dumps), TEXTS)),
        "type": st.tuples(st.none(), TEXTS),
        "filename": st.tuples(st.none(), TEXTS),
        "colour": st.tuples(st.none(), TEXTS),
    },
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(parts=UPLOADS)
def test_a_random_upload_is_answered(api: httpx.Client, parts: dict[str, Any]) -> None:
    answer = api.post("/files", files=parts)
    assert answer.status_code in {201, 400, 422}
    assert api.get("/files").status_code == 200
    if answer.status_code == 201:
        url = answer.json()["urls"]["get"]
        assert api.get(url).json() == answer.json()
        assert api.delete(url).status_code == 204


FORMS = st.dictionaries(
    st.sampled_from(["choice", "times", "json", "number", "name", "visibility", "hardware", "next",
                     "train-into", "new-name", "input.prompt", "input.steps", "token"]),
    st.one_of(TEXTS.filter(lambda text: "\0" not in text), BODIES, st.integers().map(str)),
    max_size=5,
)  # fmt: skip


@pytest.mark.parametrize("template", PAGES)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_random_form_is_answered(visit: Visitor, template: str, data: Any) -> None:
    first = LM.split("/") if "{owner}" in template else []
    others = iter(lambda: data.draw(TEXTS.filter(bool)), None)
    path = _path(template, itertools.chain(first, others))
    form = data.draw(FORMS)
    shown = visit.http.get(path, params=data.draw(st.dictionaries(st.just("from"), TEXTS)))
    assert shown.status_code in {200, 303, 404, 405}
    assert visit.send(path, form, form="/create").status_code in {
        200, 303, 400, 401, 403, 404, 405, 422,
    }  # fmt: skip
