"""A gateway with TLS: a certificate of a private authority, and any server behind it."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import trustme

PREFIX = "/v1/account/gateway/replicate"  # as Cloudflare's AI Gateway has it
_HOP = {"transfer-encoding", "connection", "content-encoding", "content-length"}


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the tests; `file` has its certificate."""

    root: trustme.CA
    file: Path


def authority(folder: Path) -> Authority:
    """Return a new authority, with its certificate in a folder."""
    root = trustme.CA()
    file = folder / "ca.pem"
    root.cert_pem.write_to_path(str(file))
    return Authority(root, file)


class Gateway(ThreadingHTTPServer):
    """Passes the requests below `PREFIX` on to `target`; answers others from `answers`."""

    daemon_threads = True

    def __init__(self, signed_by: Authority, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target
        self.asked: list[tuple[str, str]] = []  # the path, and the authorization
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.http = httpx.Client(trust_env=False, timeout=60)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        signed_by.root.issue_cert("localhost").configure_cert(context)
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"https://localhost:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that does not trust the certificate."""


class _Handler(BaseHTTPRequestHandler):
    server: Gateway
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Authorization", "")))
        length = int(self.headers.get("Content-Length") or 0)
        status, headers, body = self._answer(self.rfile.read(length))
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _pass_on  # noqa: N815 - its names

    def _answer(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if self.path in self.server.answers:
            return self.server.answers[self.path]
        if not self.path.startswith(PREFIX):
            return 404, {}, b"{}"
        url = self.server.target + self.path.removeprefix(PREFIX)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        answer = self.server.http.request(self.command, url, headers=headers, content=body)
        return answer.status_code, dict(answer.headers), answer.content

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def gateway(signed_by: Authority, target: str) -> Iterator[Gateway]:
    """Start a gateway before a server, and end it with the block."""
    server = Gateway(signed_by, target)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        server.http.close()
