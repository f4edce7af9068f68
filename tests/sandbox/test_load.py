"""What the server costs, and that requests that wait do not keep others out."""

import asyncio
import json
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from support.served import LM, TOKEN, Served, sandbox

LARGEST = 80  # MB
SLOWER = 6  # times a bare server; it was 2 on a quiet machine
BARE = """
import uvicorn
from starlette.applications import Starlette
uvicorn.Config(Starlette()).load()
print("ready", flush=True)
"""


def seconds_until_ready(command: list[str], word: str) -> float:
    """Start a process, and return how long it takes until it prints a word."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for line in process.stdout:
        if word in line:
            break
    seconds = time.perf_counter() - began
    process.terminate()
    process.communicate(timeout=20)
    return seconds


def test_it_starts_fast() -> None:
    ours, bare = [], []
    for _ in range(3):
        ours.append(seconds_until_ready(["-m", "replicate_sandbox", "--port=0"], "Pages at"))
        bare.append(seconds_until_ready(["-c", BARE], "ready"))
    assert statistics.median(ours) < SLOWER * statistics.median(bare)


@pytest.mark.parametrize("name", ["httpx", "jinja2", "jsonschema", "numpy"])
def test_it_starts_without_what_is_needed_later(name: str) -> None:
    program = f"import sys, replicate_sandbox.__main__; print({name!r} in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout == "False\n"


async def read(url: str, clients: int, times: int) -> list[int]:
    """Return the statuses of a model that many clients read at once."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(headers=headers, limits=limits, timeout=60) as http:

        async def one() -> list[int]:
            return [(await http.get(url)).status_code for _ in range(times)]

        return [status for statuses in await asyncio.gather(*(one() for _ in range(clients)))
                for status in statuses]  # fmt: skip


def test_many_clients_at_once_and_the_memory_afterwards() -> None:
    with sandbox("--rate=1000000") as served:
        url = f"{served.url}/models/{LM}"
        with ThreadPoolExecutor(1) as thread:  # this one may have the event loop of a browser
            read_all = thread.submit(asyncio.run, read(url, clients=50, times=3))
        statuses = read_all.result()
        lines = Path(f"/proc/{served.process.pid}/status").read_text("utf-8").splitlines()
    assert statuses == [200] * 150
    [size] = [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")]
    assert size < LARGEST


def waiting(served: Served, version: str) -> socket.socket:
    """Ask for a prediction and wait for its end, on a connection of its own."""
    body = json.dumps({"version": version, "input": {"prompt": "x"}})
    lines = [
        "POST /v1/predictions HTTP/1.1",
        "host: 127.0.0.1",
        f"authorization: Bearer {served.token}",
        "prefer: wait",
        f"content-length: {len(body)}",
    ]
    connection = socket.create_connection(("127.0.0.1", served.port))
    connection.sendall("\r\n".join([*lines, "", body]).encode())
    return connection


@pytest.mark.engine
def test_requests_that_wait_keep_nobody_out() -> None:
    with sandbox() as served, served.client() as api, ExitStack() as connections:
        version = api.get(f"/models/{LM}").json()["latest_version"]["id"]
        for _ in range(60):
            connections.enter_context(waiting(served, version))
        while len(api.get("/predictions").json()["results"]) < 60:
            pass
        began = time.perf_counter()
        assert api.get("/trainings").status_code == 200
        assert time.perf_counter() - began < 10
