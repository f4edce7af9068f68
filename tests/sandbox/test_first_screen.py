"""The first screen of docs/sandbox.md, and what the README has to try: each command really runs."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from support.copies import Copy
from support.javascript import client_folder
from support.served import ROOT

SCREEN = (ROOT / "docs/sandbox.md").read_text("utf-8").partition("\n## ")[0]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", SCREEN, re.MULTILINE | re.DOTALL)
README = (ROOT / "README.md").read_text("utf-8").partition("\n## Try it locally\n")[2]
README_BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
TOKEN = "r8_a_token_for_the_local_replicate"
PORT = "8123"


@dataclass
class Here:
    """A copy of the project whose local Replicate listens at another port."""

    copy: Copy
    port: str
    said: str

    def run(self, command: list[str]) -> str:
        """Run a command of the page and return what it printed."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        ended = self.copy.run(*command, PATH=path, REPLICATE_API_TOKEN=TOKEN)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def api(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}/v1", headers=headers)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    copy = Copy(tmp_path_factory.mktemp("copy"))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    copy.write("scripts/env", f"#!/bin/sh\necho {sys.prefix}\n")
    step = (copy.folder / "scripts/step").read_text("utf-8")
    copy.write("scripts/step", step.replace(PORT, port))
    command, _, _ = block("scripts/sandbox").partition("\n")
    log = copy.folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command.split(), f"--port={port}"], cwd=copy.folder, stdout=output
        )
    try:
        while "Pages at" not in log.read_text("utf-8"):
            assert process.poll() is None
            time.sleep(0.02)
        yield Here(copy, port, log.read_text("utf-8"))
    finally:
        process.terminate()
        process.wait(timeout=20)


def block(words: str) -> str:
    """Return the only block of the page with these words."""
    [found] = [text for _, text in BLOCKS if words in text]
    return found


def test_the_page_fits_on_a_screen() -> None:
    assert len(SCREEN.splitlines()) < 65
    assert [language for language, _ in BLOCKS] == [
        "sh", "sh", "sh", "sh", "python", "javascript", "sh",
    ]  # fmt: skip


def test_the_server_prints_what_the_page_says(here: Here) -> None:
    assert f"http://127.0.0.1:{here.port}/v1  account you  token {TOKEN}" in here.said
    assert block("export") == f"export REPLICATE_API_TOKEN={TOKEN}\n"


@pytest.mark.engine
def test_a_step_and_curl(here: Here) -> None:
    said = here.run(["bash", "-euc", block("scripts/step")])
    assert "status = succeeded" in said
    text = block("/trainings").replace(PORT, here.port)
    [training] = json.loads(here.run(["bash", "-euc", text]))["results"]
    assert training["output"]["version"].startswith("you/harbour:")


def test_the_python_client(here: Here) -> None:
    text = block("import replicate").replace(PORT, here.port)
    assert here.run([sys.executable, "-c", text]).strip() == latest(here)


@pytest.mark.engine
def test_the_javascript_client(here: Here) -> None:
    program = client_folder() / f"first-screen-{here.port}.mjs"
    program.write_text(block("import Replicate from").replace(PORT, here.port), "utf-8")
    try:
        assert here.run(["node", str(program)]).strip() == latest(here)
    finally:
        program.unlink()


def latest(here: Here) -> str:
    with here.api() as api:
        return str(api.get("/models/sandbox/tiny-lm-trainer").json()["latest_version"]["id"])


def test_the_fault(here: Here) -> None:
    text = block("/_sandbox/faults").replace(PORT, here.port)
    [fault] = json.loads(here.run(["bash", "-euc", text]))
    assert fault == {
        "training": {"status": "failed", "error": "CUDA out of memory"},
        "times": 1,
    }


def test_the_readme_has_no_other_command() -> None:
    assert [text.partition("\n")[0] for text in README_BLOCKS] == [
        "scripts/demo",
        "scripts/sandbox",
        "scripts/step mode=plan model-name=harbour trainer=sandbox/tiny-lm-trainer \\",
    ]


def test_the_plan_of_the_readme(here: Here) -> None:
    said = here.run(["bash", "-euc", README_BLOCKS[2]])
    assert "you/harbour" in said
    assert "Nothing was changed." in said


@pytest.mark.engine
def test_the_demo(here: Here) -> None:
    said = here.run(["bash", "-euc", README_BLOCKS[0]])
    assert "unknown input `stepz`" in said
    assert "Evaluation `writes about the harbour`" in said
    assert len(re.findall(r"^  [0-9a-f]{64}$", said, re.MULTILINE)) == 2
    page = Path(httpx.URL(said.split()[-1]).path)
    assert "harbour" in page.read_text("utf-8")
