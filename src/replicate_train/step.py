"""One step, from its environment to its exit status: everything is built and wired here."""

import traceback
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from replicate_train import reports
from replicate_train.clock import Clock, SystemClock
from replicate_train.custody import Custody
from replicate_train.errors import ActionError, StoppedBySignal
from replicate_train.following import Follower
from replicate_train.github import Github
from replicate_train.inputs import Inputs, read_inputs
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.patience import Patience
from replicate_train.runner import Runner
from replicate_train.signals import Stopped, StopSignals
from replicate_train.story import Story
from replicate_train.telling import trouble
from replicate_train.workspace import Workspace

_ANNOTATIONS = 9  # of findings; GitHub shows ten errors a step, and one says that there are more


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
    try:
        for secret in ("INPUT_API-TOKEN", "INPUT_GITHUB-TOKEN"):
            runner.mask(environ.get(secret, "").strip())
        inputs = read_inputs(environ)
        clock = clock or SystemClock()
        with (
            connect(inputs.api_url, inputs.api_token, transport) as http,
            TemporaryDirectory() as scratch,
        ):
            replicate = Replicate(http, Patience(clock, tell=trouble(runner)))
            github = Github(environ, inputs.github_token, Path(scratch), clock, transport)
            workspace = Workspace(Path(directory))
            custody = _custody(inputs, replicate, runner, clock, stop)
            follower = Follower(replicate, runner, clock, custody)
            _tell(
                Story(inputs, runner, workspace, replicate, clock, follower, custody, stop, github)
            )
    except Stopped as stopped:
        return _fail(runner, StoppedBySignal(f"{stopped.signal_name} came before any work"))
    except ActionError as error:
        return _fail(runner, error)
    except Exception as error:  # noqa: BLE001 - a defect of ours is reported like any error
        return _fail(runner, reports.defect(error))
    return 0


def _custody(
    inputs: Inputs, replicate: Replicate, runner: Runner, clock: Clock, stop: StopSignals
) -> Custody:
    fates = {"on_cancel": inputs.on_cancel, "on_timeout": inputs.on_timeout}
    return Custody(replicate, runner, clock, stop, **fates)


def _tell(story: Story) -> None:
    try:
        story.tell()
    except Stopped as stopped:
        raise story.custody.stopped(stopped) from None


def _fail(runner: Runner, error: ActionError) -> int:
    for finding in error.findings[:_ANNOTATIONS]:
        runner.error(error.title, reports.finding_line(finding), finding)
    closing = reports.more_findings(error, _ANNOTATIONS)
    if not error.findings or closing:
        runner.error(error.title, closing or reports.annotation(error))
    runner.summarise(reports.error_summary(error))
    if runner.debugging:
        runner.debug("".join(traceback.format_exception(error)))
    return 1
