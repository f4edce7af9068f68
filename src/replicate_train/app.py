"""One step, from its environment to its exit status: everything is built and wired here."""

import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from replicate_train.clock import Clock, SystemClock
from replicate_train.diagnostics.errors import ActionError, StoppedBySignal
from replicate_train.inputs.read import Reading, read_inputs
from replicate_train.loading import loading
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.session import Session
from replicate_train.report import markdown
from replicate_train.runner.commands import Runner
from replicate_train.runner.run import workflow_run
from replicate_train.runner.signals import Stopped, StopSignals
from replicate_train.runner.workspace import Workspace
from replicate_train.trainer.trainer import Trainer, ask_for


def run(
    environ: Mapping[str, str],
    directory: str,
    stop: StopSignals,
    clock: Clock | None = None,
    transport: httpx.BaseTransport | None = None,
) -> int:
    """Do what the inputs say and return the exit status: 0 if it was done, else 1.

    `directory` is the workspace. The clock and the transport are for tests to replace.
    """
    runner = Runner(environ)
    done = "No training was started."
    try:
        for secret in ("INPUT_API-TOKEN", "INPUT_GITHUB-TOKEN"):
            runner.mask(environ.get(secret, "").strip())
        reading = read_inputs(environ)
        if not (reading.inputs.mode.plans and reading.has("mode")):
            reading.require()
        inputs, clock = reading.inputs, clock or SystemClock()
        with connect(inputs.api_url, inputs.api_token, transport) as http:
            replicate = Replicate(
                Session(Exchange(http), RetryPolicy(clock, tell=_trouble(runner)))
            )
            trainer = _asked_for(reading, replicate)
            with loading(stop):  # all that the first request does not need
                from replicate_train.github.releases import Github  # noqa: PLC0415
                from replicate_train.job.modes import Job  # noqa: PLC0415
            with TemporaryDirectory() as scratch:
                github = Github(environ, inputs.github_token, Path(scratch), clock, transport)
                workspace = Workspace(Path(directory))
                Job(
                    reading,
                    trainer,
                    runner,
                    workspace,
                    replicate,
                    clock,
                    stop,
                    github,
                    workflow_run(environ),
                ).run()
                done = "The step had finished its work."
    except Stopped as stopped:
        what = f"The workflow was cancelled ({stopped.signal_name})"
        return _fail(runner, StoppedBySignal(what, why=done))
    except ActionError as error:
        return _fail(runner, error)
    except Exception as error:  # noqa: BLE001 - a defect of ours is reported like any error
        return _fail(runner, markdown.defect(error))
    return 0


def _asked_for(reading: Reading, replicate: Replicate) -> Trainer | ActionError | None:
    """Return the trainer, or why there is none; None where the mode or the inputs ask for none.

    It is asked for once: while the service is out, what is wrong here is to be told first.
    """
    if not (reading.inputs.mode.plans and reading.has("api-token", "api-url", "trainer")):
        return None
    return ask_for(reading.inputs, replicate.patiently(0.0))


def _trouble(runner: Runner) -> Callable[[ReplicateError | None], None]:
    """Return what tells of an API that has to be asked again: when it begins, and when it ends."""

    def tell(error: ReplicateError | None) -> None:
        if error:
            runner.say(f"{error.what.rstrip('.')}. Retrying ...")
        else:
            runner.say("Replicate answers again.")

    return tell


def _fail(runner: Runner, error: ActionError) -> int:
    for title, text, at in markdown.annotations(error):
        runner.error(title, text, at)
    runner.summarise(markdown.error_summary(error))
    if runner.debugging:
        runner.debug("".join(traceback.format_exception(error)))
    return 1
