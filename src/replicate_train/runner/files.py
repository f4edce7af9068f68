"""The files that the runner reads after the step: outputs, state, the job summary."""

import os
from contextlib import suppress

# The warning for a file that cannot be written, by the variable with its path: title, consequence.
CONSEQUENCES = {
    "GITHUB_OUTPUT": ("Outputs not set", "The outputs are printed in the log instead."),
    "GITHUB_STATE": (
        "State not saved",
        "If this step is killed, the post step cannot cancel the training.",
    ),
    "GITHUB_STEP_SUMMARY": ("Job summary not written", "Everything is in the log of this step."),
}


def append(path: str, data: bytes) -> None:
    """Append all of the data to an existing file, or nothing. Raises `OSError`.

    Half an output would make the runner refuse the whole file.
    """
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    try:
        size = os.fstat(file).st_size
        try:
            while data:
                data = data[os.write(file, data) :]
        except BaseException:
            with suppress(OSError):
                os.ftruncate(file, size)
            raise
    finally:
        os.close(file)
