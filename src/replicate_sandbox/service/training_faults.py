"""Faults of trainings: a script that the next training follows, a list that lags."""

from datetime import UTC, datetime, timedelta

from replicate_sandbox.contract import timestamps
from replicate_sandbox.engine.script import Script
from replicate_sandbox.service.faults import FaultScript


class TrainingFaults:
    """What the fault script says of an account's trainings."""

    def __init__(self, faults: FaultScript) -> None:
        self._faults = faults

    def script(self, account: str, destination: str) -> Script | None:
        """Return the script of the training that is being started, or None."""
        fault = self._faults.take(account, lambda fault: fault.is_for_training(destination))
        return fault.script if fault else None

    def hidden_from(self, account: str) -> str:
        """Return the time from which on trainings are missing from this list, or nothing."""
        fault = self._faults.take(account, lambda fault: fault.kind == "lag")
        if fault is None:
            return ""
        return timestamps.timestamp(datetime.now(UTC) - timedelta(seconds=float(fault.value)))
