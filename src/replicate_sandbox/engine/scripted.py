"""Runs that follow a script, each in a thread of its own and without an engine."""

import threading
from collections.abc import Callable

from replicate_sandbox.engine.lifecycle import Lifecycle
from replicate_sandbox.engine.reports import KeepOutput
from replicate_sandbox.engine.script import Script

_NO_WEIGHTS = {"weights": "data:application/octet-stream;base64,"}


class ScriptedRuns:
    """Follows scripts until they end or are stopped."""

    def __init__(self, lifecycle: Lifecycle, keep_output: KeepOutput) -> None:
        self._lifecycle = lifecycle
        self._keep_output = keep_output
        self._stops: dict[str, threading.Event] = {}

    def start(self, kind: str, run_id: str, script: Script, run: Callable[[], None]) -> None:
        """Follow a script; `run` is called where the run's own code is next."""
        self._stops[run_id] = threading.Event()
        follow = threading.Thread(target=self._follow, args=(kind, run_id, script, run))
        follow.daemon = True
        follow.start()

    def stop(self, run_id: str) -> None:
        """Stop following a run's script, if it has one."""
        if stop := self._stops.get(run_id):
            stop.set()

    def close(self) -> None:
        """Stop following all scripts."""
        for run_id in list(self._stops):
            self.stop(run_id)

    def _follow(self, kind: str, run_id: str, script: Script, run: Callable[[], None]) -> None:
        stop = self._stops[run_id]
        if not stop.wait(script.queued):
            if script.status:
                self._play(kind, run_id, script, stop)
            else:
                run()
        self._stops.pop(run_id, None)

    def _play(self, kind: str, run_id: str, script: Script, stop: threading.Event) -> None:
        if script.status != "aborted":
            if not self._lifecycle.start(kind, run_id):
                return
            self._lifecycle.log(kind, run_id, script.log)
            if stop.wait(script.seconds):
                return
        makes_version = script.status == "succeeded" and script.makes_version
        self._lifecycle.end(
            kind,
            run_id,
            script.status,
            keep=(lambda run: self._keep_output(kind, run, _NO_WEIGHTS)) if makes_version else None,
            error=script.error,
        )
