"""A version is believed only where it is new, and stands on the destination."""

import pytest

from support.scenes import DONE, INPUTS, LIST, LOOK, THERE, listed, other, started
from support.scripted import NEW_VERSION, Script, model, ok, problem, training
from support.steps import Steps

PREVIOUS = "a" * 64
VERSIONS = "GET /models/you/m/versions"
README = "PATCH /models/you/m"


def ended(version: object, **more: object) -> Script:
    """Return a script whose training names a version; the destination has an older one."""
    end = training("succeeded", output={"version": version}, **more)
    return started().on(LOOK, ok(end))


def versions(*ids: str) -> dict[str, object]:
    made = [{"id": one, "created_at": "2026-11-01T10:05:00Z"} for one in ids]
    return {"results": [*made, {"id": PREVIOUS, "created_at": "2026-10-01T00:00:00Z"}]}


@pytest.mark.parametrize(
    "said", ["v2", "latest", PREVIOUS, f"you/m:{PREVIOUS}", NEW_VERSION[:60], "", None, ["x"]]
)
def test_what_is_no_new_version_is_not_believed(steps: Steps, said: object) -> None:
    script = ended(said).on(VERSIONS, ok(versions()))
    done = steps.run(script, INPUTS)
    assert done.status == 1
    assert "version-id" not in done.outputs
    assert "no version could be identified" in done.error


@pytest.mark.parametrize("said", ["v2", PREVIOUS, None])
def test_the_only_version_that_appeared_is_the_trainings(steps: Steps, said: object) -> None:
    done = steps.run(ended(said).on(VERSIONS, ok(versions(NEW_VERSION))), INPUTS)
    assert (done.status, done.outputs["version"]) == (0, f"you/m:{NEW_VERSION}")


def test_a_version_of_another_model_is_an_error_and_its_readme_is_left_alone(steps: Steps) -> None:
    (steps.workspace / "R.md").write_text("hi")
    done = steps.run(ended(f"evil/model:{NEW_VERSION}"), INPUTS | {"readme": "R.md"})
    assert done.status == 1
    assert "another model: evil/model" in done.error
    assert "version-id" not in done.outputs


def test_a_version_that_shows_late_is_waited_for(steps: Steps) -> None:
    script = started().on(LOOK, ok(training("succeeded", output=DONE)))
    script.on(THERE, problem(404), problem(404), problem(404))
    done = steps.run(script, INPUTS)
    assert (done.status, done.outputs["version-id"]) == (0, NEW_VERSION)


def test_a_version_that_never_shows_is_not_believed(steps: Steps) -> None:
    script = started().on(LOOK, ok(training("succeeded", output=DONE))).always(THERE, problem(404))
    done = steps.run(script.on(VERSIONS, ok(versions())), INPUTS)
    assert done.status == 1
    assert "version-id" not in done.outputs
    assert 60 <= done.clock.seconds < 75


@pytest.mark.parametrize(
    "sibling",
    [
        other(id="tr9", status="processing"),
        other(id="tr9", status="succeeded", completed_at="2026-11-01T10:06:00Z"),
        other(id="tr9", status="succeeded", destination="you/m"),
        # It names a version that it cannot have made, so nothing is known of its own.
        other(id="tr9", status="succeeded", output={"version": f"you/m:{PREVIOUS}"}),
        other(id="tr9", status="succeeded", output={"version": "e" * 64}),
    ],
)
def test_a_version_that_a_sibling_may_have_made_is_not_taken(
    steps: Steps, sibling: dict[str, object]
) -> None:
    script = ended(None).on(VERSIONS, ok(versions(NEW_VERSION)))
    script.on(LIST, listed()).always(LIST, listed(sibling, other()))
    done = steps.run(script, INPUTS)
    assert done.status == 1
    assert f"candidate version: {NEW_VERSION}" in done.error
    assert "training tr9 may have made it" in done.error


@pytest.mark.parametrize(
    "sibling",
    [
        other(id="tr9", status="failed"),
        other(id="tr9", status="succeeded", destination="you/other"),
        other(id="tr9", status="succeeded", completed_at="2026-11-01T09:00:00Z"),
        other(id="tr9", status="succeeded", output={"version": f"you/m:{'e' * 64}"}),
        other(id="tr9", status="succeeded", output={"version": f"you/other:{'e' * 64}"}),
    ],
)
def test_a_sibling_that_made_none_or_its_own_does_not_matter(
    steps: Steps, sibling: dict[str, object]
) -> None:
    appeared = (NEW_VERSION, "e" * 64) if sibling.get("output") else (NEW_VERSION,)
    script = ended(None).on(VERSIONS, ok(versions(*appeared)))
    script.on(LIST, listed()).always(LIST, listed(sibling, other()))
    done = steps.run(script, INPUTS)
    assert (done.status, done.outputs.get("version-id")) == (0, NEW_VERSION)


WAIT = {"mode": "wait", "training-id": "tr1"}


def test_waiting_for_a_training_of_another_model_ends_before_anything_is_followed(
    steps: Steps,
) -> None:
    script = Script().on(LOOK, ok(training("processing", destination="you/other")))
    done = steps.run(script, WAIT | {"model-name": "m"})
    assert done.status == 1
    assert "trains you/other" in done.error
    assert "training-id" not in done.outputs


def test_waiting_does_not_name_a_version_on_the_wrong_model(steps: Steps) -> None:
    script = Script().on(LOOK, ok(training("succeeded", output=DONE)))
    done = steps.run(script, WAIT | {"model-name": "you/other"})
    assert done.status == 1
    assert "version-id" not in done.outputs


def test_waiting_finds_the_model_of_a_bare_version_by_the_inputs(steps: Steps) -> None:
    script = Script().on(LOOK, ok(training("succeeded", output={"version": NEW_VERSION})))
    script.on(THERE, ok({"id": NEW_VERSION})).on("GET /models/you/m", ok(model()))
    done = steps.run(script, WAIT | {"model-name": "m"})
    assert (done.status, done.outputs["version"]) == (0, f"you/m:{NEW_VERSION}")


def test_waiting_for_a_bare_version_without_a_model_asks_for_its_name(steps: Steps) -> None:
    script = Script().on(LOOK, ok(training("succeeded", output={"version": NEW_VERSION})))
    done = steps.run(script, WAIT)
    assert "Set `model-name`" in done.error
    assert "version-id" not in done.outputs
