"""The process that serves a project."""

import time
from pathlib import Path

from replicate_sandbox.engine.limits import RunLimits
from replicate_sandbox.engine.log_end import end_of_log
from replicate_sandbox.engine.process import CogProcess
from support.trainers import write_trainer


def test_a_file_of_the_project_does_not_replace_a_module_of_the_guard(tmp_path: Path) -> None:
    project = write_trainer(tmp_path)
    (project / "resource.py").write_text("raise RuntimeError('the file of the project')\n")
    version = {"project": str(project), "predict": "predict.py:Predictor", "openapi_schema": {}}
    process = CogProcess(version, "predict", None, RunLimits())
    try:
        end = time.monotonic() + 30
        while process.alive and "level" not in process.output():  # Cog logs JSON
            assert time.monotonic() < end, process.output()
            time.sleep(0.02)
        assert "the file of the project" not in process.output()
    finally:
        process.close()


def test_the_end_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    for text in ("", "short", "é" * 50, "🙂" * 50, "a" * 50 + "🙂"):
        log.write_text(text, "utf-8")
        assert end_of_log(log, 10) == text[-10:]
    with log.open("wb") as file:
        file.truncate(2**40)  # sparse: more than fits into memory
        file.seek(2**40)
        file.write(b"the end")
    assert end_of_log(log, 7) == "the end"
