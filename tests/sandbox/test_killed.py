"""The state file of a server that is killed: what was acknowledged is there, and whole."""

import itertools
import random
import signal
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from support.faults import add_faults, training_path
from support.served import ACCOUNT, Served, sandbox

ROUNDS = 4
MODEL = {"owner": ACCOUNT, "visibility": "private", "hardware": "cpu"}
RUN = {"input": {"train_data": "https://x.example"}}
SCRIPT = {"training": {"status": "succeeded", "seconds": 0.02}, "times": 1_000_000}
ENDLESS = {"training": {"destination": f"{ACCOUNT}/waits", "queued": 3600}, "times": 1_000_000}


class Memory:
    """What the server acknowledged, by kind: ids that must exist, and ids that must not."""

    def __init__(self) -> None:
        self.made: dict[str, set[str]] = defaultdict(set)
        self.asked_to_delete: dict[str, set[str]] = defaultdict(set)
        self.gone: dict[str, set[str]] = defaultdict(set)
        self.lock = threading.Lock()

    def must_exist(self, kind: str) -> set[str]:
        return self.made[kind] - self.asked_to_delete[kind]


def work(served: Served, memory: Memory, seed: int, names: Iterator[int]) -> None:
    """Send requests that change something, until the server is gone."""
    chosen = random.Random(seed)
    with served.client() as api, suppress(httpx.TransportError):
        path = training_path(api)
        steps: list[Callable[[httpx.Client, Memory, str, str], None]] = [
            create_model, train, train, upload, upload, delete_file, delete_model,
        ]  # fmt: skip
        while True:
            chosen.choice(steps)(api, memory, path, f"m{next(names)}")


def create_model(api: httpx.Client, memory: Memory, _path: str, name: str) -> None:
    answer = api.post("/models", json=MODEL | {"name": name})
    assert answer.status_code == 201, answer.text
    memory.made["model"].add(f"{ACCOUNT}/{name}")


def train(api: httpx.Client, memory: Memory, path: str, name: str) -> None:
    destination = "waits" if name.endswith("7") else "trained"
    answer = api.post(path, json=RUN | {"destination": f"{ACCOUNT}/{destination}"})
    assert answer.status_code == 201, answer.text
    memory.made["training"].add(answer.json()["id"])


def upload(api: httpx.Client, memory: Memory, _path: str, name: str) -> None:
    answer = api.post("/files", files={"content": (name, name.encode() * 5000)})
    assert answer.status_code == 201, answer.text
    memory.made["file"].add(answer.json()["id"])


def delete_file(api: httpx.Client, memory: Memory, _path: str, _name: str) -> None:
    delete(api, memory, "file", "/files")


def delete_model(api: httpx.Client, memory: Memory, _path: str, _name: str) -> None:
    delete(api, memory, "model", "/models")


def delete(api: httpx.Client, memory: Memory, kind: str, path: str) -> None:
    with memory.lock:
        found = min(memory.must_exist(kind), default=None)
        if found is None:
            return
        memory.asked_to_delete[kind].add(found)
    answer = api.delete(f"{path}/{found}")
    assert answer.status_code == 204, answer.text
    memory.gone[kind].add(found)


def hammer(state: Path, memory: Memory, names: Iterator[int], seed: int) -> None:
    """Start a server, send it requests from a few threads, and kill it at some moment."""
    with sandbox(f"--state={state}", "--rate=1000000", "--most-models=100000") as served:
        with served.client() as api:
            for name in ("trained", "waits"):
                api.post("/models", json=MODEL | {"name": name})
        add_faults(served, ENDLESS, SCRIPT).raise_for_status()
        threads = [
            threading.Thread(target=work, args=(served, memory, seed * 10 + number, names))
            for number in range(4)
        ]
        for thread in threads:
            thread.start()
        time.sleep(random.Random(seed).uniform(0.4, 1.2))
        served.process.send_signal(signal.SIGKILL)
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Memory]:
    """Return a state file that survived some kills, and what was acknowledged meanwhile."""
    state = tmp_path_factory.mktemp("state") / "state.sqlite"
    memory, names = Memory(), itertools.count()
    for seed in range(ROUNDS):
        hammer(state, memory, names, seed)
        check_file(state, memory)
    assert min(len(memory.made[kind]) for kind in ("model", "training", "file")) > 5, memory.made
    return state, memory


def check_file(state: Path, memory: Memory) -> None:
    """Look at the file as SQLite sees it: all is there, and no half of anything."""
    with sqlite3.connect(state) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        ids = {kind: set() for kind in ("model", "version", "training", "file", "output_file")}
        owners = defaultdict(dict)
        for kind, key, owner in database.execute("SELECT kind, id, owner FROM documents"):
            ids.setdefault(kind, set()).add(key)
            owners[kind][key] = owner
        blobs = {row[0] for row in database.execute("SELECT id FROM blobs")}
        trainings = database.execute(
            "SELECT json_extract(body, '$.status'), json_extract(body, '$.output.version'), "
            "json_extract(body, '$.model') || ':' || json_extract(body, '$.version') "
            "FROM documents WHERE kind = 'training'"
        ).fetchall()
    database.close()
    for kind in memory.made:
        assert memory.must_exist(kind) <= ids[kind]
        assert not memory.gone[kind] & ids[kind]
    assert ids["file"] | ids["output_file"] == blobs
    assert set(owners["version"].values()) <= ids["model"]
    assert not ids["model"] & ids.get("deleted_model", set())
    assert {trainer for _, _, trainer in trainings} <= ids["version"]
    made = {version for status, version, _ in trainings if status == "succeeded"}
    trained = {key for key, owner in owners["version"].items() if owner.startswith(ACCOUNT)}
    assert made == trained, "a version and the end of its training come together"


def some(ids: set[str]) -> list[str]:
    return sorted(ids)[:: max(1, len(ids) // 20)]


def test_what_was_acknowledged_is_there(killed: tuple[Path, Memory]) -> None:
    state, memory = killed
    with sandbox(f"--state={state}") as served, served.client() as api:
        for kind in ("model", "file"):
            for key in some(memory.must_exist(kind)):
                assert api.get(f"/{kind}s/{key}").status_code == 200
            for key in some(memory.gone[kind]):
                assert api.get(f"/{kind}s/{key}").status_code == 404
        for key in some(memory.made["training"]):
            training = api.get(f"/trainings/{key}").json()
            if training["status"] == "succeeded":
                name, _, version = training["output"]["version"].partition(":")
                assert api.get(f"/models/{name}/versions/{version}").status_code == 200
    check_file(state, memory)


def test_what_was_running_has_failed(killed: tuple[Path, Memory]) -> None:
    state, memory = killed
    with sandbox(f"--state={state}"):
        pass
    with sqlite3.connect(state) as database:
        ended = database.execute(
            "SELECT json_extract(body, '$.status'), json_extract(body, '$.error') "
            "FROM documents WHERE kind = 'training'"
        ).fetchall()
    database.close()
    assert len(ended) >= len(memory.made["training"])
    assert set(ended) == {
        ("succeeded", None),
        ("failed", "The local Replicate was stopped while this was running."),
    }
