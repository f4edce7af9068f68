"""A log as the pages show it, with its progress and its loss."""

import pytest

from replicate_sandbox.pages import loss_curve
from replicate_sandbox.pages.images import image_type
from replicate_sandbox.pages.log_view import shown
from support.sample_files import training_logs
from support.samples import pictures

WEB = (".jpg", ".png", ".gif", ".webp")


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (None, ""),
        ("a\nb", "a\nb"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("\rstep 1\rstep 2\nend", "step 2\nend"),
        ("step 1\r", "step 1"),
        ("<b>\x1b[0m", "<b>\x1b[0m"),
    ],
)
def test_a_line_is_shown_as_it_was_drawn_last(log: str | None, expected: str) -> None:
    assert shown(log) == expected


def test_of_a_long_log_the_end_is_shown() -> None:
    text = shown("first\n" + "x" * 99_990 + "\nlast line")
    assert len(text) < 100_000
    assert text == "…\nlast line"


@pytest.mark.parametrize(
    ("log", "progress", "losses"),
    [
        (None, None, None),
        ("no numbers", None, None),
        ("1/10 [1it/s, loss: 2.5]", (1, 10), None),
        ("1/10 [loss: 2.5]\r5/10 [loss: 1.5]", (5, 10), (2.5, 1.5)),
        ("{'loss': 2.5}\n{'loss': 1e-1, 'eval_loss': 9.0}", None, (2.5, 0.1)),
        ("loss=3\ntest loss: 9\nloss=2\nloss: nan\nloss=1e999", None, (3.0, 2.0)),
        ("5/0 [loss: 1]\n11/10 [loss: 2]", None, (1.0, 2.0)),
        ("weight_loss: 3\nlossy: 4\nloss: 1.2.3", None, None),
    ],
)
def test_progress_and_loss(log: str | None, progress: tuple | None, losses: tuple | None) -> None:
    found, curve = loss_curve.read(log)
    assert (found and (found.step, found.total)) == progress
    assert (curve and curve.losses) == losses


def test_a_loss_stands_at_its_step() -> None:
    _, curve = loss_curve.read("\r1/9 [loss: 4]\r2/9 [loss: 3]\r9/9 [loss: 2]")
    assert curve is not None
    assert curve.points == "0.0,0.0 75.0,80.0 600.0,160.0"
    assert curve.caption == "Loss: first 4, last 2, lowest 2"


def test_losses_of_two_bars_stand_in_their_order() -> None:
    _, curve = loss_curve.read("\r8/9 [loss: 4]\r9/9 [loss: 4]\r1/9 [loss: 4]")
    assert curve is not None
    assert curve.points == "0.0,0.0 300.0,0.0 600.0,0.0"


def test_a_long_curve_is_thinned() -> None:
    _, curve = loss_curve.read("\r".join(f"{n}/9000 [loss: {n}]" for n in range(1, 9001)))
    assert curve is not None
    assert len(curve.losses) == 300
    assert (curve.losses[0], curve.losses[-1]) == (1, 9000)


@pytest.mark.parametrize("log", training_logs())
def test_logs_of_trainers_can_be_read(log: str) -> None:
    loss_curve.read(log)


def test_images_that_a_page_shows() -> None:
    assert {image_type(content) for name, content in pictures() if name.endswith(WEB)} == {
        "image/jpeg", "image/png", "image/gif", "image/webp",
    }  # fmt: skip
    assert image_type(b"<svg onload='alert(1)'>") == image_type(b"") == ""
