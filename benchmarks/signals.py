"""SIGINT at random moments of real steps: what is left alive, how soon the cancel is sent.

scripts/bench signals [RUNS]: the entrypoint as a process, against the served local Replicate, on
which trainings really run.
"""

import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.section import Section
from support.entrypoint import start
from support.served import LM, ROOT, Served, sandbox

_AT_ONCE = 2
_LATEST = 6.0  # seconds after the step's start, by which its signal comes


@dataclass(frozen=True)
class Stopped:
    """A step that was stopped: `to_cancel` and `to_end` are seconds from the signal."""

    status: int
    to_end: float
    to_cancel: float | None


def stop_one(served: Served, workspace: Path, seed: int) -> Stopped:
    """Start a step that would train for minutes, and stop it at a random moment."""
    step = start(
        served,
        workspace,
        model_name=f"stopped-{seed}",
        trainer=LM,
        dataset="harbour.jsonl",
        training_input=f"steps: 100000\nseed: {seed}",
    )
    time.sleep(random.Random(seed).uniform(0.0, _LATEST))
    signalled = time.time()
    step.process.send_signal(signal.SIGINT)
    status = step.end(10)
    ended = time.time() - signalled
    return Stopped(status, ended, _to_cancel(served, step.outputs.get("training-id"), signalled))


def _to_cancel(served: Served, training_id: str | None, signalled: float) -> float | None:
    if not training_id:
        return None
    with served.client() as api:
        training = api.get(f"/trainings/{training_id}").json()
    assert training["status"] == "canceled", training
    return datetime.fromisoformat(training["completed_at"]).timestamp() - signalled


def stop_many(runs: int) -> list[Stopped]:
    """Stop so many steps, and see that no training is left alive."""
    with sandbox("--rate=60000") as served, tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder, "workspace")
        workspace.mkdir()
        shutil.copy(ROOT / "examples/data/harbour.jsonl", workspace)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            stopped = list(pool.map(lambda seed: stop_one(served, workspace, seed), range(runs)))
        with served.client() as api:
            page = api.get("/trainings").json()
    alive = [one["id"] for one in page["results"] if one["status"] in {"starting", "processing"}]
    assert not alive, f"left alive: {alive}"
    assert all(one.status == 1 for one in stopped), [one.status for one in stopped]
    return stopped


def tell(stopped: list[Stopped]) -> str:
    """Return what came of it, in lines."""
    lines = [
        f"{len(stopped)} steps stopped by SIGINT; none left a training alive, none ended with 0"
    ]
    for what, values in (
        ("from the signal to the remote cancel", [it.to_cancel for it in stopped if it.to_cancel]),
        ("from the signal to the step's end", [it.to_end for it in stopped]),
    ):
        if len(values) < 2:  # a quantile needs two
            continue
        p50, p99 = statistics.median(values), statistics.quantiles(values, n=100)[98]
        lines.append(f"  {what:<38} p50 {p50:.3f} s, p99 {p99:.3f} s, of {len(values)}")
    return "\n".join(lines)


def section(runs: int = 100) -> Section:
    """Stop so many steps, and return the section."""
    stopped = stop_many(runs)
    rows = [["", "p50", "p99"]]
    for name, values in (
        ("signal to remote cancel", [it.to_cancel for it in stopped if it.to_cancel]),
        ("signal to the end of the step", [it.to_end for it in stopped]),
    ):
        p50, p99 = statistics.median(values), statistics.quantiles(values, n=100)[98]
        rows.append([f"{name}, {len(values)} runs", f"{p50:.3f} s", f"{p99:.3f} s"])
    return Section(
        "From the signal to the cancel",
        f"`benchmarks/run signals`: {runs} processes against the served sandbox, SIGINT at a "
        "random moment. The runner sends a second signal after 7.5 s.",
        rows,
        "No training is left alive, no step ends with 0.",
    )


if __name__ == "__main__":
    print(section(int(sys.argv[1]) if len(sys.argv) > 1 else 100).markdown(machine()))
