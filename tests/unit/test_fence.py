"""The fence around foreign text, also where a signal cuts a line in the middle."""

import io
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress

import pytest

from replicate_train.runner.commands import Runner
from replicate_train.runner.signals import Stopped
from support.runner_view import Command, folded, obeyed, shown

EVIL = "::error::not ours"


class Interrupted(io.StringIO):
    """A standard output; once armed, a signal comes when that many characters more are written."""

    left = -1

    def write(self, text: str) -> int:
        if 0 <= self.left < len(text):
            super().write(text[: self.left])
            self.left = -1
            raise Stopped("SIGINT")
        self.left -= len(text) if self.left >= 0 else 0
        return super().write(text)


def lines() -> Iterator[str]:
    yield EVIL
    yield f"a long line {EVIL}" * 5
    yield EVIL


# In front of the group and the fence, and anywhere in these lines. The fence's own line is short: a
# pipe takes it whole or not at all.
GROUP = len("::group::Training log\n")
PLACES = [*range(GROUP + 1), *range(GROUP + len("::stop-commands::") + 33, 320)]


def is_ours(command: Command) -> bool:
    """Tell whether it is no group, and no end of a fence whose first line was cut.

    The runner knows no command of the latter's name.
    """
    return command.name not in {"group", "endgroup"} and len(command.name) != 32


def relayed(out: Interrupted, left: int, ends_with: BaseException) -> Runner:
    """Return a runner whose relaying was left by an error, or by the signal before that."""
    runner = Runner({})
    with suppress(Stopped, type(ends_with)), redirect_stdout(out), runner.relaying():
        out.left = left
        runner.relay(lines())
        raise ends_with
    out.left = -1
    return runner


@pytest.mark.parametrize("left", PLACES)
def test_wherever_a_signal_cuts_the_log_our_commands_are_heard_and_no_others(left: int) -> None:
    out = Interrupted()
    runner = relayed(out, left, Stopped("SIGTERM"))
    written = out.getvalue()
    with redirect_stdout(out):
        runner.error("Stopped", "the training was cancelled")
    heard = [(one.name, one.text) for one in obeyed(out.getvalue()) if is_ours(one)]
    assert heard == [("error", "the training was cancelled")]
    assert out.getvalue().startswith(written)


def test_nothing_is_written_on_the_way_out_of_a_signal() -> None:
    out = Interrupted()
    runner = relayed(out, -1, Stopped("SIGINT"))
    assert out.getvalue().endswith(EVIL + "\n")
    with redirect_stdout(out):
        runner.end_fence()
        runner.end_fence()
    assert obeyed(out.getvalue() + "::error::ours\n")[-1].text == "ours"
    assert [one.title for one in folded(out.getvalue())] == ["Training log", ""]


@pytest.mark.parametrize("left", range(60))
def test_the_end_of_a_fence_that_was_cut_is_written_again(left: int) -> None:
    out = Interrupted()
    runner = relayed(out, -1, Stopped("SIGINT"))
    with redirect_stdout(out):
        out.left = left
        with pytest.raises(Stopped):
            runner.notice("Cancelled", "our own words, interrupted themselves or before " * 3)
        runner.warning("Left", "heard")
    assert [one.text for one in obeyed(out.getvalue()) if one.name == "warning"] == ["heard"]


@pytest.mark.parametrize("left", PLACES)
def test_foreign_lines_after_an_interruption_are_fenced(left: int) -> None:
    out = Interrupted()
    runner = relayed(out, left, Stopped("SIGINT"))
    with redirect_stdout(out):
        runner.relay([EVIL])
        runner.end_fence()
    assert not [one for one in obeyed(out.getvalue()) if one.name == "error"]


def test_an_ordinary_error_ends_the_fence() -> None:
    out = Interrupted()
    relayed(out, -1, KeyError())
    assert obeyed(out.getvalue() + "::error::ours\n")[-1].text == "ours"
    assert EVIL in shown(out.getvalue())
