"""The composition root: the environment, the signals, the client, the clock, the exit status.

`python -Ium replicate_train` is the step, with the argument `post` it is the post step. The signal
handlers are installed before anything slow is imported: a container that still loads its libraries
can be cancelled too.
"""

import os
import sys

from replicate_train.runner.signals import Stopped, StopSignals


def main(arguments: list[str]) -> int:
    """Run the step and return its exit status: 0 if the mode did what it says, else 1."""
    post = arguments == ["post"]
    stop = StopSignals()
    stop.install()
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        with stop.deferred():
            if post:
                from replicate_train.job.post import run_post  # noqa: PLC0415 - slow

                return run_post(os.environ)
            from replicate_train.app import run  # noqa: PLC0415 - slow
        return run(os.environ, os.getcwd(), stop)  # noqa: PTH109 - pathlib is not loaded yet
    except Stopped as stopped:
        if post:
            return 0  # the post step turns no job red
        said = f"The workflow was cancelled ({stopped.signal_name}). No training was started."
        print(f"::error title=Workflow cancelled::{said}")  # noqa: T201 - nothing else is loaded yet
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
