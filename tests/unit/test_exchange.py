"""An exchange with a server that trickles, floods, or hangs: bounded in time and in memory."""

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import pytest

from replicate_train.replicate.errors import AnswerLost, MalformedResponse, Unreachable
from replicate_train.replicate.exchange import LARGEST_ANSWER, Exchange

OK = b"HTTP/1.1 200 OK\r\n"
Serve = Callable[[socket.socket], None]


class Server:
    """A TCP server whose behaviour is a function of each connection."""

    def __init__(self, serve: Serve) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._serve = serve
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with connection:
            try:
                self._serve(connection)
            except OSError:
                return

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def serving() -> Iterator[Callable[[Serve], Server]]:
    servers: list[Server] = []

    def serve(behaviour: Serve) -> Server:
        servers.append(Server(behaviour))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


def request_of(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        block = connection.recv(65536)
        if not block:
            raise OSError("closed")
        received += block
    return received


def trickle(before: bytes) -> Serve:
    def serve(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(before)
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    return serve


@pytest.mark.parametrize(
    "before",
    [b"HTTP/1.1 200 OK\r\nX-Slow: ", OK + b"Content-Length: 9999\r\n\r\n"],
    ids=["headers", "body"],
)
def test_an_answer_that_trickles_is_given_up_in_time(
    serving: Callable[[Serve], Server], before: bytes
) -> None:
    server = serving(trickle(before))
    with httpx.Client(base_url=server.url) as http:
        began = time.monotonic()
        with pytest.raises(AnswerLost, match="no complete response") as caught:
            Exchange(http).send("GET", "/x", 0.4)
    assert 0.3 < time.monotonic() - began < 1.5
    assert caught.value.timed_out


def test_an_answer_that_trickles_on_a_kept_connection_is_given_up_too(
    serving: Callable[[Serve], Server],
) -> None:
    def serve(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(OK + b"Content-Length: 2\r\n\r\n{}")
        trickle(b"HTTP/1.1 200 OK\r\nX-Slow: ")(connection)

    server = serving(serve)
    with httpx.Client(base_url=server.url) as http:
        exchange = Exchange(http)
        assert exchange.send("GET", "/x", 5.0).body == b"{}"
        began = time.monotonic()
        with pytest.raises(AnswerLost):
            exchange.send("GET", "/x", 0.4)
    assert time.monotonic() - began < 1.5
    assert server.connections == 1


def test_after_a_cut_the_next_exchange_works(serving: Callable[[Serve], Server]) -> None:
    calls: list[int] = []

    def serve(connection: socket.socket) -> None:
        calls.append(1)
        if len(calls) == 1:
            trickle(OK + b"Content-Length: 9999\r\n\r\n")(connection)
        request_of(connection)
        connection.sendall(OK + b"Content-Length: 2\r\n\r\n{}")

    with httpx.Client(base_url=serving(serve).url) as http:
        exchange = Exchange(http)
        with pytest.raises(AnswerLost):
            exchange.send("GET", "/x", 0.3)
        assert exchange.send("GET", "/x", 5.0).body == b"{}"


def test_a_small_answer_that_unpacks_to_gigabytes_is_refused_in_little_memory(
    serving: Callable[[Serve], Server],
) -> None:
    bomb = gzip.compress(bytes(LARGEST_ANSWER + (64 << 20)), 9)
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)

    def serve(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(head + bomb)

    with httpx.Client(base_url=serving(serve).url) as http:
        tracemalloc.start()
        try:
            with pytest.raises(MalformedResponse, match="larger than 128 MB"):
                Exchange(http).send("GET", "/x", 60.0)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert most < 3 * LARGEST_ANSWER


def test_a_broken_encoding_is_a_malformed_response(serving: Callable[[Serve], Server]) -> None:
    def serve(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")

    with httpx.Client(base_url=serving(serve).url) as http, pytest.raises(MalformedResponse):
        Exchange(http).send("GET", "/x", 5.0)


def test_no_server_is_unreachable() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    with httpx.Client(base_url=url) as http, pytest.raises(Unreachable):
        Exchange(http).send("GET", "/x", 5.0)


def test_a_tls_handshake_that_never_ends_is_given_up(serving: Callable[[Serve], Server]) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        time.sleep(5)

    url = serving(serve).url.replace("http://", "https://")
    context = ssl.create_default_context()
    with httpx.Client(base_url=url, verify=context) as http:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            Exchange(http).send("GET", "/x", 0.4)
    assert time.monotonic() - began < 1.5


def answering(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/lost":
        raise httpx.ReadError("broken")
    return httpx.Response(201, content=b"x" * 1234)


def broken(_: str) -> None:
    raise OSError("no space left on device")


def test_debugging_shows_each_request_without_its_query_and_bodies() -> None:
    moments = iter([0.0, 0.25, 10.0, 11.0])
    said: list[str] = []
    transport = httpx.MockTransport(answering)
    with httpx.Client(base_url="http://x.test", transport=transport) as http:
        exchange = Exchange(http, said.append, lambda: next(moments))
        exchange.send("POST", "/models?token=secret", 5.0, json={"token": "secret"})
        with pytest.raises(AnswerLost):
            exchange.send("GET", "/lost", 5.0, params={"token": "secret"})
    assert said == ["POST /models: 201, 1,234 bytes, 0.25 s", "GET /lost: no answer, 1.00 s"]


def test_an_answer_is_kept_if_its_debug_line_cannot_be_written() -> None:
    transport = httpx.MockTransport(answering)
    with httpx.Client(base_url="http://x.test", transport=transport) as http:
        assert Exchange(http, broken).send("POST", "/models", 5.0).status == 201
