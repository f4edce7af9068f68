"""A total time limit for one HTTP exchange.

httpx limits each step of an exchange: a server that sends a byte now and then holds it for ever.
Here a timer closes the connection when the time is up, which ends whatever the exchange waits for.
The connection is known from httpcore's `trace` extension, when it is made; it is remembered for the
next exchange, which may use it again.
"""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Lock, Timer
from typing import Any

_CONNECTED = ("connect_tcp.complete", "start_tls.complete")  # ends of httpcore's event names


class Watchdog:
    """Closes the connection of an exchange that takes too long; one exchange at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self._timer: Timer | None = None
        self._ends_at = 0.0
        self.expired = False  # whether the last exchange was cut off

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Note the connection; this is what the request's extension `trace` calls."""
        if event.endswith(_CONNECTED):
            self._socket = info["return_value"].get_extra_info("socket")
            self._arm()

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Cut off the block's exchange after so many seconds."""
        self.expired, self._ends_at = False, time.monotonic() + seconds
        self._arm()
        try:
            yield
        finally:
            self._disarm()

    def _arm(self) -> None:
        """Start the timer, once there is a connection to close."""
        self._disarm()
        if self._socket is not None:
            self._timer = Timer(max(0.0, self._ends_at - time.monotonic()), self._expire)
            self._timer.daemon = True
            self._timer.start()

    def _disarm(self) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _expire(self) -> None:
        with self._lock:
            if self._timer is None or self._socket is None:
                return
            self.expired = True
            with suppress(OSError):  # it is closed already
                # Not SSLSocket's own method, which takes the TLS state away from its reader.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
