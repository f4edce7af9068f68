"""A local Replicate with many trainers, and its pages.

The bundled trainers, one that does as it is told, and the schemas of real ones.
"""

from collections.abc import Callable, Iterator

import pytest

from support.browser import Browser, Page
from support.projects import write_sleeper, write_untrained
from support.sample_files import trainer_schemas
from support.served import Served, sandbox
from support.trainers import write_trainer
from support.visitor import Visitor, visitor

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("trainers")
    projects = [write_sleeper(folder)]
    projects += [write_untrained(folder, *one) for one in trainer_schemas().items()]
    projects.append(write_trainer(folder, "broken", train="import nothing_<script>\n"))
    with sandbox(*(f"--trainer={project}" for project in projects)) as served:
        yield served


@pytest.fixture
def visit(here: Served) -> Iterator[Visitor]:
    with visitor(here) as one:
        yield one


@pytest.fixture
def open_page(here: Served, browser: Browser) -> Iterator[Open]:
    """Open a page in a context of its own; what its console says against it fails the test."""
    contexts = []
    said: list[str] = []

    def open_it(path: str, **context: object) -> Page:
        contexts.append(browser.new_context(base_url=here.url.removesuffix("/v1"), **context))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    wrong = [text for text in said if "Failed to load resource" not in text]
    assert not wrong, "the console must be empty: no error, and nothing against the CSP"
