"""The files that the runner reads after the step: outputs, state, the job summary."""

import os
from contextlib import suppress

# What a failure to write one means, by the variable that has its path: a title, and what to know.
CONSEQUENCES = {
    "GITHUB_OUTPUT": ("Outputs not set", "The outputs are printed in the log instead."),
    "GITHUB_STATE": (
        "State not saved",
        "If this step is killed, the post step cannot cancel the training.",
    ),
    "GITHUB_STEP_SUMMARY": ("Job summary not written", "The log of this step has all of it."),
}


def append(path: str, data: bytes) -> None:
    """Append to a file that exists: all of the data, or nothing of it. Raises `OSError`.

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
