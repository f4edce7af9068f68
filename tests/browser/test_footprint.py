"""The pages cost little memory."""

from pathlib import Path

from support.served import Served
from support.visitor import Visitor

LARGEST = 80  # MB


def test_the_memory_stays_small(here: Served, visit: Visitor) -> None:
    for path in ("/", "/create", "/sandbox/sleeper/train", "/trainings", "/_sandbox/requests"):
        visit.open(path)
    status = Path(f"/proc/{here.process.pid}/status").read_text("utf-8")
    [size] = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
    assert int(size) / 1024 < LARGEST
