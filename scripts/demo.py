"""Run the action against a local Replicate, as a workflow step does, and print its log.

The local Replicate keeps its state in .cache/demo.sqlite. The next demo adds versions to the same
destination, as the next release of a project does. The job summary of the last step becomes a page,
.cache/demo-summary.html. With --keep the local Replicate stays, to look at its pages.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import preview

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "r8_demo_token_of_the_local_replicate"  # noqa: S105 - valid on this machine only
SUMMARY = ROOT / ".cache" / "demo-summary.md"
EVALUATION = """
- name: writes about the harbour
  input: {prompt: "At low water ", length: 160}
  expect: {matches: "harbour|boat|tide|quay|water", max-seconds: 30}
- name: goes on from the prompt
  input: {prompt: "The ferry ", length: 60}
  expect: {contains: "The ferry"}
"""
COMMAND = re.compile(r"::(?P<name>[\w-]+)(?: title=(?P<title>[^:]*))?::(?P<message>.*)")


def main() -> int:
    """Run a plan, a fine-tune, a prediction and a second fine-tune; return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the local Replicate running")
    keep = parser.parse_args().keep
    with local_replicate() as url:
        inputs = {
            "api-url": url,
            "api-token": TOKEN,
            "model-name": "harbour",
            "hardware": "cpu",
            "trainer": "sandbox/tiny-lm-trainer",
            "dataset": "examples/data/harbour.jsonl",
            "training-input": "steps: 6000\nseed: 1\n",
        }
        say("1. A plan with three mistakes: the step reports all of them and changes nothing")
        mistakes = {"hardware": "gpu-t5", "training-input": "stepz: 6000\nlearning_rate: 7\n"}
        step(inputs | {"mode": "plan"} | mistakes, status=1)
        say("2. The same step without the mistakes: it trains a new version of you/harbour")
        outputs = step(inputs)
        say("3. Some of its outputs, for later steps")
        for name in ("version-id", "version", "model", "model-created", "status", "predict-time"):
            print(f"  {name:<14}{outputs[name]}")
        say("4. A prediction with the new version; the prompt is 'At low water '")
        print(indented(predict(url, outputs["version"], "At low water ")))
        say("5. The next release: more steps, and an evaluation of the new version")
        more = {"training-input": "steps: 8000\nseed: 2\n", "evaluation": EVALUATION}
        outputs = step(inputs | more, quietly=True)
        say(f"Versions of {outputs['model']}, newest first")
        for version in versions(url, outputs["model"]):
            print(f"  {version}")
        page = SUMMARY.with_suffix(".html")
        page.write_text(preview.page(SUMMARY.read_text("utf-8")), "utf-8")
        say("The job summary of the last step, as a page")
        print(f"  {page.as_uri()}")
        if keep:
            say("The local Replicate keeps running. Press Ctrl-C to stop it")
            pages = url.removesuffix("/v1")
            print(f"  {pages}/{outputs['model']}         the model, with a form to run it")
            print(f"  {outputs['training-url']}   the training")
            print(f"  {pages}/sandbox/tiny-lm-trainer/train   train from a form", flush=True)
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    return 0


@contextmanager
def local_replicate() -> Iterator[str]:
    """Start the local Replicate on a free port and yield its base URL.

    Raises `SystemExit` if it does not start.
    """
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
    """Run the action as the runner does and return its outputs.

    `quietly` leaves out the progress of the training. Raises `SystemExit` if the step does not end
    with `status`.
    """
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "output")
        output.touch()
        SUMMARY.write_text("")
        given = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
        files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(SUMMARY)}
        environment = {**os.environ, **given, **files}
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
    """Print a line of the step's log as GitHub shows it: annotations readable, commands hidden."""
    command = COMMAND.fullmatch(line)
    if command is None:
        if not quietly or not line.startswith("train:"):
            print(f"  {line}")
    elif command["title"]:
        message = command["message"].replace("%0A", "\n  ")
        print(f"  [{command['name']}] {command['title']}: {message}")


def predict(url: str, version: str, prompt: str) -> str:
    """Run a prediction and return the text it generates. Raises `httpx.HTTPError`."""
    answer = httpx.post(
        f"{url}/predictions",
        headers={"Authorization": f"Bearer {TOKEN}", "Prefer": "wait"},
        json={"version": version, "input": {"prompt": prompt, "length": 240}},
        timeout=90,
    )
    return str(answer.raise_for_status().json()["output"])


def versions(url: str, model: str) -> list[str]:
    """Return the model's version ids, newest first. Raises `httpx.HTTPError`."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = httpx.get(f"{url}/models/{model}/versions", headers=headers).raise_for_status()
    return [version["id"] for version in answer.json()["results"]]


def say(text: str) -> None:
    """Print a heading."""
    print(f"\n== {text}", flush=True)


def indented(text: str) -> str:
    """Return the text with each line indented by two spaces."""
    return "\n".join(f"  {line}" for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main())
