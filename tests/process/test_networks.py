"""Real steps with a real proxy, a private certificate authority and a gateway."""

import shutil
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from support.entrypoint import Step, start
from support.faults import add_faults
from support.forward_proxy import PASSWORD, USER, ForwardProxy, forward_proxy
from support.runner_view import obeyed
from support.served import LM, ROOT, Served
from support.tls import PREFIX, Authority, Gateway, authority, gateway

SECRETS = (PASSWORD, "pr0xy%20p%40ss%3Aword", b64encode(f"{USER}:{PASSWORD}".encode()).decode())
ASSET = "/api/v3/repos/you/photos/releases/assets/7"


@pytest.fixture(scope="module")
def proxy() -> Iterator[ForwardProxy]:
    with forward_proxy() as started:
        yield started


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    shutil.copy(ROOT / "examples/data/harbour.jsonl", folder)
    return folder


@pytest.fixture
def private(workspace: Path) -> Authority:
    return authority(workspace)


@pytest.fixture
def front(private: Authority, served: Served) -> Iterator[Gateway]:
    with gateway(private, served.url) as started:
        yield started


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def step(
    served: Served, front: Gateway, workspace: Path, env: Mapping[str, str], **inputs: str
) -> Step:
    """Run a step to its end, with no other settings of the network than `env`."""
    through = replace(served, url=front.url + PREFIX)
    done = start(through, workspace, env, model_name="networks", **inputs)
    done.end(60)
    written = done.log + done.summary + str(done.outputs) + str(done.state)
    lines = [line for line in written.splitlines() if not line.startswith("::add-mask::")]
    assert not [secret for secret in SECRETS if secret in "\n".join(lines)]
    return done


def trusting(private: Authority, **env: str) -> dict[str, str]:
    return {"SSL_CERT_FILE": str(private.file), **env}


def test_a_training_through_a_proxy_a_private_authority_and_a_gateway(
    served: Served, front: Gateway, workspace: Path, private: Authority, proxy: ForwardProxy
) -> None:
    add_faults(served, {"training": {"status": "succeeded", "log": f"proxy: {proxy.url()}"}})
    before, inputs = proxy.tunnels, {"trainer": LM, "dataset": "harbour.jsonl", "reuse": "never"}
    env = trusting(private, https_proxy=proxy.url(), RUNNER_DEBUG="1")
    done = step(served, front, workspace, env, **inputs)
    assert done.process.returncode == 0, done.log
    assert done.outputs["version"].startswith("you/networks:")
    assert proxy.tunnels > before
    assert f"proxy: http://{USER}:***@" in done.log
    paths = {path for path, _ in front.asked}
    assert {f"{PREFIX}/files", f"{PREFIX}/account"} <= paths
    assert {token for _, token in front.asked} == {f"Bearer {served.token}"}


def test_no_proxy_is_obeyed(
    served: Served, front: Gateway, workspace: Path, private: Authority, proxy: ForwardProxy
) -> None:
    env = trusting(private, HTTPS_PROXY=proxy.url(), NO_PROXY="example.com, localhost")
    before = proxy.tunnels
    done = step(served, front, workspace, env, mode="create", hardware="cpu")
    assert done.process.returncode == 0, done.log
    assert proxy.tunnels == before
    assert front.asked


def test_an_asset_of_an_enterprise_server(
    served: Served, front: Gateway, workspace: Path, private: Authority, proxy: ForwardProxy
) -> None:
    before, event = proxy.tunnels, workspace.parent / "event.json"
    event.write_text('{"release": {"id": 5, "assets": [{"id": 7, "name": "train.jsonl"}]}}')
    stored = f"{front.url}/storage/train.jsonl?sig=1"
    front.answers[ASSET] = (302, {"Location": stored}, b"")
    front.answers["/storage/train.jsonl?sig=1"] = (200, {}, b'{"text": "hello"}\n')
    env = trusting(
        private,
        HTTPS_PROXY=proxy.url(),
        GITHUB_API_URL=f"{front.url}/api/v3",
        GITHUB_REPOSITORY="you/photos",
        GITHUB_EVENT_PATH=str(event),
    )
    inputs = {"dataset": "release-asset:train.jsonl", "trainer": LM, "mode": "plan"}
    done = step(served, front, workspace, env, github_token="ghs_of_the_server", **inputs)
    assert done.process.returncode == 0, done.log
    asked = dict(front.asked)
    assert asked[ASSET] == "Bearer ghs_of_the_server"
    assert asked["/storage/train.jsonl?sig=1"] == ""
    assert proxy.tunnels > before
    assert done.outputs["dataset-sha256"]


@dataclass(frozen=True)
class Broken:
    """Settings that cannot work, and what the error says."""

    says: tuple[str, ...]
    trusted: bool = True
    password: str = PASSWORD


BROKEN = {
    "authority": Broken(("certificate verify failed", "set SSL_CERT_FILE for this step"), False),
    "password": Broken(("407", "the user name and the password"), password="another one"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_cannot_work_is_said_at_once(
    served: Served, front: Gateway, workspace: Path, proxy: ForwardProxy, broken: Broken
) -> None:
    env = {"SSL_CERT_FILE": str(workspace / "ca.pem")} if broken.trusted else {}
    env["HTTPS_PROXY"] = proxy.url(broken.password)
    began = time.monotonic()
    done = step(served, front, workspace, env, mode="create")
    assert done.process.returncode == 1
    assert time.monotonic() - began < 20
    (error,) = [command for command in obeyed(done.log) if command.name == "error"]
    assert "Cannot reach Replicate" in str(error.properties)
    assert all(text in error.text for text in broken.says), error.text
    assert broken.password not in done.log.replace(f"::add-mask::{broken.password}", "")
    assert front.asked == []
