"""A dataset from disk to a local sink: ours beside `zip -r` with `curl -F`, and `cat | curl`."""

import http.server
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.machine import machine
from benchmarks.section import Section
from replicate_train.clock import SystemClock
from replicate_train.dataset.dataset import Packed
from replicate_train.dataset.format import AcceptedFormats
from replicate_train.dataset.inspection.inspect import inspect
from replicate_train.dataset.select import select
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.session import Session
from replicate_train.runner.workspace import Workspace
from support.datasets import check_and_prepare

MB = 1_000_000
RUNS = 7
_NAMES = {
    "small": "a tenth of the images",
    "images": "the images",
    "lines": "the JSONL files",
    "tiny": "50,000 tiny files",
    "train.jsonl": "one file of 500,000 records",
}

Work = Callable[[Path, str], int]


class Sink(http.server.BaseHTTPRequestHandler):
    """Reads a body, forgets it, and answers as `POST /files` does."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        left = int(self.headers.get("Content-Length", 0))
        while left and (block := self.rfile.read(min(left, 1 << 20))):
            left -= len(block)
        answer = json.dumps({"id": "f", "urls": {"get": "https://x.test/f"}}).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_PUT = do_POST  # noqa: N815 - the name that the server looks for

    def log_message(self, *_: object) -> None:
        """Stay silent."""


def ours(folder: Path, url: str) -> int:
    """Select, check, pack and upload a folder; return the size of the upload in bytes."""
    workspace, accepts = Workspace(folder.parent), AcceptedFormats()
    with connect(url, "r8_benchmark") as http, tempfile.TemporaryDirectory() as scratch:
        packed = check_and_prepare(folder.name, workspace, Path, accepts, Path(scratch)).dataset
        assert isinstance(packed, Packed)
        replicate = Replicate(Session(Exchange(http), RetryPolicy(SystemClock())))
        path = packed.path
        replicate.upload(packed.name, packed.media_type, packed.size, lambda: path.open("rb"), {})
    return packed.size


def check(folder: Path, _url: str) -> int:
    """Only check a folder's files, as a part of ours."""
    return len(inspect(select(folder.name, Workspace(folder.parent)).members).facts)


def zipped(folder: Path, url: str) -> int:
    """Do what the published Flux fine-tune workflow does."""
    archive = folder.parent / "by-zip.zip"
    archive.unlink(missing_ok=True)
    subprocess.run(["zip", "-qr", archive, folder.name], cwd=folder.parent, check=True)
    post = ["curl", "-sS", "-o", "/dev/null", "-H", "Expect:", "-F", f"content=@{archive}"]
    subprocess.run([*post, f"{url}/files"], check=True)
    return archive.stat().st_size


def cat(folder: Path, url: str) -> int:
    """Do the least that can be done: send the bytes, and make nothing of them."""
    size = sum(path.stat().st_size for path in folder.iterdir())
    send = f"cat * | curl -sS -o /dev/null -H Expect: -H 'Transfer-Encoding:' -H 'Content-Length: {size}' -T - {url}/files"  # noqa: E501 - one command
    subprocess.run(["sh", "-c", send], cwd=folder, check=True)
    return size


def medians(works: Sequence[Work], folder: Path, url: str) -> list[tuple[float, int]]:
    """Return each work's median seconds and bytes; they take turns, so that load meets them all."""
    seconds: list[list[float]] = [[] for _ in works]
    sizes = [0] * len(works)
    for _ in range(RUNS):
        for place, work in enumerate(works):
            began = time.perf_counter()
            sizes[place] = work(folder, url)
            seconds[place].append(time.perf_counter() - began)
    return list(zip(map(median, seconds), sizes, strict=True))


def fill(folder: Path, kind: str, megabytes: int = 95) -> Path:
    """Write a dataset."""
    folder.mkdir()
    chance = random.Random(1)
    if kind == "images":
        for number in range(200):
            body = chance.randbytes(megabytes * MB // 200 - 5)
            (folder / f"{number}.jpg").write_bytes(b"\xff\xd8\xff" + body + b"\xff\xd9")
    elif kind == "tiny":
        for number in range(50_000):
            (folder / f"{number}.txt").write_bytes(b"a caption of a picture, number %d" % number)
    elif kind == "records":
        with (folder / "train.jsonl").open("wb") as file:
            for number in range(500_000):
                text = "".join(chance.choices("etaoin shrdlu", k=145))
                file.write(json.dumps({"prompt": f"{number}", "completion": text}).encode() + b"\n")
    else:
        words = [
            "".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 9))) for _ in range(6000)
        ]
        weights = [1 / (place + 1) for place in range(6000)]
        for number in range(20):
            with (folder / f"{number}.jsonl").open("wb") as file:
                left = megabytes * MB // 20
                while left > 0:
                    left -= file.write(
                        json.dumps(
                            {"text": " ".join(chance.choices(words, weights, k=30))}
                        ).encode()
                        + b"\n"
                    )
    return folder


def serve() -> tuple[str, int]:
    """Start a sink in a process of its own, and return its URL and its process."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    child = os.fork()
    if child == 0:
        server.serve_forever()
    server.socket.close()
    return f"http://127.0.0.1:{server.server_port}", child


def section() -> Section:
    """Send the datasets in all ways, and return the section."""
    rows = [
        ["95 MB", "the action", "of it checking", "`zip -r`, then `curl -F`", "`cat` into `curl`"]
    ]
    kinds = {"images": "200 images", "lines": "20 JSONL files"}
    with tempfile.TemporaryDirectory() as scratch:
        url, sink = serve()
        try:
            for kind, name in kinds.items():
                works = (ours, zipped, cat, check)
                found = medians(works, fill(Path(scratch, kind), kind), url)
                (mine, size), (theirs, zip_size), (bare, _), (checking, _) = found
                packing = f"without the checks {theirs / (mine - checking):.1f} x"
                rows.append(
                    [
                        f"{name}, {size / zip_size - 1:+.1%} bytes",
                        f"{mine:.2f} s",
                        f"{checking:.2f} s",
                        f"{theirs:.2f} s ({theirs / mine:.1f} x, {packing})",
                        f"{bare:.2f} s (1 : {mine / bare:.1f})",
                    ]
                )
            peaks = [peak(path, url) for path in others(Path(scratch))]
        finally:
            os.kill(sink, signal.SIGKILL)
    return Section(
        "A dataset on its way up",
        f"`benchmarks/run dataset`: from disk to a local sink, medians of {RUNS}.",
        rows,
        f"In a process of its own, in all: {'; '.join(peaks)}.",
    )


def others(scratch: Path) -> list[Path]:
    """Return datasets of other sizes, beside those that are there."""
    small = fill(scratch / "small", "images", 10)
    records = fill(scratch / "records", "records") / "train.jsonl"
    return [small, scratch / "images", scratch / "lines", fill(scratch / "tiny", "tiny"), records]


def peak(path: Path, url: str) -> str:
    """Return the seconds and the peak memory of sending a dataset, as a text."""
    command = [sys.executable, __file__, "--once", str(path), url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return f"{_NAMES[path.name]} {told[0]} s and {told[1]} MiB"


def once(path: Path, url: str) -> None:
    """Print the seconds and the peak memory, in MiB, of sending a dataset."""
    began = time.perf_counter()
    ours(path, url)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - began:.2f} {memory:.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        once(Path(sys.argv[2]), sys.argv[3])
    else:
        print(section().markdown(machine()))
