"""Run a command that must not outlive the local Replicate.

`python -m replicate_sandbox.engine.guard MEMORY FILE COMMAND …` runs the command in a process group
of its own and kills the whole group when standard input ends, which it does when the parent dies,
however it dies. Each process can allocate MEMORY bytes, and write FILE bytes into a file.
"""

import contextlib
import ctypes
import os
import resource
import select
import signal
import subprocess
import sys

_PR_SET_PDEATHSIG = 1


def main(memory: int, file: int, command: list[str]) -> int:
    """Run the command until it ends or the parent is gone; return its exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    libc = ctypes.CDLL(None, use_errno=True)

    def bind() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (file, file))
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    child = subprocess.Popen(  # noqa: S603 - the command is the local Replicate's own
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=bind,  # noqa: PLW1509 - there is one thread
    )
    ended = os.pidfd_open(child.pid)
    try:
        select.select([sys.stdin, ended], [], [])
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
