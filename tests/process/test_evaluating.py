"""A training and its evaluation on Replicate's own engine: what holds, and what does not."""

import json
import shutil
from pathlib import Path

import pytest

from support.entrypoint import start
from support.reading import Page
from support.runner_view import obeyed
from support.served import LM, ROOT, Served

pytestmark = pytest.mark.engine

EVALUATION = """
- name: continues
  input: {prompt: "The harbour", length: "20", seed: 1}
  expect: {matches: '^.+', max-seconds: 60}
- name: greets
  input: {prompt: "The ferry", length: 20, seed: 1}
  expect: {contains: "a text that no model of this size writes"}
"""


def test_an_evaluation_of_which_one_item_breaks(served: Served, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    shutil.copy(ROOT / "examples/data/harbour.jsonl", workspace)
    (workspace / "R.md").write_text("# {{version}}")
    inputs = {
        "model_name": "judged",
        "trainer": LM,
        "dataset": "harbour.jsonl",
        "training_input": "steps: 60",
        "price_per_second": "0.001",
        "readme": "R.md",
    }
    step = start(served, workspace, evaluation=EVALUATION, **inputs)
    assert step.end(60) == 1, step.log
    (error,) = [command for command in obeyed(step.log) if command.name == "error"]
    assert "1 of 2 evaluations failed" in error.text
    assert "`greets` (contains `a text that no model of this size writes`)" in error.text
    outputs = step.outputs
    assert outputs["status"] == "succeeded"
    assert outputs["version"] == f"you/judged:{outputs['version-id']}"
    assert float(outputs["cost"]) == pytest.approx(float(outputs["predict-time"]) / 1000, rel=0.1)
    first, second = json.loads(outputs["evaluation"])
    assert (first["held"], second["held"]) == (True, False)
    assert first["output"]
    assert first["input"]["length"] == 20  # of the type that the version's schema has
    manifest = json.loads(outputs["manifest"])
    assert manifest["evaluation"] == [first, second]
    assert manifest["version"] == outputs["version"]
    page = Page(step.summary)
    assert "Evaluation failed" in page.text
    assert f"you/judged:{outputs['version-id'][:12]} was trained in" in page.text
    assert "It stays." in page.text
    assert "✅ matches ^.+" in page.text
    assert "❌ contains a text that no model of this size writes" in page.text
    assert page.balanced
    with served.client() as api:
        assert not api.get("/models/you/judged").json().get("readme")
    assert "training-settled" in step.state
