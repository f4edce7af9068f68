"""The forms without a script: what they send, and what they say of a wrong value."""

import re

import pytest

from support.faults import add_faults, faults_left, trainer_version
from support.sample_files import trainer_schemas
from support.served import LM, OTHER_TOKEN, TOKEN, Served
from support.visitor import Visitor

TRAIN = "/sandbox/sleeper/train"
FILE = {"file.data": ("data.txt", b"abc", "text/plain")}


def models(here: Served) -> list[str]:
    with here.client() as api:
        names = [f"you/{name}" for name in ("made", "left", "kept")]
        return [name for name in names if api.get(f"/models/{name}").is_success]


def test_a_wrong_value_is_said_at_its_field_and_creates_nothing(
    here: Served, visit: Visitor
) -> None:
    texts = {"new-name": "left", "input.seconds": "61"}
    answer = visit.send(TRAIN, texts, files=FILE)
    assert answer.status_code == 422
    assert (
        '<p class="error" id="error-seconds">61 is greater than the maximum of 60</p>'
        in answer.text
    )
    assert 'aria-describedby="error-seconds about-seconds" aria-invalid="true"' in answer.text
    assert 'value="61"' in answer.text
    assert "/v1/files/" in answer.text, "the file must not have to be chosen again"
    assert "dataset: data.txt" in answer.text
    assert "you/left" not in models(here)


@pytest.mark.parametrize(
    ("texts", "files", "field", "detail"),
    [
        ({"new-name": "made"}, {}, "data", "&#39;data&#39; is a required property"),
        ({"new-name": "made", "input.seconds": "soon"}, FILE, "seconds",
         "&#39;soon&#39; is not of type &#39;number&#39;"),
        ({"new-name": ""}, FILE, "new-name", "Must start and end with"),
        ({"new-name": "Bad Name"}, FILE, "new-name", "Must start and end with"),
    ],
)  # fmt: skip
def test_what_the_service_says(
    visit: Visitor, texts: dict, files: dict, field: str, detail: str
) -> None:
    answer = visit.send(TRAIN, texts, files=files)
    assert answer.status_code == 422
    assert f'<p class="error" id="error-{field}">{detail}' in answer.text
    assert f'href="#field-{field}"' in answer.text


def test_a_destination_that_is_gone(visit: Visitor) -> None:
    answer = visit.send(TRAIN, {"train-into": "you/gone"}, files=FILE)
    assert "The specified training destination does not exist" in answer.text


def test_a_file_that_is_gone(here: Served, visit: Visitor) -> None:
    texts = {"new-name": "kept", "input.data": f"{here.url}/files/gone"}
    page = visit.send(TRAIN, texts).text
    assert "File not found" in page
    assert "<option selected>you/kept</option>" in page, "the new model must be the choice now"


def test_a_model_is_created_once(here: Served, visit: Visitor) -> None:
    texts = {"name": "once", "visibility": "public", "hardware": "gpu-t4", "paper_url": "https://a"}
    answer = visit.send("/create", texts)
    assert (answer.status_code, answer.headers["location"]) == (303, "/you/once")
    page = visit.open("/you/once")
    assert "gpu-t4" in page
    assert 'href="https://a"' in page
    again = visit.send("/create", texts)
    assert "A model with that name and owner already exists." in again.text
    assert 'id="error-name"' in again.text
    with here.client() as api:
        assert api.get("/models/you/once").json()["description"] is None


@pytest.mark.parametrize("change", [{"hardware": "gpu-t5"}, {"visibility": "hidden"}])
def test_a_choice_that_is_none(visit: Visitor, change: dict[str, str]) -> None:
    texts = {"name": "chosen", "visibility": "private", "hardware": "cpu"} | change
    answer = visit.send("/create", texts)
    assert f'id="error-{next(iter(change))}"' in answer.text


def test_another_account_s_models_and_runs_are_not_shown(here: Served, visit: Visitor) -> None:
    with here.client(OTHER_TOKEN) as api:
        body = {"owner": "someone-else", "visibility": "private", "hardware": "cpu"}
        api.post("/models", json=body | {"name": "hidden"}).raise_for_status()
        file = api.post("/files", files={"content": ("d.txt", b"abc", "text/plain")}).json()
        version = api.get("/models/sandbox/sleeper").json()["latest_version"]["id"]
        started = api.post(
            f"/models/sandbox/sleeper/versions/{version}/trainings",
            json={"destination": "someone-else/hidden", "input": {"data": file["urls"]["get"]}},
        ).json()
    assert "someone-else/" not in visit.open("/")
    visit.open("/someone-else/hidden", 404)
    visit.open(f"/p/{started['id']}", 404)
    visit.open(f"/files/{file['id']}/content", 404)
    for path in (f"/p/{started['id']}/cancel", f"/files/{file['id']}/delete"):
        assert visit.send(path, {}, form="/create").status_code == 404


PANEL = "/_sandbox/panel"


def test_a_fault_is_chosen_used_and_removed(here: Served, visit: Visitor) -> None:
    faults_left(here)  # forgets those of other tests
    assert "No faults." in visit.open(PANEL)
    for choice, times in (("503", "2"), ("aborted", "1")):
        answer = visit.send(PANEL, {"choice": choice, "times": times})
        assert (answer.status_code, answer.headers["location"]) == (303, PANEL)
    page = visit.open(PANEL)
    assert '<h3 class="id">Any request</h3>' in page
    assert "2 times" in page
    assert "Training of any model" in page
    with here.client() as api:
        assert api.get("/account").status_code == 503
    assert "2 times" not in visit.open(PANEL)
    number = re.findall(r'name="number" value="(\d+)"', visit.open(PANEL))[0]
    visit.send(f"{PANEL}/remove", {"number": number}, form=PANEL)
    page = visit.open(PANEL)
    assert '<h3 class="id">Any request</h3>' not in page
    assert "Training of any model" in page
    visit.send(f"{PANEL}/remove", {"number": number}, form=PANEL)  # it is gone: nothing changes
    assert "Training of any model" in visit.open(PANEL)
    visit.send(f"{PANEL}/clear", {}, form=PANEL)
    assert "No faults." in visit.open(PANEL)


def test_faults_are_written_as_json(here: Served, visit: Visitor) -> None:
    faults_left(here)
    both = '[{"request": "GET /x", "reset": true}, {"lag": 1}]'
    assert visit.send(PANEL, {"json": both}).status_code == 303
    page = visit.open(PANEL)
    assert "GET /x" in page
    assert "List of trainings" in page
    assert visit.send(PANEL, {"json": '{"delay": 0.1, "times": 4}'}).status_code == 303
    left = faults_left(here)
    assert left[0] == {"request": "GET /x", "reset": True, "times": 1}
    assert left[2] == {"delay": 0.1, "times": 4}


@pytest.mark.parametrize(
    ("texts", "field", "detail"),
    [
        ({"json": "{"}, "json", "Not valid JSON: Expecting property name"),
        ({"json": ""}, "json", "Not valid JSON: Expecting value"),
        ({"json": "[1]"}, "json", "fault: Must be an object with one of"),
        ({"json": '{"hang": -1}'}, "json", "hang: Must be between 0 and 86400."),
        ({"json": '{"hang": 1, "colour": "red"}'}, "json", "colour: Additional property"),
        ({"choice": "503", "times": "0"}, "times", "times: Must be at least 1."),
        ({"choice": "503", "times": "many"}, "times", "times: Must be at least 1."),
        ({"choice": "none"}, "times", "fault: Must be an object with one of"),
    ],
)
def test_a_fault_that_is_none(visit: Visitor, texts: dict, field: str, detail: str) -> None:
    answer = visit.send(PANEL, texts)
    assert answer.status_code == 422
    assert f'<p class="error" id="error-{field}">{detail}' in answer.text


def test_another_account_s_faults_are_not_shown(here: Served, visit: Visitor) -> None:
    add_faults(here, {"request": "GET /theirs", "reset": True}, token=OTHER_TOKEN)
    assert "/theirs" not in visit.open(PANEL)


def test_predictions_are_listed(here: Served, visit: Visitor) -> None:
    with here.client() as api:
        body = {"version": trainer_version(api), "input": {"prompt": "x"}}
        made = api.post("/predictions", json=body).json()
        api.post(f"/predictions/{made['id']}/cancel").raise_for_status()
    page = visit.open("/predictions")
    assert f'href="/p/{made["id"]}"' in page
    assert f'href="/{LM}/versions/{made["version"]}"' in page
    visit.open("/predictions?from=x", 404)


def test_what_answers_501_is_shown(here: Served, visit: Visitor) -> None:
    page = visit.open("/_sandbox/not-implemented")
    with here.client() as api:
        for path in re.findall(r"GET /v1(\S+?)<", page):
            assert api.get(path.replace("{slug}", "x")).status_code == 501
    assert page.count("GET /v1/") == 2


def test_a_text_that_is_too_long(visit: Visitor) -> None:
    texts = {"name": "x" * 2_000_000}
    answer = visit.send("/create", texts, files={"none": ("", b"")})
    assert (answer.status_code, "maximum size" in answer.text) == (400, True)


def test_a_file_is_uploaded_and_deleted(visit: Visitor) -> None:
    assert "This field is required." in visit.send("/files", {}).text
    name = "ledger é.txt"
    visit.send("/files", {}, files={"content": (name, b"abc", "text/plain")})
    page = visit.open("/files")
    assert name in page
    [path] = [part for part in page.split('"') if part.endswith("/content")][:1]
    assert visit.http.get(path).content == b"abc"
    assert visit.send(path.replace("/content", "/delete"), {}, form="/files").status_code == 303
    assert path not in visit.open("/files")


def test_the_account_s_page_shows_how_to_use_the_api(here: Served, visit: Visitor) -> None:
    page = visit.open("/account/api-tokens")
    assert f"export REPLICATE_API_TOKEN={TOKEN}" in page
    assert here.url in page
    assert "you (user)" in page
    assert re.search(r"\$\d+\.\d{4} at Replicate's prices", page)


def test_the_code_follows_the_form(visit: Visitor) -> None:
    texts = {"train-into": "", "new-name": "m", "input.seconds": "3", "file-name.data": "d.zip"}
    code = visit.send(f"{TRAIN}/code", texts, form=TRAIN).json()
    assert list(code) == ["Workflow step", "cURL", "Python", "JavaScript"]
    assert "dataset: d.zip" in code["Workflow step"]
    assert "seconds: 3" in code["Workflow step"]


@pytest.mark.parametrize("name", trainer_schemas())
def test_a_real_trainer_s_form_has_every_input(visit: Visitor, name: str) -> None:
    page = visit.open(f"/sandbox/{name}/train")
    inputs = trainer_schemas()[name]["components"]["schemas"]["TrainingInput"]["properties"]
    for given in inputs:
        assert f'<label for="field-{given}">{given}' in page
        assert f'name="input.{given}"' in page


def test_a_field_has_its_range_its_default_and_its_choices(visit: Visitor) -> None:
    page = visit.open("/sandbox/flux-dev-lora-trainer/train")
    assert 'name="input.steps" value="1000" min="3.0" max="6000.0"' in page
    assert "3 to 6,000. Default: <code>1000</code>." in page
    assert 'type="password" autocomplete="off" spellcheck="false" name="input.hf_token"' in page
    assert 'type="checkbox" name="input.autocaption" value="true" checked' in page


def test_only_a_trainer_can_be_trained(here: Served, visit: Visitor) -> None:
    with here.client() as api:
        body = {"owner": "you", "name": "empty", "visibility": "private", "hardware": "cpu"}
        api.post("/models", json=body)
    assert "cannot be trained" in visit.open("/you/empty/train", 404)
    assert "No version yet." in visit.open("/you/empty")
    answer = visit.send("/you/empty", {}, form="/create")
    assert "has no version that runs" in answer.text
