"""The pages of simulated trainers, and of a trainer that cannot be loaded."""

import re

from support.faults import until_ended
from support.served import LM, Served
from support.visitor import Visitor

BROKEN = "/sandbox/broken"
FLUX = "/ostris/flux-dev-lora-trainer"
BADGE = '<span class="badge">simulated</span>'


def test_a_trainer_that_cannot_be_loaded_says_why(visit: Visitor) -> None:
    text = visit.open(BROKEN)
    assert "This trainer cannot be loaded" in text
    assert "<p>SyntaxError: invalid syntax</p>" in text
    assert "File &#34;train.py&#34;, line 1\n" in text
    assert "import nothing_&lt;script&gt;" in text
    assert "nothing_<script>" not in text
    assert "No version yet." in text
    assert f'href="{BROKEN}/train"' not in text
    visit.open(f"{BROKEN}/train", status=404)


def test_the_models_are_grouped(here: Served, visit: Visitor) -> None:
    with here.client() as api:
        body = {"owner": "you", "name": "grouped", "visibility": "private", "hardware": "cpu"}
        api.post("/models", json=body).raise_for_status()
    text = visit.open("/")
    found = re.split(r'<h2 id="group-\d">(.+?)</h2>', text)[1:]
    groups = dict(zip(found[::2], found[1::2], strict=True))
    assert list(groups) == ["Models of the accounts", "Trainers", "Simulated trainers"]
    assert 'href="/you/grouped"' in groups["Models of the accounts"]
    assert f'href="/{LM}"' in groups["Trainers"]
    assert f'href="{FLUX}"' in groups["Simulated trainers"]
    assert groups["Simulated trainers"].count(BADGE) == 9 == text.count(BADGE)


def test_each_page_of_a_simulated_trainer_says_so(here: Served, visit: Visitor) -> None:
    assert "Here it is simulated" in visit.open(FLUX)
    sent = visit.send(f"{FLUX}/train", {"new-name": "simulated-one", "input.steps": "20"})
    run = sent.headers["location"]
    with here.client() as api:
        output = until_ended(api, {"id": run.rpartition("/")[2]}, 20)["output"]
    model, _, version = output["version"].partition(":")
    paths = [FLUX, f"{FLUX}/train", run, f"/{model}", f"/{model}/versions/{version}"]
    assert [path for path in paths if BADGE not in visit.open(path)] == []
    predicted = visit.send(f"/{model}", {"input.prompt": "a cat"}).headers["location"]
    assert "This version is simulated" in visit.open(predicted)
    for path in ("/sandbox/sleeper", "/sandbox/sleeper/train"):
        assert BADGE not in visit.open(path)
