"""The switches of the command: each changes what the service does, as documented or observed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import httpx
import pytest

from support.checked import checked_client
from support.faults import add_faults, start, trainer_version, training_path
from support.served import Served, sandbox

MODEL = {"owner": "you", "name": "m", "visibility": "private", "hardware": "cpu"}
RUN = {"destination": "you/m", "input": {"train_data": "https://x.example"}}


@contextmanager
def switched(*options: str) -> Iterator[tuple[httpx.Client, Served]]:
    with sandbox(*options) as served, checked_client(served) as api:
        api.post("/models", json=MODEL).raise_for_status()
        yield api, served


def test_a_list_of_hardware_without_one() -> None:
    with switched("--hardware=cpu", "--hardware=gpu-h100", "--hardware=gpu-l40s-2x") as (api, _):
        listed = [one["sku"] for one in api.get("/hardware").json()]
        assert listed == ["cpu", "gpu-h100", "gpu-l40s-2x"]
        answer = api.post("/models", json=MODEL | {"name": "n", "hardware": "gpu-t4"})
    said = "gpu-t4 is not a valid hardware SKU. Your options are: cpu, gpu-h100, gpu-l40s-2x."
    assert answer.status_code == 400
    assert answer.json() == {
        "status": 400,
        "title": "Validation failed",
        "detail": f"The following errors occurred:\n- hardware: {said}",
        "errors": [{"pointer": "/hardware", "detail": said}],
    }


@pytest.mark.parametrize(
    ("credit", "title"), [("none", "Insufficient credit"), ("no-billing", "Billing required")]
)
def test_an_account_that_cannot_pay(credit: str, title: str) -> None:
    with switched(f"--credit={credit}") as (api, _):
        answers = [
            api.post(training_path(api), json=RUN),
            api.post("/predictions", json={"version": trainer_version(api), "input": {}}),
        ]
        for answer in answers:
            assert (answer.status_code, answer.json()["title"]) == (402, title)
        assert api.post(training_path(api), json=RUN | {"destination": "you/n"}).status_code == 404
        assert api.get("/trainings").json()["results"] == []
        assert api.get("/predictions").json()["results"] == []


def test_an_account_with_little_credit() -> None:
    with switched("--credit=low") as (api, served):
        add_faults(served, {"training": {"queued": 60}})
        start(api, "you/m")
        answer = api.post(training_path(api), json=RUN)
        assert answer.status_code == 429
        seconds = answer.json()["retry_after"]
        assert 1 <= seconds <= 10
        assert answer.headers["retry-after"] == str(seconds)
        assert answer.json() == {
            "detail": "Request was throttled. Your rate limit for creating predictions is reduced "
            "to 6 requests per minute with a burst of 1 requests while you have less than $5.0 in "
            f"credit. Your rate limit resets in ~{seconds}s.",
            "status": 429,
            "retry_after": seconds,
        }
        assert api.get("/account").status_code == 200


def test_a_training_without_some_fields() -> None:
    omitted = ("model", "source", "urls.web")
    with switched(*(f"--omit={name}" for name in omitted)) as (api, served):
        add_faults(served, {"training": {"queued": 60}})
        made = start(api, "you/m")
        path = f"/trainings/{made['id']}"
        for seen in (made, api.get(path).json(), api.get("/trainings").json()["results"][0]):
            assert not {"model", "source", "destination"} & set(seen)
            assert set(seen["urls"]) == {"get", "cancel"}
        assert api.post(f"{path}/cancel").json().get("model") is None


@pytest.mark.parametrize(("option", "seconds"), [("", 0.04), ("--created-at-skew=60", 0.06)])
def test_a_training_is_created_a_little_later_in_later_reads(option: str, seconds: float) -> None:
    with switched(*filter(None, [option])) as (api, served):
        add_faults(served, {"training": {"queued": 60}})
        made = start(api, "you/m")
        later = api.get(f"/trainings/{made['id']}").json()
        assert len(made["created_at"].partition(".")[2]) == len("123456789Z")
        first, second = (
            datetime.fromisoformat(one["created_at"]).timestamp() for one in (made, later)
        )
        assert second - first == pytest.approx(seconds, abs=0.001)


def test_inputs_that_are_not_validated() -> None:
    with switched("--no-validation") as (api, served):
        for given in ({}, {"trian_data": "https://x.example"}, {"steps": "many"}):
            add_faults(served, {"training": {"queued": 60}})
            assert start(api, "you/m", input=given)["input"] == given


@pytest.mark.parametrize("option", ["--credit=some", "--omit=id", "--created-at-skew=long"])
def test_a_switch_that_cannot_be_used(option: str) -> None:
    with pytest.raises(AssertionError, match="did not start"), sandbox(option):
        pass
