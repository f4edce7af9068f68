"""The rules of docs/architecture.md, each on the source and on a source that breaks it."""

import re

import pytest

from support.rules import ROOT, RULES, cycle, graph, imports, names, sources

ACTION = sources("replicate_train")
SANDBOX = sources("replicate_sandbox")
PAGE = (ROOT / "docs/architecture.md").read_text("utf-8")
# A line that breaks each rule, in each way to write it.
BREACHES = {
    "actions_toolkit": ["from actions_toolkit import core", "import actions_toolkit.core as core"],
    "environment": [
        "import os\nx = os.environ['X']",
        "from os import environ",
        "from os import getenv as get",
        "def f():\n    import os\n    return os.getenv('X')",
    ],
    "settings of the network": [
        "from urllib.request import getproxies",
        "import httpx\nhttpx.create_ssl_context()",
        "import urllib.request\nurllib.request.getproxies()",
    ],
    "exit": ["import sys\nsys.exit(1)", "from sys import exit", "raise SystemExit", "quit()"],
    "output": ["print('x')", "import sys\nsys.stderr.write('x')", "import logging as log"],
    "sleep": ["import time\ntime.sleep(1)", "from time import sleep as nap"],
    "date and time of day": [
        "import datetime as dt\ndt.datetime.now()",
        "from datetime import datetime\ndatetime.now()",
    ],
    "signals": ["import signal", "from signal import SIGINT"],
    "processes": ["import subprocess", "import os\nos.system('x')"],
    "code from text": ["eval('1')", "from pickle import loads", "import importlib.util"],
    "the local Replicate": ["import replicate_sandbox", "from replicate_sandbox.api import x"],
}


@pytest.mark.parametrize("name", RULES)
def test_only_these_modules_use_it(name: str) -> None:
    rule = RULES[name]
    found = {path: rule.breaches(path, source) for path, source in ACTION.items()}
    assert {path: used for path, used in found.items() if used} == {}


@pytest.mark.parametrize("name", RULES)
def test_each_of_these_modules_uses_it(name: str) -> None:
    rule = RULES[name]
    for path in rule.modules:
        assert type(rule)(rule.names).breaches(path, ACTION[path]), path


@pytest.mark.parametrize(
    ("name", "source"), [(name, one) for name, breaches in BREACHES.items() for one in breaches]
)
def test_a_breach_is_found(name: str, source: str) -> None:
    assert RULES[name].breaches("job/modes.py", source)


def test_every_rule_has_its_breaches() -> None:
    assert set(BREACHES) == set(RULES)


def test_what_only_looks_like_a_breach_is_none() -> None:
    source = "self.print(x)\nsignal.send()\nos = 1\nsleep(1)\nclock.sleep(1)\n'import signal'"
    assert names(source) == set()


def test_the_local_replicate_does_not_know_the_action() -> None:
    assert [path for path, source in SANDBOX.items() if "replicate_train" in source] == []
    assert [path for path, source in ACTION.items() if "replicate_sandbox" in source] == []


@pytest.mark.parametrize("package", ["replicate_train", "replicate_sandbox"])
def test_no_module_is_in_a_cycle(package: str) -> None:
    assert cycle(graph(package, sources(package))) == []


def test_a_cycle_is_found() -> None:
    modules = {
        "a.py": "from p.b import x",
        "b.py": "import p.c.d",
        "c/d.py": "from p import a",
        "e.py": "from p.a import x\ndef f():\n    from p.e import y",
    }
    assert cycle(graph("p", modules)) == ["p.a", "p.b", "p.c.d", "p.a"]
    modules["c/d.py"] = "def later():\n    from p import a"
    assert cycle(graph("p", modules)) == []


def test_the_handlers_stand_before_anything_slow_is_loaded() -> None:
    first = imports(ACTION["__main__.py"]) | imports(ACTION["runner/signals.py"])
    assert {name.partition(".")[0] for name in first} <= {
        "os", "sys", "signal", "types", "collections", "contextlib", "replicate_train",
    }  # fmt: skip
    assert {name for name in first if name.startswith("replicate_train.")} <= {
        "replicate_train.runner.signals",
        "replicate_train.runner.signals.Stopped",
        "replicate_train.runner.signals.StopSignals",
    }


def test_the_addresses_of_github_are_those_that_the_runner_names() -> None:
    for path, source in ACTION.items():
        if "github.com" in source.replace("git-lfs.github.com", ""):
            named = 'environ.get("GITHUB_API_URL")' in source, "GITHUB_SERVER_URL" in source
            assert any(named), path


@pytest.mark.parametrize("modules", [ACTION, SANDBOX], ids=["action", "sandbox"])
def test_the_page_names_every_module(modules: dict[str, str]) -> None:
    for path in modules:
        *folders, file = path.split("/")
        inside = ["/".join(folders[: depth + 1]) + "/`" for depth in range(len(folders))]
        named = file in PAGE or any(f"`{folder}" in PAGE for folder in inside)
        assert named or file == "__init__.py", path


def test_the_page_names_every_rule_and_its_modules() -> None:
    table = PAGE.split("### Rules\n", 1)[1].split("\n### ", 1)[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][2:]
    assert all("](" in row.rsplit(" | ", 1)[1] for row in rows)
    for name, rule in RULES.items():
        (row,) = [row for row in rows if row.startswith(f"| {name} ")]
        assert re.findall(r"`([\w/]+\.py)`", row) == list(rule.modules), name
