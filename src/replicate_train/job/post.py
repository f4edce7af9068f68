"""The post step: a fresh container that ends a training which a killed main step left behind.

It runs after every job (`post-if: always()`: with `continue-on-error` even a killed step leaves the
job green), is silent when there is nothing to do, and never turns a green job red. A step that was
killed while it started a training has no id of it: then the training is looked for.
"""

from collections.abc import Mapping

import httpx

from replicate_train.clock import Clock, SystemClock
from replicate_train.diagnostics.errors import ActionError
from replicate_train.inputs.model import Fate
from replicate_train.inputs.read import read_inputs
from replicate_train.replicate import links
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.schemas import Training
from replicate_train.runner.commands import Runner
from replicate_train.training.cancel import cancelled
from replicate_train.training.find import PATIENT, find_started
from replicate_train.training.pending_start import PendingStart

_BUDGET = 120.0  # seconds that the service may take to answer


def run_post(
    environ: Mapping[str, str],
    clock: Clock | None = None,
    transport: httpx.BaseTransport | None = None,
) -> int:
    """Cancel the training if it is alive and was not left on purpose; always return 0."""
    runner = Runner(environ)
    training_id = environ.get("STATE_training-id", "")
    expected = environ.get("STATE_training-expected", "")
    if environ.get("STATE_training-settled") or not (training_id or expected):
        return 0
    for secret in ("INPUT_API-TOKEN", "INPUT_GITHUB-TOKEN"):
        runner.mask(environ.get(secret, "").strip())
    clock = clock or SystemClock()
    try:
        reading = read_inputs(environ)
        reading.require()
        inputs = reading.inputs
        with connect(inputs.api_url, inputs.api_token, transport) as http:
            replicate = Replicate(http, RetryPolicy(clock, _BUDGET))
            if training_id:
                found = [replicate.training(training_id)]
            else:
                found = _left_behind(PendingStart.from_text(expected), replicate, clock)
            doomed = environ.get("STATE_training-fate") == Fate.CANCEL
            fate = Fate.CANCEL if doomed else inputs.on_cancel
            _settle(found, fate, replicate, runner, clock)
    except (ActionError, ValueError) as error:
        runner.warning("A training may still be running", _open_question(training_id, error))
    return 0


def _left_behind(expected: PendingStart, replicate: Replicate, clock: Clock) -> list[Training]:
    """Return what may have come of a start that was cut off.

    Where another job's start may look the same, the first that is found may be the other's, and
    this one's be shown later: then every look is taken, so that both are seen.
    """
    pauses = (0.0, *PATIENT)
    twins = not expected.one_of_a_kind
    return find_started(expected, replicate, clock, pauses, to_the_end=twins)


def _open_question(training_id: str, error: Exception) -> str:
    if training_id:
        return (
            f"Training {training_id} was left behind, and could not be cancelled: {error}. "
            f"Look at {links.SITE}/p/{training_id}"
        )
    return (
        "The step ended while it started a training, and what came of it cannot be told: "
        f"{error}. Look at {links.TRAININGS}"
    )


def _settle(
    found: list[Training], fate: Fate, replicate: Replicate, runner: Runner, clock: Clock
) -> None:
    alive = [training for training in found if not training.ended]
    if len(found) > 1 and alive:
        named = ", ".join(links.training_page(training) for training in alive)
        runner.warning(
            "A training may still be running",
            "The step ended while it started a training. It is one of these, and the others are "
            f"those of other jobs, so none was cancelled: {named}",
        )
        return
    for training in alive:
        _end(training, fate, replicate, runner, clock)


def _end(
    training: Training, fate: Fate, replicate: Replicate, runner: Runner, clock: Clock
) -> None:
    page = links.training_page(training)
    if fate is Fate.LEAVE:
        runner.notice(
            "A training goes on",
            f"The step ended before training {training.id}, and on-cancel is leave: {page}",
        )
        return
    training = cancelled(training.id, replicate, clock, _BUDGET)
    runner.warning(
        "A training was left behind",
        f"The step ended without settling training {training.id}; it was asked to stop and is "
        f"{training.status}: {page}",
    )
