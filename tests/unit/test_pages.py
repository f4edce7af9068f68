"""The Markdown pages of the repository, and the links of messages into them."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from replicate_train.diagnostics.errors import ActionError, TrainingError, WorkflowError
from replicate_train.github.action_readme import action_readme, anchor
from replicate_train.replicate.errors import ReplicateError
from support.markdown_pages import MarkdownPage, broken_links, leads
from support.scripted import Script, problem
from support.served import ROOT
from support.steps import Steps

_TRACKED = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
_LISTED = subprocess.run(_TRACKED, cwd=ROOT, check=True, capture_output=True, text=True).stdout
PAGES = sorted(ROOT / name for name in _LISTED.splitlines())
RUN = {"GITHUB_ACTION_REPOSITORY": "acme/fine-tune", "GITHUB_ACTION_REF": "v1"}
README = "https://github.com/acme/fine-tune/blob/v1/README.md"
# No error is made of these: they stand above the others.
BASES = {ActionError, WorkflowError, TrainingError, ReplicateError}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_every_page_is_read() -> None:
    names = {str(page.relative_to(ROOT)) for page in PAGES}
    assert {"README.md", "examples/README.md", "docs/decisions/README.md"} <= names


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text("# A title: `code`, _x_\n\n## Twice\n## Twice\n<a id='row'></a>\n")
    assert MarkdownPage(other.read_text()).anchors == ["a-title-code-x", "twice", "twice-1", "row"]
    page = tmp_path / "page.md"
    good = ["#own", "other.md", "other.md#row", "other.md#twice-1", "https://example.com/#x"]
    bad = ["#none", "none.md", "other.md#none", "folder/other.md"]
    page.write_text("# Own\n" + "".join(f"[x]({link}) " for link in good + bad) + "\n```\n[y](z)\n")
    assert broken_links(page) == bad


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_test_names_one(page: Path) -> None:
    for path, name in re.findall(r'\]\(([^)\s]+) "(test_\w+)"\)', page.read_text("utf-8")):
        assert f"def {name}(" in (page.parent / path).read_text("utf-8"), name


def errors(above: type[ActionError] = ActionError) -> Iterator[type[ActionError]]:
    yield above
    for one in above.__subclasses__():
        yield from errors(one)


def titles() -> list[str]:
    """Return the title of every error that can end the step."""
    source = "".join(path.read_text("utf-8") for path in ROOT.glob("src/replicate_train/**/*.py"))
    given = re.findall(r'title="([^"]+)",?\n', source)
    ended = [f"Training {status}" for status in ("failed", "canceled", "aborted")]
    return sorted({*(one.title for one in {*errors()} - BASES), *given, *ended})


@pytest.mark.parametrize("title", titles())
def test_the_link_of_an_error_leads_to_its_row(title: str) -> None:
    link = f"{action_readme(RUN)}#{anchor(title)}"
    assert link.startswith(f"{README}#")
    assert leads(ROOT / "README.md", link.removeprefix(README))
    row = rf'^\| <a id="{anchor(title)}"></a>\*\*{re.escape(title)}\*\*'
    assert re.search(row, (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)


def test_there_are_titles() -> None:
    assert len(titles()) > 30
    assert {"Bug in this action", "Training aborted", "API token not valid"} <= set(titles())


def test_no_two_parts_of_a_page_have_the_same_anchor() -> None:
    for page in PAGES:
        anchors = MarkdownPage(page.read_text("utf-8")).anchors
        assert sorted(set(anchors)) == sorted(anchors), page


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        (RUN, README),
        (RUN | {"GITHUB_SERVER_URL": ""}, README),
        (RUN | {"GITHUB_ACTION_REF": "releases/v1"}, README.replace("v1", "releases/v1")),
        (RUN | {"GITHUB_ACTION_REF": "a b#(c)"}, README.replace("v1", "a%20b%23%28c%29")),
        (
            RUN | {"GITHUB_SERVER_URL": "https://git.corp.example:8443/"},
            "https://git.corp.example:8443/acme/fine-tune/blob/v1/README.md",
        ),
        ({}, ""),
        (RUN | {"GITHUB_ACTION_REPOSITORY": ""}, ""),  # uses: ./
        (RUN | {"GITHUB_ACTION_REF": ""}, ""),
        (RUN | {"GITHUB_ACTION_REPOSITORY": "acme/fine-tune/../x"}, ""),
        (RUN | {"GITHUB_SERVER_URL": "javascript:alert(1)"}, ""),
    ],
)
def test_the_readme_of_the_version_in_use(environ: dict[str, str], url: str) -> None:
    assert action_readme(environ) == url


def test_the_summary_of_a_failed_step_links_to_the_row(steps: Steps) -> None:
    script = Script().on("GET /account", problem(401, detail="No."))
    done = steps.run(script, {"mode": "create", "model-name": "m"}, **RUN)
    link = f"**Help:** [API token not valid]({README}#api-token-not-valid)"
    assert link in done.summary


def test_an_action_of_the_checkout_has_no_link(steps: Steps) -> None:
    script = Script().on("GET /account", problem(401, detail="No."))
    assert "Help:" not in steps.run(script, {"mode": "create", "model-name": "m"}).summary
