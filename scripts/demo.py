"""Run the action against a local Replicate, as a workflow step would, and show what it does.

What the local Replicate knows is kept in .cache/demo.sqlite, so that the next demo adds versions to
the same destination, as the next release of a project would.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "r8_demo_token_of_the_local_replicate"  # noqa: S105 - valid on this machine only
COMMAND = re.compile(r"::(?P<name>[\w-]+)(?: title=(?P<title>[^:]*))?::(?P<message>.*)")


def main() -> int:
    """Show a plan, a first fine-tune, a prediction of its version, and a second fine-tune."""
    with local_replicate() as url:
        say("A workflow step that fine-tunes replicate/tiny-lm-trainer into you/harbour")
        inputs = {
            "api-url": url,
            "api-token": TOKEN,
            "model-name": "harbour",
            "hardware": "cpu",
            "trainer": "replicate/tiny-lm-trainer",
            "dataset": "examples/data/harbour.jsonl",
            "training-input": "steps: 6000\nseed: 1\n",
        }
        say("First as mode: plan, and with mistakes: all are told, and nothing is spent")
        mistakes = {"hardware": "gpu-t5", "training-input": "stepz: 6000\nlearning_rate: 7\n"}
        step(inputs | {"mode": "plan"} | mistakes, status=1)
        say("And without them")
        outputs = step(inputs)
        say("The step's outputs, for the steps after it")
        for name in ("version-id", "version", "model", "model-created", "status", "predict-time"):
            print(f"  {name:<14}{outputs[name]}")
        say("A prediction of the new version, prompt: 'At low water '")
        print(indented(predict(url, outputs["version"], "At low water ")))
        say("The same step again, as the next release would run it (shorter, another seed)")
        outputs = step(inputs | {"training-input": "steps: 1000\nseed: 2\n"}, quietly=True)
        say(f"{outputs['model']} now has these versions, newest first")
        for version in versions(url, outputs["model"]):
            print(f"  {version}")
    return 0


@contextmanager
def local_replicate() -> Iterator[str]:
    """Start the local Replicate on a free port and yield its base URL."""
    say("Starting a local Replicate")
    state = ROOT / ".cache" / "demo.sqlite"
    state.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "replicate_sandbox", "--port=0", f"--state={state}"]
    server = subprocess.Popen(
        [*command, f"--account=you:{TOKEN}"], stdout=subprocess.PIPE, text=True
    )
    try:
        for line in server.stdout or ():
            print(f"  {line.rstrip().replace(TOKEN, '***')}")
            if address := re.search(r"http://\S+", line):
                yield address[0]
                return
        raise SystemExit("The local Replicate did not start.")
    finally:
        server.terminate()
        server.wait()


def step(inputs: dict[str, str], *, quietly: bool = False, status: int = 0) -> dict[str, str]:
    """Run the action as the runner would, to an exit status, and return its outputs."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "output")
        output.touch()
        given = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
        environment = {**os.environ, **given, "GITHUB_OUTPUT": str(output)}
        process = subprocess.Popen(
            [sys.executable, "-Ium", "replicate_train"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in process.stdout or ():
            show(line.rstrip("\n"), quietly=quietly)
        if process.wait() != status:
            raise SystemExit(f"The step ended with {process.returncode}.")
        return dict(re.findall(r"^(\S+)<<(?:\S+)\n(.*)\n", output.read_text(), re.MULTILINE))


def show(line: str, *, quietly: bool) -> None:
    """Print a line of the step's log as the runner's page shows it: commands are not text."""
    command = COMMAND.fullmatch(line)
    if command is None:
        if not quietly or not line.startswith("train:"):
            print(f"  {line}")
    elif command["title"]:
        message = command["message"].replace("%0A", "\n  ")
        print(f"  [{command['name']}] {command['title']}: {message}")


def predict(url: str, version: str, prompt: str) -> str:
    """Run a prediction and return its text."""
    answer = httpx.post(
        f"{url}/predictions",
        headers={"Authorization": f"Bearer {TOKEN}", "Prefer": "wait"},
        json={"version": version, "input": {"prompt": prompt, "length": 240}},
        timeout=90,
    )
    return str(answer.raise_for_status().json()["output"])


def versions(url: str, model: str) -> list[str]:
    """Return the model's version ids, newest first."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = httpx.get(f"{url}/models/{model}/versions", headers=headers).raise_for_status()
    return [version["id"] for version in answer.json()["results"]]


def say(text: str) -> None:
    """Print a heading."""
    print(f"\n== {text}", flush=True)


def indented(text: str) -> str:
    """Return the text with two blanks before each line."""
    return "\n".join(f"  {line}" for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main())
