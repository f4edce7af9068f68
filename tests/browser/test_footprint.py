"""The pages cost nothing before they are used, and little afterwards."""

import subprocess
import sys
from pathlib import Path

from support.served import Served
from support.visitor import Visitor

LARGEST = 80  # MB


def test_jinja_is_not_loaded_before_a_page_is_shown() -> None:
    program = "import sys, replicate_sandbox.__main__; print('jinja2' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout == "False\n"


def test_the_memory_stays_small(here: Served, visit: Visitor) -> None:
    for path in ("/", "/create", "/sandbox/sleeper/train", "/trainings", "/_sandbox/requests"):
        visit.open(path)
    status = Path(f"/proc/{here.process.pid}/status").read_text("utf-8")
    [size] = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
    assert int(size) / 1024 < LARGEST
