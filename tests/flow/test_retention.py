"""Old versions are deleted: only what is surely old, and what nobody uses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.publish.retention import Pruned, Refusal, old_versions, prune
from replicate_train.replicate.refs import ModelRef
from replicate_train.replicate.schemas import Version
from support.direct import client
from support.scripted import Script, ok, problem

MODEL = ModelRef("you", "m")
VERSIONS = "GET /models/you/m/versions"
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
PUBLIC = problem(403, detail="You can only delete versions from private models")
ACCEPTED = httpx.Response(202)


def delete(name: str) -> str:
    return f"DELETE /models/you/m/versions/{name}"


def dated(name: str) -> dict[str, Any]:
    """Return a version that was made on the day of its letter."""
    return {"id": name, "created_at": (FIRST + timedelta(days=ord(name[0]))).isoformat()}


def having(names: str, *deployed: str) -> Script:
    """Return a script of a model with these versions, newest first."""
    running = [
        {"owner": "you", "name": f"d{one}", "current_release": {"model": "you/m", "version": one}}
        for one in deployed
    ]
    script = Script().on("GET /deployments", ok({"next": None, "results": running}))
    return script.on(VERSIONS, ok({"next": None, "results": [dated(one) for one in names]}))


def test_the_oldest_versions_beyond_the_number_are_deleted() -> None:
    script = having("edcba").on(delete("a"), ACCEPTED).on(delete("b"), ACCEPTED)
    assert prune(client(script), MODEL, 3, {"e"}) == Pruned(("a", "b"))
    assert not script.breaches


def test_what_is_protected_or_deployed_stays() -> None:
    script = having("edcba", "b").on(delete("a"), ACCEPTED)
    assert prune(client(script), MODEL, 1, {"e", "d", "c"}) == Pruned(("a",))
    assert not script.breaches


def test_every_page_is_read() -> None:
    script = Script().on("GET /deployments", ok({"results": []}))
    link = "http://elsewhere.example.com/v1/models/you/m/versions?cursor=2"
    script.on(VERSIONS, ok({"next": link, "results": [dated("c")]}))
    script.on(VERSIONS, ok({"next": None, "results": [dated("b"), dated("a")]}))
    script.on(delete("a"), ACCEPTED)
    assert prune(client(script), MODEL, 2, ()) == Pruned(("a",))
    assert not script.breaches


def test_a_refusal_is_collected_with_its_reason() -> None:
    used = problem(400, detail="Someone other than you has run predictions with it")
    script = having("dcba").on(delete("a"), used).on(delete("b"), problem(409, title=""))
    script.on(delete("c"), ACCEPTED)
    pruned = prune(client(script), MODEL, 1, ())
    assert pruned.deleted == ("c",)
    assert pruned.refused[0] == Refusal("a", "Someone other than you has run predictions with it")
    assert pruned.refused[1].version_id == "b"
    assert not pruned.note


def test_the_same_refusal_again_and_again_ends_it() -> None:
    script = having("hgfedcba")
    for name in "abcde":
        script.on(delete(name), PUBLIC)
    pruned = prune(client(script), MODEL, 1, ())
    assert [one.version_id for one in pruned.refused] == list("abcde")
    assert (
        pruned.note == "2 old versions not tried: Replicate refused 5 in a row for the same reason"
    )
    assert not script.breaches


def test_refusals_that_differ_end_nothing() -> None:
    script = having("zgfedcba")
    for name in "abcdefg":
        script.on(delete(name), ACCEPTED if name == "c" else PUBLIC)
    pruned = prune(client(script), MODEL, 1, ())
    assert (len(pruned.refused), pruned.deleted, pruned.note) == (6, ("c",), "")


def test_a_deletion_whose_answer_is_lost_is_repeated() -> None:
    script = having("ba").on(delete("a"), httpx.ReadError("reset"), problem(404))
    assert prune(client(script), MODEL, 1, ()) == Pruned(("a",))


@pytest.mark.parametrize(
    "answer", [problem(503), problem(401, detail="no"), httpx.ConnectError("no route")]
)
def test_an_outage_ends_it_with_a_note(answer: httpx.Response | Exception) -> None:
    script = having("dcba").on(delete("a"), ACCEPTED).always(delete("b"), answer)
    pruned = prune(client(script), MODEL, 1, ())
    assert (pruned.deleted, pruned.refused) == (("a",), ())
    assert pruned.note.startswith("2 old versions not deleted: DELETE ")


@pytest.mark.parametrize("request_", ["GET /deployments", VERSIONS])
def test_without_the_lists_nothing_is_deleted(request_: str) -> None:
    script = Script().always("GET /deployments", ok({"results": []}))
    script.always(VERSIONS, ok({"results": [dated("b"), dated("a")]}))
    pruned = prune(client(script.always(request_, problem(403, detail="no"))), MODEL, 1, ())
    assert (pruned.deleted, pruned.refused) == ((), ())
    assert pruned.note.startswith("No old version was deleted: GET ")


moments = st.none() | st.integers(0, 5).map(lambda day: FIRST + timedelta(days=day))
lists = st.lists(st.tuples(st.sampled_from("abcdefgh"), moments), max_size=12)


@given(lists, st.integers(0, 9), st.sets(st.sampled_from("abcdefgh")))
def test_only_what_is_surely_old_is_deleted(
    listed: list[tuple[str, datetime | None]], keep: int, protected: set[str]
) -> None:
    versions = [Version(id=name, created_at=moment) for name, moment in listed]
    dates = {one.id: one.created_at for one in versions}
    old = old_versions(versions, keep, protected)
    assert len(set(old)) == len(old)
    assert not protected & set(old)
    for name in old:
        date = dates[name]
        assert date is not None
        newer = [
            one for one, other in dates.items() if one != name and not (other and other < date)
        ]
        assert len(newer) >= keep
    kept = [dates[name] for name in dates if name not in old and name not in protected]
    assert sum(date is not None for date in kept) <= keep


@given(st.permutations("abcdef"), st.integers(0, 6))
def test_the_order_of_the_list_does_not_matter(names: list[str], keep: int) -> None:
    versions = [Version.model_validate(dated(name)) for name in names]
    assert "".join(old_versions(versions, keep, ())) == "abcdef"[: 6 - keep]
