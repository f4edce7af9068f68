"""Which hardware a new model gets, and what is said of a SKU that is not available."""

import pytest

from replicate_train.destination.hardware import choose, choose_again, suggestion, unavailable
from replicate_train.destination.refused import hardware_options
from replicate_train.replicate.errors import refusal

OPTIONS = ["cpu", "gpu-a100-large", "gpu-a100-large-2x", "gpu-h100", "gpu-l40s", "gpu-l40s-2x"]
SAID = f"hardware: gpu-t4 is not a valid hardware SKU. Your options are: {', '.join(OPTIONS)}."


@pytest.mark.parametrize(
    ("offered", "sku", "reason"),
    [
        (["cpu", "gpu-t4", "gpu-l40s"], "gpu-t4", "default"),
        (OPTIONS, "gpu-l40s", "cheapest GPU available"),
        (["cpu", "gpu-h100", "gpu-a100-large"], "gpu-a100-large", "cheapest GPU available"),
        (["gpu-b200", "gpu-h100"], "gpu-h100", "cheapest GPU available"),  # the unknown one last
        (["gpu-l40s-2x", "gpu-b200"], "gpu-b200", "cheapest GPU available"),  # one before two
        (["gpu-2x-l40s", "gpu-h100"], "gpu-h100", "cheapest GPU available"),
        (["gpu-h100-2x", "gpu-l40s-2x"], "gpu-l40s-2x", "cheapest GPU available"),
        (["cpu-small", "cpu"], "cpu", "no GPU available"),
        (["tpu-v6", "cpu-small"], "cpu-small", "no GPU available"),
        ([], "gpu-t4", "list could not be read"),
    ],
)
def test_what_is_chosen(offered: list[str], sku: str, reason: str) -> None:
    choice = choose("", offered)
    assert choice.sku == sku
    assert reason in choice.reason
    assert choice.note == f"hardware: {sku} ({choice.reason})"


def test_a_given_sku_is_no_choice() -> None:
    assert choose("gpu-x", OPTIONS).sku == "gpu-x"
    assert choose("gpu-x", OPTIONS).note == ""


def test_a_refused_choice_is_made_again_from_the_options_that_are_named() -> None:
    assert choose_again(OPTIONS).sku == "gpu-l40s"
    assert choose_again([]).sku == "cpu"


@pytest.mark.parametrize(
    ("status", "detail", "fields", "options"),
    [
        (400, f"The following errors occurred:\n- {SAID}", [f"/hardware: {SAID}"], OPTIONS),
        (400, "Validation failed", [f"/hardware: {SAID}"], OPTIONS),
        (400, "- visibility: must be one. Your options are: public, private.", [], None),
        (422, "hardware is not available", [], []),
        (403, "Your options are: cpu", [], None),
        (409, SAID, [], None),
    ],
)
def test_the_options_that_a_refusal_names(
    status: int, detail: str, fields: list[str], options: list[str] | None
) -> None:
    assert hardware_options(refusal("POST /models", status, detail, fields)) == options


def test_what_is_said_of_a_sku_that_is_not_available() -> None:
    said = "`gpu-t5` is not available on Replicate. Available: cpu, gpu-t4"
    assert unavailable("gpu-t5", ["cpu", "gpu-t4"]) == said
    assert suggestion("gpu-t5", ["cpu", "gpu-t4"]) == "Did you mean `gpu-t4`?"
    assert suggestion("abacus", ["cpu"]) == "Set `hardware` to one of these."
    assert unavailable("x", [f"gpu-{n}" for n in range(99)]).endswith("gpu-29, ...")
