"""Parts of a summary: the answers of an evaluation, and the comparison with the version before."""

from dataclasses import replace
from typing import Any

from replicate_train.dataset.dataset import Hosted
from replicate_train.evaluation.model import Answer, Check, Evaluation, Outcome, OutputFile
from replicate_train.inputs.model import Inputs
from replicate_train.metrics.collector import Metrics
from replicate_train.plan.plan import Plan
from replicate_train.provenance.origin import Origin
from replicate_train.replicate.schemas import Training, Version
from replicate_train.report.record import Record
from replicate_train.report.summary import headline
from replicate_train.report.summary.comparison import comparison
from replicate_train.report.summary.evaluations import evaluations
from replicate_train.training.history import EarlierVersion
from replicate_train.training.version import MadeVersion
from support import hostile
from support.reading import Page

NEW, OLD = "d" * 64, "a" * 64


def shown(output: object, *files: OutputFile, **more: Any) -> Page:
    """Return the page of one evaluation that returned an output."""
    evaluation = Evaluation("greets", more.pop("given", {"prompt": "hi"}), **more.pop("how", {}))
    answer = Answer("p1", "succeeded", output, seconds=2.0, files=files)
    checks = more.pop("checks", [Check("contains `a`", held=True)])
    return Page(evaluations([Outcome(evaluation, answer, checks)], ""))


def images(count: int) -> list[str]:
    return [f"https://replicate.delivery/{at}.webp" for at in range(count)]


def test_four_images_of_an_answer_are_shown() -> None:
    assert shown(images(4)).images == images(4)
    assert "more images" not in shown(images(4)).text
    six = shown(images(6))
    assert six.images == images(4)
    assert "and 2 more images" in six.text


def test_an_image_is_told_by_its_content_first() -> None:
    url = "https://replicate.delivery/file"
    assert shown(url, OutputFile(url, "image/png")).images == [url]
    assert shown(f"{url}.png", OutputFile(f"{url}.png", "text/plain")).images == []
    assert shown(f"{url}.png?a=1").images == [f"{url}.png?a=1"]


def test_an_address_that_is_no_link_is_no_image() -> None:
    for url in (
        "javascript:x.png",
        "https://x.example/a'b.png",
        f"https://x.example/{'a' * 2000}.png",
    ):
        assert shown(url, OutputFile(url, "image/png")).images == []


def test_a_text_in_pieces_is_shown_as_one() -> None:
    assert "hello you" in shown(["hel", "lo ", "you"]).text
    assert '["hello", 1]' in shown(["hello", 1]).text


def test_an_input_is_shown_without_its_secrets() -> None:
    page = shown("x", given={"key": "hunter2", "n": 1}, how={"secret_inputs": frozenset({"key"})})
    assert '{"key": "***", "n": 1}' in page.text


def test_only_a_check_that_broke_says_why() -> None:
    checks = [Check("one", held=True, why="because"), Check("two", held=False, why="it is not")]
    text = shown("x", checks=checks).text
    assert "↳ it is not" in text
    assert "because" not in text


def training(given: dict[str, Any], **more: Any) -> Training:
    whole = {"id": "tr1", "status": "succeeded", "input": given, "metrics": {"predict_time": 60}}
    return Training.model_validate(whole | more)


def plan() -> Plan:
    """Return the plan of a trainer with the inputs `steps`, `key` (a secret) and `data`."""
    fields = {"steps": {"type": "integer"}, "key": {"x-cog-secret": True}, "data": {}}
    whole = hostile.plan(lambda: "x", 0, uploads=False, found=False)
    trainer = replace(whole.trainer, schema={"properties": fields})
    dataset = Hosted("https://example.com/d.zip?sig=2", "")
    request = replace(whole.request, trainer=trainer, dataset_input="data", dataset=dataset)
    return replace(whole, request=request, prepared=replace(whole.prepared, dataset=dataset))


def compared(now: dict[str, Any], before: dict[str, Any], **more: Any) -> str:
    record = Record(Inputs(), Origin(), plan=plan(), training=training(now))
    record.made, record.model_page = (
        MadeVersion("you/m", Version(id=NEW)),
        "https://replicate.com/m",
    )
    record.previous = EarlierVersion(Version(id=OLD), training(before, **more))
    return Page(comparison(record)).text


def test_inputs_that_changed_are_shown_side_by_side() -> None:
    text = compared({"steps": 10, "key": "s1"}, {"steps": 8, "key": "s2"})
    assert "steps: 10" in text
    assert "steps: 8" in text
    assert "key" not in text
    assert "none" in compared({"steps": 1, "data": "x"}, {"steps": 1, "data": "y"})
    assert "steps: (default)" in compared({}, {"steps": 1})


def test_the_value_of_an_input_that_the_trainer_does_not_have_is_hidden() -> None:
    text = compared({}, {"old_token": "abc-def-ghi"})
    assert "old_token: ***" in text
    assert "abc" not in text


def test_many_changed_inputs_are_counted() -> None:
    names = {f"n{at}": at for at in range(23)}
    assert "n19: (default)" in compared({}, names)
    assert "and 3 more" in compared({}, names)
    assert "n20" not in compared({}, names)
    assert "more" not in compared({}, {f"n{at}": at for at in range(20)})


def test_what_is_not_known_of_both_is_left_out() -> None:
    text = compared({}, {})
    assert "Final loss" not in text
    assert "Training time" in text
    assert "Trainer version" not in text


def test_another_version_of_the_trainer_is_named() -> None:
    assert "Trainer version" in compared({}, {}, version="b" * 64)
    assert "Trainer version" not in compared({}, {}, version="x")


def test_a_signature_is_not_in_the_comparison() -> None:
    text = compared({}, {"data": "https://example.com/old.zip?sig=1"})
    assert "https://example.com/old.zip" in text
    assert "sig=" not in text


def headlined(**more: Any) -> str:
    """Return the headline of a failure without a version."""
    record = Record(Inputs(), Origin(), metrics=Metrics.of("step 3/9 loss=1\n"))
    return Page(headline.failure(replace(record, training=training({}, **more)))).text


def test_how_far_a_training_came_is_said_of_one_that_ended_early() -> None:
    assert "failed at step 3" in headlined(status="failed")
    assert " at " not in headlined(status="succeeded")
