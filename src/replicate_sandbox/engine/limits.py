"""What a run may use of this machine."""

from dataclasses import dataclass

_MEGABYTE = 1_000_000
_LOGS = 10 * _MEGABYTE  # of a report, beside its output
_ENVELOPE = 100_000  # bytes of JSON around an output
_HINTS = {
    "Unable to allocate": "--run-memory",
    "Cannot allocate memory": "--run-memory",
    "MemoryError": "--run-memory",
    "File too large": "--run-output",
}


@dataclass(frozen=True)
class RunLimits:
    """The limits of each run; the memory is that of each of its processes."""

    minutes: float = 60.0
    memory_gb: float = 8.0
    output_mb: float = 500.0

    @property
    def seconds(self) -> float:
        """The longest run, from the start of its engine."""
        return self.minutes * 60

    @property
    def memory(self) -> int:
        """The bytes of memory that each process can allocate."""
        return round(self.memory_gb * 1000 * _MEGABYTE)

    @property
    def file(self) -> int:
        """The bytes of each file that a run can write; Cog writes the output in base64 into one."""
        return round(self.output_mb * _MEGABYTE) * 4 // 3 + _ENVELOPE

    @property
    def report(self) -> int:
        """The bytes of a report, which holds the output in base64 and the log."""
        return self.file + _LOGS

    def explained(self, error: object) -> object:
        """Return a run's error, and name the option whose limit seems to cause it."""
        text = str(error)
        for sign, option in _HINTS.items():
            if sign in text:
                return f"{text}\nThe local Replicate limits each run: see {option}."
        return error
