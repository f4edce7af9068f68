"""The pages in a real browser, with the real engine."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.axe import grave_faults
from support.cog_project import heldout
from support.faults import add_faults, trainer_version
from support.sample_files import trainer_schemas
from support.served import LM, Served

Open = Callable[..., Page]
pytestmark = pytest.mark.engine
LM_PAGE = f"/{LM}"
SLEEPER = "/sandbox/sleeper/train"
NARROW = {"viewport": {"width": 360, "height": 640}}
HOSTILE = "<img src=x onerror=alert(1)>"
OPEN_DETAILS = "document.querySelectorAll('details').forEach((one, n) => one.open ||= n < 9)"
ENDED = {"timeout": 60_000}


def start(page: Page, tmp_path: Path, name: str, **texts: str) -> None:
    """Fill in the form of the trainer that does as it is told, and send it."""
    data = tmp_path / "data.txt"
    data.write_bytes(b"abc")
    page.get_by_label("Name of the new model").fill(name)
    page.get_by_label("or a file").set_input_files(data)
    for label, text in texts.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Start the training").click()
    page.wait_for_url("**/p/*")


def test_from_the_form_to_a_version_that_runs(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("link", name=f"Train with {LM}").click()
    code = page.get_by_role("region", name="Workflow step")
    page.get_by_label("Name of the new model").fill("harbour")
    page.get_by_label("steps").fill("40")
    page.get_by_label("or a file").set_input_files(heldout())
    for line in ("model-name: you/harbour", "steps: 40", "dataset: harbour-heldout.jsonl"):
        expect(code).to_contain_text(line)
    page.get_by_role("button", name="Start the training").click()
    expect(page.locator("[data-status]")).to_have_text("succeeded", **ENDED)
    expect(page.locator("[data-steps]")).to_have_text("40 of 40 (100%)")
    expect(page.get_by_role("img")).to_have_accessible_name(re.compile("Loss: first .*, last "))
    expect(page.get_by_role("region", name="Log")).to_contain_text("Trained 40 steps")
    with page.expect_download() as weights:
        page.get_by_role("link", name="trained_model.npz").click()
    assert weights.value.path().read_bytes().startswith(b"PK")
    page.get_by_role("link", name="you/harbour:").click()
    page.get_by_label("prompt").fill("At low water ")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("[data-status]")).to_have_text("succeeded", **ENDED)
    expect(page.get_by_role("region", name="Output")).to_contain_text("At low water ")


def test_the_log_and_the_time_move_and_the_training_is_cancelled(
    open_page: Open, tmp_path: Path
) -> None:
    page = open_page(SLEEPER)
    start(page, tmp_path, "moving", seconds="60")
    log, seconds = page.get_by_role("region", name="Log"), page.locator("[data-seconds]")
    expect(log).to_contain_text("size 3", **ENDED)
    expect(log).to_contain_text("step ", **ENDED)
    before, time_before = log.inner_text(), seconds.inner_text()
    expect(log).not_to_have_text(before)
    expect(seconds).not_to_have_text(time_before)
    page.get_by_role("button", name="Cancel the training").click()
    expect(page.locator("[data-status]")).to_have_text("canceled")
    expect(page.get_by_role("button", name="Cancel the training")).to_have_count(0)


def test_a_failure_is_shown_as_text(open_page: Open, tmp_path: Path) -> None:
    page = open_page(SLEEPER)
    start(page, tmp_path, "failing", fail=HOSTILE)
    expect(page.locator("[data-status]")).to_have_text("failed", **ENDED)
    expect(page.locator(".problems")).to_contain_text(HOSTILE)
    assert page.locator("main img").count() == 0


def test_a_model_is_created(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("link", name="Create a model").click()
    page.get_by_label("Name").fill("By Hand")
    page.get_by_role("button", name="Create the model").click()
    field = page.get_by_label("Name")
    expect(field).to_have_accessible_description(re.compile("Must start and end with"))
    field.fill("by-hand")
    page.get_by_role("button", name="Create the model").click()
    expect(page).to_have_url(re.compile("/you/by-hand$"))


def test_a_wrong_value_is_shown_at_its_field(open_page: Open) -> None:
    page = open_page(SLEEPER)
    page.get_by_label("seconds").fill("61")
    page.get_by_role("button", name="Start the training").click()
    field = page.get_by_label("seconds")
    expect(field).to_have_accessible_description(re.compile("61 is greater than the maximum of 60"))
    page.get_by_role("alert").get_by_role("link", name="seconds").click()
    expect(field).to_be_focused()


def test_the_keyboard_is_enough(open_page: Open) -> None:
    page = open_page("/create")
    keyboard = page.keyboard
    keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    keyboard.press("Enter")
    keyboard.press("Tab")
    expect(page.get_by_label("Name")).to_be_focused()
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid", "the focus must be visible"
    keyboard.type("typed")
    for _ in range(8):
        keyboard.press("Tab")
    expect(page.get_by_role("button", name="Create the model")).to_be_focused()
    keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/you/typed(#content)?$"))


def test_a_fault_is_added_and_removed_by_keyboard(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("link", name="Faults").click()
    page.get_by_label("What goes wrong").focus()
    page.keyboard.type("Training: fails, C")
    page.keyboard.press("Tab")
    page.keyboard.type("2")  # the field holds 1, which the focus selects
    page.keyboard.press("Enter")
    card = page.get_by_role("listitem").filter(has_text="CUDA out of memory")
    expect(card).to_contain_text("Training of any model")
    expect(card).to_contain_text("2 times")
    card.get_by_role("button", name="Remove").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("CUDA out of memory").filter(visible=True)).to_have_count(0)


def test_a_wrong_fault_is_said_at_its_field(open_page: Open) -> None:
    page = open_page("/_sandbox/panel")
    page.get_by_label("Fault, or a list of faults").fill('{"hang": "long"}')
    page.get_by_role("button", name="Add the JSON").click()
    field = page.get_by_label("Fault, or a list of faults")
    expect(field).to_have_accessible_description(re.compile("hang: Has a value of another type"))
    expect(field).to_have_value('{"hang": "long"}')
    assert not grave_faults(page)


def test_a_new_model_is_asked_for_only_when_it_is_wanted(open_page: Open) -> None:
    page = open_page("/create")
    page.get_by_label("Name").fill("existing")
    page.get_by_role("button", name="Create the model").click()
    page.goto(SLEEPER)
    name = page.get_by_label("Name of the new model")
    expect(name).to_be_visible()
    page.get_by_label("Model that receives the new version").select_option("you/existing")
    expect(name).to_be_hidden()


def test_the_code_is_copied(open_page: Open) -> None:
    page = open_page(SLEEPER, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy Workflow step").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("- uses: OWNER/REPO@v1\n")


def test_without_scripts_a_training_is_started_and_followed(
    open_page: Open, tmp_path: Path
) -> None:
    page = open_page(SLEEPER, java_script_enabled=False)
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    start(page, tmp_path, "no-scripts", seconds="1")
    for _ in range(100):
        if "succeeded" in page.locator("[data-status]").inner_text():
            break
        page.wait_for_timeout(200)
        page.get_by_role("link", name="Refresh").click()
    expect(page.locator("[data-status]")).to_have_text("succeeded")


@pytest.fixture(scope="session")
def paths(here: Served) -> list[str]:
    """Paths of all pages, with something to show on each."""
    with here.client() as api:
        body = {"owner": "you", "name": "shown", "visibility": "private", "hardware": "cpu"}
        api.post("/models", json=body).raise_for_status()
        readme = {"readme": f"# README\n\n{'long' * 200}", "description": "long" * 100}
        api.patch("/models/you/shown", json=readme).raise_for_status()
        name = f"{'n' * 120}.txt"
        file = api.post("/files", files={"content": (name, b"abc", "text/plain")}).json()
        version = api.get("/models/sandbox/sleeper").json()["latest_version"]["id"]
        started = api.post(
            f"/models/sandbox/sleeper/versions/{version}/trainings",
            json={"destination": "you/shown", "input": {"data": file["urls"]["get"]}},
        ).json()
        api.post("/predictions", json={"version": trainer_version(api), "input": {"prompt": "x"}})
    add_faults(here, {"request": f"GET /{'x' * 200}", "answer": {"status": 503, "body": "y" * 500}})
    return [
        "/", "/create", "/you/shown", LM_PAGE, f"{LM_PAGE}/train", SLEEPER, "/trainings", "/files",
        f"/sandbox/sleeper/versions/{version}", f"/p/{started['id']}", "/account/api-tokens",
        "/_sandbox/requests", "/_sandbox/panel", "/_sandbox/not-implemented", "/predictions",
        "/nowhere",
        "/sandbox/broken", "/ostris/flux-dev-lora-trainer", "/ostris/flux-dev-lora-trainer/train",
        *(f"/sandbox/{name}/train" for name in trainer_schemas()),
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_grave_fault(open_page: Open, paths: list[str], scheme: str) -> None:
    page = open_page("/", color_scheme=scheme)
    found = {}
    for path in paths:
        page.goto(path)
        page.evaluate(OPEN_DETAILS)
        found[path] = grave_faults(page)
    assert not {path: faults for path, faults in found.items() if faults}


def test_axe_finds_no_grave_fault_in_a_form_with_errors(open_page: Open) -> None:
    page = open_page(SLEEPER)
    page.get_by_role("button", name="Start the training").click()
    page.get_by_role("alert").wait_for()
    assert not grave_faults(page)


def test_a_narrow_screen_does_not_scroll_sideways(open_page: Open, paths: list[str]) -> None:
    page = open_page("/", **NARROW)
    for path in paths:
        page.goto(path)
        page.evaluate(OPEN_DETAILS)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
