"""The threat model of SECURITY.md: every row names tests that exist."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
TABLE = PAGE.split("## Threat model\n", 1)[1].split("\n## ", 1)[0]
THREATS = [line for line in TABLE.splitlines() if line.startswith("| ")][2:]
WORKFLOWS = [*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob("examples/*.yml")]


def test_the_table_is_whole() -> None:
    assert len(THREATS) >= 15
    assert all(row.count(" | ") == 3 for row in THREATS)


@pytest.mark.parametrize("row", THREATS, ids=lambda row: row.split(" | ")[0].strip("| "))
def test_every_threat_has_its_tests(row: str) -> None:
    named = re.findall(r'\[test\]\((\S+) "(test_\w+)"\)', row.rsplit(" | ", 1)[1])
    assert named
    for path, name in named:
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), name


def test_no_workflow_gives_forks_a_token() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    texts = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    texts += [path.read_text("utf-8") for path in WORKFLOWS]
    assert len(texts) > 6
    for text in texts:
        workflow = YAML(typ="safe", pure=True).load(text)
        assert "pull_request_target" not in text
        assert "workflow_run" not in workflow["on"]
        if "pull_request" in workflow["on"]:
            for job in workflow["jobs"].values():
                # A fork's pull request fails both conditions.
                ours = "head.repo.full_name == github.repository" in job.get("if", "")
                ours = ours or job.get("if") == "github.event_name == 'release'"
                assert ours or "secrets." not in str(job)
