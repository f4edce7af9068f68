"""The script that a run of a simulated trainer follows."""

from collections.abc import Mapping
from typing import Any

from replicate_sandbox.engine.script import Script
from replicate_sandbox.simulated.dataset import DatasetError, count_files
from replicate_sandbox.simulated.log import Job, log
from replicate_sandbox.simulated.specification import specifications

_MOST_STEPS = 10**9  # that a log counts


def simulated_run(trainer: str, kind: str, given: Mapping[str, Any], seconds: float) -> Script:
    """Return the script of a `training` that takes `seconds`, or of a `prediction`, which fails.

    It downloads the files that the inputs name.
    """
    if kind == "prediction":
        return Script(
            status="failed",
            error=f"This version is simulated: {trainer} did not train it, and it has no weights. "
            "Run the training on Replicate for a version that predicts.",
        )
    specification = specifications().get(trainer)
    if specification is None:  # kept in a state file by another release
        return Script(
            status="failed",
            error=f"{trainer} is not among the simulated trainers of this local Replicate. "
            "Choose another trainer, or start without `--state`.",
        )
    try:
        files = sum(count_files(*file) for file in specification.files(given).items())
    except DatasetError as error:
        return Script(log=f"[simulated] {error}\n", status="failed", error=str(error))
    steps = min(specification.step_count(given), _MOST_STEPS)
    job = Job(trainer, given, steps, files, seconds)
    weights = f"Simulated weights of {trainer}: they hold no model.\n".encode()
    return Script(status="succeeded", later=tuple(log(specification.log, job)), weights=weights)
