"""The switches of the command: each changes what the service does, as documented or observed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import httpx
import pytest

from support.checked import checked_client
from support.faults import add_faults, start, trainer_version, training_path, until_ended
from support.served import OTHER_TOKEN, Served, sandbox

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


def test_an_account_without_a_payment_method() -> None:
    with switched("--credit=no-payment-method") as (api, _):
        for answer in (
            api.post(training_path(api), json=RUN),
            api.post("/predictions", json={"version": trainer_version(api), "input": {}}),
        ):
            assert answer.status_code == 422
            assert answer.json() == {
                "title": "Invalid version or not permitted",
                "detail": "The specified version does not exist (or perhaps you don't have "
                "permission to use it?)",
                "status": 422,
            }


def test_a_monthly_spend_limit() -> None:
    with switched("--spend-limit=0.00003") as (api, served):
        for _ in range(2):  # 0.2 s of `cpu` cost $0.00002
            add_faults(served, {"training": {"status": "succeeded", "seconds": 0.2}})
            until_ended(api, start(api, "you/m"))
        answer = api.post(training_path(api), json=RUN)
        assert (answer.status_code, answer.json()["title"]) == (402, "Monthly spend limit reached")
        with served.client(OTHER_TOKEN) as other:
            other.post("/models", json=MODEL | {"owner": "someone-else"}).raise_for_status()
            body = RUN | {"destination": "someone-else/m"}
            assert other.post(training_path(api), json=body).status_code == 201


def test_a_limit_of_models() -> None:
    with switched("--most-models=2") as (api, served):
        api.post("/models", json=MODEL | {"name": "n"}).raise_for_status()
        answer = api.post("/models", json=MODEL | {"name": "o"})
        assert answer.status_code == 400
        assert answer.json()["errors"] == [
            {"pointer": "/name", "detail": "You have reached the limit of 2 models."}
        ]
        api.delete("/models/you/n").raise_for_status()
        assert api.post("/models", json=MODEL | {"name": "o"}).status_code == 201
        with served.client(OTHER_TOKEN) as other:
            made = other.post("/models", json=MODEL | {"owner": "someone-else"})
            assert made.status_code == 201


def test_a_trainer_that_answers_every_start_with_500() -> None:
    with switched() as (api, served), served.client() as unchecked:
        body = {"detail": "An unexpected error ocurred"}
        request = "POST /models/sandbox/tiny-lm-trainer/versions/*/trainings"
        add_faults(
            served, {"request": request, "answer": {"status": 500, "body": body}, "times": 9}
        )
        answer = unchecked.post(training_path(api), json=RUN)
        assert (answer.status_code, answer.json()) == (500, body)
        assert api.get("/trainings").json()["results"] == []


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


@pytest.mark.parametrize(
    "option", ["--credit=some", "--omit=id", "--created-at-skew=long", "--spend-limit=much"]
)
def test_a_switch_that_cannot_be_used(option: str) -> None:
    with pytest.raises(AssertionError, match="did not start"), sandbox(option):
        pass
