"""benchmarks/run [NAME...]: measure, and write the sections of RESULTS.md anew.

Without names it runs all, which takes hours. The other sections keep the figures and the commit
that they have. A benchmark is a module with a function `section`, a name in `NAMES`, and its
markers in RESULTS.md.
"""

import importlib
import sys
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.section import Section, replaced

NAMES = (
    "image",
    "startup",
    "following",
    "log",
    "signals",
    "dataset",
    "scale",
    "sandbox_load",
    "simulate",
)
RESULTS = Path(__file__).parent / "RESULTS.md"


def main(names: list[str]) -> int:
    """Run the named benchmarks, by default all; return the exit status."""
    if unknown := set(names) - set(NAMES):
        print(f"Unknown: {', '.join(sorted(unknown))}. Choose from {', '.join(NAMES)}.")
        return 2
    measured_on = machine()  # before RESULTS.md differs from its commit
    for name in names or NAMES:
        print(f"== {name}", flush=True)
        found: Section = importlib.import_module(f"benchmarks.{name}").section()
        text = found.markdown(measured_on)
        print(text, flush=True)
        RESULTS.write_text(replaced(RESULTS.read_text("utf-8"), name, text), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
