"""The real client with the environment's proxies, and a real proxy in a thread."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from replicate_train.clock import SystemClock
from replicate_train.diagnostics.errors import InputError
from replicate_train.job.post import run_post
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.session import Session
from support.runner_view import obeyed

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


class Proxy(ThreadingHTTPServer):
    """Answers every request itself as Replicate's account, and keeps what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://u:p@127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:
        self.server.asked.append(f"{self.path} {self.headers.get('Proxy-Authorization', '')}")
        body = json.dumps({"type": "user", "username": "you"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    server = Proxy()
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def account(api_url: str) -> str:
    with connect(api_url, "r8_x") as http:
        retry = RetryPolicy(SystemClock(), budget=0.0)
        return Replicate(Session(Exchange(http), retry)).account().username


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_request_goes_through_the_proxy(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, proxy.url)
    monkeypatch.setenv("NO_PROXY", "fd00::/8,::1,[::1],10.0.0.0/8")
    assert account("http://replicate-sandbox:1/v1") == "you"
    assert proxy.asked == ["http://replicate-sandbox:1/v1/account Basic dTpw"]


@pytest.mark.parametrize("no_proxy", ["127.0.0.0/8", "fd00::/8,127.0.0.1", "*"])
def test_a_request_goes_directly_where_no_proxy_says_so(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, no_proxy: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert account(f"http://127.0.0.1:{proxy.server_port}/v1") == "you"
    assert proxy.asked == ["/v1/account "]


BROKEN = ["socks5://127.0.0.1:9", "http://", "http://proxy:port"]


@pytest.mark.parametrize("value", BROKEN)
def test_a_proxy_that_cannot_be_used_is_an_error_of_the_inputs(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    with pytest.raises(InputError, match="ALL_PROXY: "):
        connect("https://api.replicate.com/v1", "r8_x")


@pytest.mark.parametrize("value", BROKEN)
def test_the_post_step_warns_and_stays_green(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    given = {"api-token": "r8_a_token", "model-name": "m", "trainer": "a/b"}
    environ = {f"INPUT_{name.upper()}": text for name, text in given.items()}
    assert run_post(environ | {"STATE_training-id": "tr1"}) == 0
    (warning,) = [one for one in obeyed(capsys.readouterr().out) if one.name == "warning"]
    assert "https://replicate.com/p/tr1" in warning.text
    assert "ALL_PROXY: " in warning.text
