"""The post step: a fresh container that ends a training which a killed main step left behind.

It runs after every job (`post-if: always()`: with `continue-on-error` even a killed step leaves the
job green), is silent when there is nothing to do, and never turns a green job red.
"""

from collections.abc import Mapping

import httpx

from replicate_train import links
from replicate_train.clock import Clock, SystemClock
from replicate_train.errors import ActionError
from replicate_train.inputs import Fate, Inputs, read_inputs
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.patience import Patience
from replicate_train.runner import Runner

_BUDGET = 120.0  # seconds that the service may take to answer
_SECONDS = 20.0  # for each step of a cancel


def run_post(
    environ: Mapping[str, str],
    clock: Clock | None = None,
    transport: httpx.BaseTransport | None = None,
) -> int:
    """Cancel the saved training if it is alive and was not left on purpose; always return 0."""
    runner = Runner(environ)
    training_id = environ.get("STATE_training-id", "")
    if not training_id or environ.get("STATE_training-settled"):
        return 0
    for secret in ("INPUT_API-TOKEN", "INPUT_GITHUB-TOKEN"):
        runner.mask(environ.get(secret, "").strip())
    try:
        inputs = read_inputs(environ)
        with connect(inputs.api_url, inputs.api_token, transport) as http:
            patience = Patience(clock or SystemClock(), _BUDGET)
            _settle(training_id, inputs, Replicate(http, patience), runner)
    except ActionError as error:
        runner.warning(
            "A training may still be running",
            f"Training {training_id} was left behind, and could not be cancelled: {error.what}. "
            f"Look at {links.SITE}/p/{training_id}",
        )
    return 0


def _settle(training_id: str, inputs: Inputs, replicate: Replicate, runner: Runner) -> None:
    training = replicate.training(training_id)
    if training.ended:
        return
    page = links.training_page(training)
    if inputs.on_cancel is Fate.LEAVE:
        runner.notice(
            "A training goes on",
            f"The step ended before training {training_id}, and on-cancel is leave: {page}",
        )
        return
    training = replicate.cancel_training(training_id, _SECONDS)
    runner.warning(
        "A training was left behind",
        f"The step ended without settling training {training_id}; it was asked to stop and is "
        f"{training.status}: {page}",
    )
