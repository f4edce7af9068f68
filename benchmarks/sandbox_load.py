"""The local Replicate under load, beside a bare application of the same server and framework.

200 clients read a model, each on a connection of its own, with random pauses of half a second on
average: the official client polls as often. Start-up is from the start of the process to its first
answer; memory is what the idle process holds then.
"""

import asyncio
import gzip
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.section import Section

CLIENTS = 200
PAUSE = 0.5  # seconds, on average, from an answer to the next request of a client
LONGEST_PAUSE = 4.0  # seconds; uvicorn closes a connection that is idle for 5 s
SECONDS = 6.0  # of load in a round
ROUNDS = 7
BUDGET_P99, BUDGET_START, BUDGET_MEMORY = 0.050, 1.0, 80.0  # seconds, seconds, MB
TOKEN = "r8_benchmark"
PATH = "/v1/models/sandbox/tiny-lm-trainer"
OURS = ["-m", "replicate_sandbox", f"--account=you:{TOKEN}", "--rate=1000000"]
# The peer sends as many bytes, from memory, compressed by the same middleware.
PEER = """
import json, sys, uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Route
BODY = json.load(sys.stdin)
routes = [Route("/{path:path}", lambda request: JSONResponse(BODY))]
app = Starlette(routes=routes, middleware=[Middleware(GZipMiddleware)])
uvicorn.run(app, port=int(sys.argv[1].removeprefix("--port=")), log_level="warning")
"""


@dataclass
class Load:
    """How long the answers took, in seconds, and how many were none."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0

    def at(self, percent: float) -> float:
        """Return a percentile of the times, in seconds."""
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(len(self.seconds) * percent))]


@contextmanager
def serving(command: list[str], body: bytes = b"") -> Iterator[tuple[int, int, float]]:
    """Start a server; yield its port, its process, and the seconds until its first answer."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command, f"--port={port}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stdin
    process.stdin.write(body)
    process.stdin.close()
    try:
        while not answers(port):
            assert process.poll() is None, "the server did not start"
            time.sleep(0.002)
        yield port, process.pid, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()


def answers(port: int) -> bytes:
    """Return the beginning of an answer, or nothing if nobody listens yet."""
    try:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(request().replace(b"keep-alive", b"close"))
            return b"".join(iter(lambda: connection.recv(65536), b""))
    except ConnectionRefusedError:
        return b""


def free_port() -> int:
    """Return a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def request() -> bytes:
    """Return a request that reads a model, as a client sends it."""
    lines = [
        f"GET {PATH} HTTP/1.1",
        "host: 127.0.0.1",
        f"authorization: Bearer {TOKEN}",
        "accept-encoding: gzip",
        "connection: keep-alive",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def memory(process: int) -> float:
    """Return what a process holds in memory (RSS), in MB."""
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def processor(process: int) -> float:
    """Return the seconds of the processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def client(port: int, load: Load, end: float) -> None:
    """Send requests on one connection, each a random pause after the answer to the one before.

    Clients with equal pauses would meet again and again after the first delay.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep(random.uniform(0, PAUSE))
    while (began := time.perf_counter()) < end:
        writer.write(request())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
        except (OSError, ValueError, asyncio.IncompleteReadError):
            load.errors += 1
            return
        load.seconds.append(time.perf_counter() - began)
        load.errors += not head.startswith(b"HTTP/1.1 200")
        await asyncio.sleep(min(LONGEST_PAUSE, random.expovariate(1 / PAUSE)))
    writer.close()


async def press(port: int) -> Load:
    """Return what all clients saw."""
    load, end = Load(), time.perf_counter() + SECONDS
    await asyncio.gather(*(client(port, load, end) for _ in range(CLIENTS)))
    return load


@dataclass
class Figures:
    """What a server did in each round: seconds, MB, and percentiles of the load in seconds."""

    start: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    errors: int = 0
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    per_request: list[float] = field(default_factory=list)

    def measure(self, command: list[str], body: bytes) -> None:
        """Start a server, look at it while it is idle, then press on it."""
        with serving(command, body) as (port, process, seconds):
            self.start.append(seconds)
            self.idle.append(memory(process))
            before = processor(process)
            load = asyncio.run(press(port))
            self.per_request.append((processor(process) - before) / len(load.seconds))
        self.requests.append(len(load.seconds))
        self.errors += load.errors
        self.p50.append(load.at(0.50))
        self.p99.append(load.at(0.99))


def section() -> Section:
    """Measure both in turns, and return the section. Raises `AssertionError` beyond a bound."""
    load_average = os.getloadavg()[0]
    with serving(OURS) as (port, _, _):
        body = gzip.decompress(answers(port).partition(b"\r\n\r\n")[2])
    ours, peer = Figures(), Figures()
    for _ in range(ROUNDS):
        ours.measure(OURS, b"")
        peer.measure(["-c", PEER], body)
    assert ours.errors == 0
    assert statistics.median(ours.p99) < BUDGET_P99, "p99"
    assert statistics.median(ours.start) < BUDGET_START, "start-up"
    assert statistics.median(ours.idle) < BUDGET_MEMORY, "memory"
    return Section(
        "The local Replicate under load",
        f"`benchmarks/run sandbox_load`: one process, {CLIENTS} clients with a connection each, "
        "which read a model with random pauses of half a second on average: 400 requests a second. "
        "The peer is a bare Starlette application on uvicorn that sends the same JSON from memory, "
        f"compressed alike. Medians of {ROUNDS} rounds.",
        [
            ["", "the local Replicate", "bare uvicorn", "ratio"],
            row("p50 of a model read", ours.p50, peer.p50, 1000, "ms"),
            row("p99 of a model read", ours.p99, peer.p99, 1000, "ms"),
            row("processor for a request", ours.per_request, peer.per_request, 1000, "ms"),
            row("start to the first answer", ours.start, peer.start, 1, "s"),
            row("idle memory", ours.idle, peer.idle, 1, "MB"),
        ],
        f"{sum(ours.requests):,.0f} requests without an error. Load average {load_average:.1f} "
        "from other work.",
    )


def row(name: str, ours: list[float], peer: list[float], scale: int, unit: str) -> list[str]:
    """Return a line of the table: both medians and their ratio."""
    mine, their = (statistics.median(values) * scale for values in (ours, peer))
    return [name, f"{mine:.3g} {unit}", f"{their:.3g} {unit}", f"{mine / their:.2f} : 1"]


if __name__ == "__main__":
    print(section().markdown(machine()))
