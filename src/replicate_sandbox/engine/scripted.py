"""Runs that follow a script, without an engine."""

import base64
import threading
from collections.abc import Callable

from replicate_sandbox.engine.errors import explained
from replicate_sandbox.engine.lifecycle import Lifecycle
from replicate_sandbox.engine.reports import KeepOutput
from replicate_sandbox.engine.script import Script

_DATA_URL = "data:application/octet-stream;base64,"


class ScriptedRuns:
    """Follows scripts until they end or are stopped."""

    def __init__(self, lifecycle: Lifecycle, keep_output: KeepOutput) -> None:
        self._lifecycle = lifecycle
        self._keep_output = keep_output
        self._stops: dict[str, threading.Event] = {}
        self._closed = False

    def start(self, kind: str, run_id: str, script: Script, run: Callable[[], None]) -> None:
        """Follow a script in a thread of its own; `run` is called where the run's code is next."""
        self._stops[run_id] = threading.Event()
        follow = threading.Thread(target=self._follow, args=(kind, run_id, script, run))
        follow.daemon = True
        follow.start()

    def play(self, kind: str, run_id: str, script: Script, printed: str) -> None:
        """Follow a script that has a status to its end; `printed` is the log before it."""
        stop = self._stops[run_id] = threading.Event()
        try:
            if not self._closed:
                self._play(kind, run_id, script, stop, printed)
        finally:
            self._stops.pop(run_id, None)

    def stop(self, run_id: str) -> None:
        """Stop following a run's script, if it has one."""
        if stop := self._stops.get(run_id):
            stop.set()

    def close(self) -> None:
        """Stop following all scripts, and follow no more."""
        self._closed = True
        for run_id in list(self._stops):
            self.stop(run_id)

    def _follow(self, kind: str, run_id: str, script: Script, run: Callable[[], None]) -> None:
        stop = self._stops[run_id]
        try:
            goes_on = not stop.wait(script.queued)
            if goes_on and script.status:
                self._play(kind, run_id, script, stop)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run has to end
            self._lifecycle.end(kind, run_id, "failed", error=explained(error))
        finally:
            self._stops.pop(run_id, None)  # before `run`, which may play another script
        if goes_on and not script.status:
            run()

    def _play(
        self, kind: str, run_id: str, script: Script, stop: threading.Event, printed: str = ""
    ) -> None:
        if script.status != "aborted":
            if not self._lifecycle.start(kind, run_id):
                return
            if not self._print(kind, run_id, script, stop, printed):
                return
            if stop.wait(script.seconds):
                return
        makes_version = script.status == "succeeded" and script.makes_version
        self._lifecycle.end(
            kind,
            run_id,
            script.status,
            keep=(lambda run: self._keep_output(kind, run, _output(script)))
            if makes_version
            else None,
            error=script.error,
        )

    def _print(
        self, kind: str, run_id: str, script: Script, stop: threading.Event, printed: str
    ) -> bool:
        """Print a script's log; return False if it was stopped."""
        text = printed + script.log
        self._lifecycle.log(kind, run_id, text)
        for pause, more in script.later:
            if stop.wait(pause):
                return False
            text += more
            self._lifecycle.log(kind, run_id, text)
        return True


def _output(script: Script) -> dict[str, str]:
    return {"weights": _DATA_URL + base64.b64encode(script.weights).decode()}
