"""Dates as the service writes them: without a zone, a day apart, ten minutes too early."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest

from replicate_train.dataset.dataset import Packed
from replicate_train.dataset.existing_upload import UploadRequirements, find, find_upload
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.schemas import File, Training, aware
from replicate_train.replicate.session import Session
from replicate_train.training.find import recent
from replicate_train.training.request import EXCLUSIVE_FOR
from support.scripted import TOKEN, URL, HandClock, Script, ok

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DATASET = Packed("a.txt", "text/plain", Path("a.txt"), 1, "d" * 64)


def wanted(
    metadata: dict[str, str] | None = None, seconds: float = 0.0, now: datetime | None = None
) -> UploadRequirements:
    return UploadRequirements(metadata or {}, seconds, EXCLUSIVE_FOR, now)


def made(seconds_ago: float | None, name: str = "tr") -> Training:
    moment = None if seconds_ago is None else NOON - timedelta(seconds=seconds_ago)
    return Training(id=name, status="processing", created_at=moment)


def uploaded(expires: str | None, **more: object) -> dict[str, object]:
    file = {"id": "f1", "checksums": {"sha256": "d" * 64}, "urls": {"get": "https://x/files/f1"}}
    return file | {"expires_at": expires} | more


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T12:00:00", NOON),
        ("2026-11-24T12:00:00Z", NOON),
        ("2026-11-24T14:00:00+02:00", NOON),
        ("2026-11-24T12:00:00.123456789Z", NOON.replace(microsecond=123456)),
    ],
)
def test_a_date_without_a_zone_is_utc(text: str, moment: datetime) -> None:
    read = Training(id="tr", status="starting", created_at=text).created_at  # type: ignore[arg-type]
    assert read is not None
    assert aware(read) == moment
    assert aware(read).tzinfo is not None


def test_a_date_with_a_zone_stays_as_it_is() -> None:
    zone = timezone(timedelta(hours=2))
    assert aware(NOON.astimezone(zone)).tzinfo is zone


@pytest.mark.parametrize(
    ("ages", "kept"),
    [
        ([], 0),
        ([0], 1),
        ([0, 86_400], 2),
        ([0, 86_401], 1),
        ([50_000, 50_000 + 86_400, 50_000 + 86_401], 2),
        ([0, 43_000, 86_000, 87_000], 3),
        ([0, None, 86_401, 5], 2),
        ([None, 90_000, 0], 3),
    ],
)
def test_only_what_was_made_within_a_day_of_the_newest_may_run(
    ages: list[float | None], kept: int
) -> None:
    trainings = [made(age, f"tr{number}") for number, age in enumerate(ages)]
    assert recent(trainings) == trainings[:kept]


def test_a_day_is_measured_across_dates_with_and_without_a_zone() -> None:
    naive = made(0).model_copy(update={"created_at": NOON.replace(tzinfo=None)})
    assert len(recent([naive, made(86_400), made(86_401)])) == 2


@pytest.mark.parametrize(
    ("expires", "taken"),
    [
        (None, True),
        ("2026-11-24T12:00:00Z", True),
        ("2026-11-24T12:00:00", True),
        ("2026-11-24T11:59:59Z", False),
    ],
)
def test_an_upload_must_outlive_the_moment(expires: str | None, taken: bool) -> None:
    file = File.model_validate(uploaded(expires))
    ten_minutes_before = NOON - timedelta(minutes=10)
    assert bool(find(DATASET, wanted(now=ten_minutes_before), [file], [])) == taken
    assert bool(find(DATASET, wanted(), [file], [])) == (expires is None)


@pytest.mark.parametrize(
    ("expires", "taken"), [("2026-11-24T13:10:00Z", True), ("2026-11-24T13:09:59Z", False)]
)
def test_an_upload_must_outlive_the_longest_wait_by_ten_minutes(expires: str, taken: bool) -> None:
    answer = ok({"next": None, "results": [uploaded(expires)]})
    answer.headers["date"] = "Tue, 24 Nov 2026 12:00:00 GMT"
    found = find_upload(DATASET, wanted(seconds=3600.0), [], api(Script().on("GET /files", answer)))
    assert bool(found) == taken
    if found:
        assert (found.url, found.sha256) == ("https://x/files/f1", "d" * 64)


def test_an_upload_is_not_looked_for_longer_than_it_saves() -> None:
    clock = HandClock()
    script = Script().always("GET /files", httpx.Response(503))
    assert find_upload(DATASET, wanted(seconds=3600.0), [], api(script, clock)) is None
    assert clock.seconds <= 10.0


@pytest.mark.parametrize(
    ("file", "marks", "started", "taken"),
    [
        ({}, {"destination": "you/m"}, False, True),
        ({"metadata": {"destination": "you/m"}}, {"destination": "you/m"}, False, False),
        ({"metadata": {"destination": "you/m"}}, {"destination": "you/m"}, True, True),
        ({"metadata": {"destination": "you/o"}}, {"destination": "you/m"}, True, False),
        ({"metadata": {"other": "x"}}, {"destination": "you/m"}, False, True),
        ({"checksums": {"sha256": "e" * 64}}, {}, True, False),
        ({"urls": {}}, {}, False, False),
        ({"name": "b.txt"}, {}, False, True),
        ({"name": "b.zip"}, {}, False, False),
        ({"name": "txt"}, {}, False, False),
    ],
)
def test_an_upload_is_taken_that_has_the_bytes_and_is_free(
    file: dict[str, object], marks: dict[str, str], started: bool, taken: bool
) -> None:
    given = {"steps": 1, "data": "https://x/files/f1"} if started else {"steps": 1}
    existing = [Training(id="tr", status="processing", input=given)]
    found = find(DATASET, wanted(marks), [File.model_validate(uploaded(None, **file))], existing)
    assert bool(found) == taken


def api(script: Script, clock: HandClock | None = None) -> Replicate:
    retry = RetryPolicy(clock or HandClock(), chance=lambda: 1.0)
    return Replicate(Session(Exchange(connect(URL, TOKEN, script)), retry))
