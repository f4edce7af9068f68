"""Job summaries of hostile and of huge runs: only the step's own markup, and never too long."""

import time
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replicate_train.evaluation.model import Answer, Check
from replicate_train.publish.retention import Pruned, Refusal
from replicate_train.report.markdown import listed, table
from replicate_train.report.summary import planned as others
from replicate_train.report.summary.document import Part, document
from replicate_train.report.summary.evaluations import evaluations
from replicate_train.report.summary.failure import failure
from replicate_train.report.summary.publication import publication
from replicate_train.report.summary.success import success
from replicate_train.runner.commands import Runner
from replicate_train.runner.text import printable
from support import hostile
from support.reading import Page

TAGS = {
    *("h3", "h4", "p", "strong", "code", "pre", "a", "br", "img", "ul", "li", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {("a", "href"), ("img", "src"), ("img", "width"), ("img", "alt"), ("pre", "lang")}
OWN = {"replicate.com", "gateway.example", "github.com", "example.com", "x"}
LIMIT = 900_000
TEXTS = st.lists(st.sampled_from(hostile.PIECES), max_size=8).map("".join)


def written(markdown: str) -> str:
    """Return a summary as the runner writes it, which leaves out what is not printable."""
    return "\n".join(map(printable, markdown.replace("\r", "\n").split("\n")))


def assert_harmless(markdown: str) -> None:
    page = Page(written(markdown))
    assert page.tags <= TAGS, (page.tags - TAGS, markdown)
    assert page.attributes <= ATTRIBUTES, page.attributes - ATTRIBUTES
    assert page.balanced, markdown
    for image in page.images:
        assert image.startswith("https://replicate.delivery/"), image
    for link, label in zip(page.links, page.labels, strict=True):
        url = urlsplit(link)
        assert url.scheme in {"http", "https"}, link
        assert url.hostname in OWN or unquote(label) == unquote(link), (link, label)
    for piece in page.pieces:
        assert "@mona" not in piece, piece


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, min_size=1, max_size=23), st.booleans())
def test_a_run_with_hostile_texts_shows_them_as_text(drawn: list[str], held: bool) -> None:
    text = cycle(drawn).__next__
    record = hostile.record(text, held=held)
    assert_harmless(success(record))
    assert_harmless(failure(record, hostile.error(text, record)))
    without = replace(record, made=None, outcomes=())
    assert_harmless(failure(without, hostile.error(text, without)))
    for plan in (
        hostile.plan(text, 3, uploads=held, found=False),
        hostile.plan(text, 3, uploads=held, found=True),
    ):
        assert_harmless(others.planned(record, plan, record.inputs))
    assert_harmless(others.started(record))
    assert_harmless(others.ready(record))


SECRETS = ("r8_0123456789abcdefghijklmnopqrstuvwxyz", "hf_ab/cd+ef=gh", "pa|ss <word> & more")
LONG = "<|`*_ @mona … https://evil.example/" * 60
HUGE = {
    "10,000 inputs": {"count": 10_000},
    "50 evaluations with thousands of checks": {"many": 50, "checks": 200},
    "3,000 warnings, deleted versions and refusals": {"many": 3_000},
}


@pytest.mark.parametrize("how", HUGE.values(), ids=HUGE)
@pytest.mark.parametrize("held", [True, False])
def test_a_huge_run_has_a_summary_of_every_part(
    how: dict[str, int], held: bool, tmp_path: Path
) -> None:
    record = hostile.record(lambda: LONG, held=held, **how)
    record.training = hostile.training(lambda: LONG, 3, logs=LONG * 5_000)
    began = time.process_time()
    markdown = success(record) if held else failure(record, hostile.error(lambda: LONG, record))
    summary = runner_writes(markdown, tmp_path)
    assert time.process_time() - began < 5
    assert len(summary) < LIMIT
    text = summary.decode()
    assert "Left out" not in text
    assert ("has a new version" if held else "Evaluation failed") in text
    for part in ("#### Evaluations", "Use it", "Inputs, trainer, times", "Warnings"):
        assert part in text
    assert "more" in text
    assert Page(text).balanced


def test_a_huge_failure_has_a_summary_of_every_part(tmp_path: Path) -> None:
    record = hostile.record(lambda: LONG, count=10_000, many=2_000)
    record = replace(record, made=None, outcomes=())
    record.training = hostile.training(lambda: LONG, 3, logs=LONG * 5_000)
    markdown = failure(record, hostile.error(lambda: LONG, record, many=2_000))
    text = runner_writes(markdown, tmp_path).decode()
    assert len(text.encode()) < LIMIT
    assert "Left out" not in text
    for part in ("**Why:**", "**Fix:**", "The last lines", "Inputs, trainer, times", "Warnings"):
        assert part in text
    assert Page(text).balanced


def test_a_huge_plan_has_a_summary_of_every_part() -> None:
    record = hostile.record(lambda: LONG, many=2_000)
    plan = hostile.plan(lambda: LONG, 10_000, uploads=True, found=False)
    markdown = others.planned(record, plan, record.inputs)
    assert len(markdown.encode()) < LIMIT
    assert "Left out" not in markdown
    for part in (
        "no problems found",
        "Nothing was changed",
        "Destination",
        "Inputs of the trainer",
    ):
        assert part in markdown
    assert Page(markdown).balanced


def runner_writes(markdown: str, folder: Path) -> bytes:
    """Return what a runner with secrets writes of a summary."""
    path = folder / "summary"
    path.touch()
    runner = Runner({"GITHUB_STEP_SUMMARY": str(path)})
    for secret in SECRETS:
        runner.mask(secret)
    runner.summarise(markdown)
    return path.read_bytes()


def test_the_least_important_part_is_left_out_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replicate_train.report.summary.document.LIMIT", 2_000)
    parts = [Part("the head", "h" * 600, 9), Part("a", "a" * 600, 2), Part("b", "b" * 600, 4)]
    whole = document(parts)
    assert whole == "\n\n".join(part.markdown for part in parts)
    less = document([*parts, Part("c", "c" * 600, 3)])
    assert less == (
        f"{'h' * 600}\n\n{'b' * 600}\n\n{'c' * 600}\n\n"
        "Left out, because a job summary has at most 1 MB: a."
    )
    large = document([*parts, Part("c", "c" * 700, 8)])
    assert large.endswith("Left out, because a job summary has at most 1 MB: c.")
    assert document([Part("none", "", 1)]) == ""


def test_what_is_left_out_of_a_list_is_counted() -> None:
    rows = [("a" * 10, str(at)) for at in range(5)]
    assert table(("x", "y"), rows, room=64).endswith("| aaaaaaaaaa | 2 |\n\n… and 2 more")
    assert "more" not in table(("x", "y"), rows)
    assert listed(["one", "two", "three"], room=11) == "- one\n- two\n- … and 1 more"
    pruned = Pruned(tuple("v" * 22), tuple(Refusal("w", "used") for _ in range(23)))
    record = replace(hostile.record(lambda: "x"), pruned=pruned, move=None)
    lines = publication(record).split("\n")
    assert lines[0].startswith("- Deleted 22 old versions: ")
    assert lines[0].endswith(" and 2 more")
    assert lines[-1] == "- Kept 3 more versions"


def test_of_too_many_checks_the_broken_ones_are_shown() -> None:
    checks = [Check(f"n{at}", at % 2 == 0, f"why {at}") for at in range(60)]
    one = hostile.outcome(lambda: "x", 1, 0, held=True)
    page = Page(evaluations([replace(one, checks=checks)], "")).text
    assert "❌ n1❌ n3" in page
    assert "❌ n39and 40 more, 10 of them failed↳ why 1↳ why 3" in page
    assert "n40" not in page
    all_held = [check._replace(held=True) for check in checks]
    page = Page(evaluations([replace(one, checks=all_held)], "")).text
    assert "✅ n19and 40 more" in page
    assert "failed" not in page


def test_the_beginning_of_a_secret_is_hidden_wherever_a_text_was_cut(tmp_path: Path) -> None:
    record = hostile.record(lambda: "… … x" * 10 + " …" * 20, many=50, count=1_000)
    told = "." * 390 + SECRETS[0]
    outcomes = [
        replace(
            one, answer=Answer("p", "succeeded", told), previous=Answer("p", "failed", error=told)
        )
        for one in record.outcomes
    ]
    record.outcomes = tuple(outcomes)
    text = runner_writes(success(record), tmp_path).decode()
    assert text.count("&#46;***") >= 50
    assert SECRETS[0][:6] not in text
    assert SECRETS[0].replace("_", "&#95;")[:6] not in text
