"""What lies between the action and the service: it drops, delays, duplicates, resets, corrupts.

A start is never delivered twice: a proxy must not repeat what is not idempotent (RFC 9110, 9.2.2),
and against one that does no client of this API could defend itself.
"""

import random

import httpx

from simulated.life import Life
from simulated.state import By, Service

_FAULTS = (
    "refused",
    "request lost",
    "answer lost",
    "reset before",
    "reset after",
    "late",
    "gateway before",
    "gateway after",
    "corrupt",
    "odd",
    "twice",
    "slow",
    "throttled",
)
_ODD = (b"null", b"[]", b"{}", b'"ok"', b"<html>Just a moment</html>", b"")


class Network(httpx.BaseTransport):
    """One process's way to the service; `rate` is the share of requests that meet a fault."""

    def __init__(
        self, service: Service, life: Life, by: By, chance: random.Random, rate: float
    ) -> None:
        self._service = service
        self._life = life
        self._by = by
        self._chance = chance
        self._rate = rate
        self.told: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self._life.moment()
        fault = ""
        if self._chance.random() < self._rate:
            fault = self._chance.choice(_FAULTS)
        began = self._life.now()
        try:
            answer = self._exchange(request, fault)
        except httpx.HTTPError as error:
            self._tell(began, request, fault, type(error).__name__)
            raise
        self._tell(began, request, fault, str(answer.status_code))
        self._life.moment()
        return answer

    def _exchange(self, request: httpx.Request, fault: str) -> httpx.Response:
        self._travel()
        if self._service.down(self._life.now()):
            return self._outage(request)
        on_the_way = {
            "refused": self._refused,
            "request lost": self._request_lost,
            "answer lost": self._answer_lost,
            "reset before": self._reset,
            "gateway before": self._gateway,
            "late": self._late,
            "slow": self._slow,
            "throttled": self._throttled,
        }
        if fault in on_the_way:
            return on_the_way[fault](request)
        if fault == "twice" and not request.url.path.endswith("/trainings"):
            self._arrive(request)
        answer = self._arrive(request)
        self._life.moment()
        self._travel()
        if fault == "reset after":
            return self._reset(request)
        if fault == "gateway after":
            return self._gateway(request)
        return self._spoiled(answer, fault)

    def _spoiled(self, answer: httpx.Response, fault: str) -> httpx.Response:
        if fault == "corrupt":
            half = answer.content[: len(answer.content) // 2]
            return httpx.Response(answer.status_code, content=half)
        if fault == "odd":
            return httpx.Response(answer.status_code, content=self._chance.choice(_ODD))
        return answer

    def _reset(self, _request: httpx.Request) -> httpx.Response:
        error = self._chance.choice([httpx.ReadError, httpx.RemoteProtocolError])
        raise error("Connection reset by peer")

    def _refused(self, _request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused")

    def _request_lost(self, request: httpx.Request) -> httpx.Response:
        self._time_out(request)
        raise httpx.ReadTimeout("The read operation timed out")

    def _answer_lost(self, request: httpx.Request) -> httpx.Response:
        self._arrive(request)
        return self._request_lost(request)

    def _late(self, request: httpx.Request) -> httpx.Response:
        delay = self._chance.uniform(0.1, 8)
        self._service.late(self._life.now() + delay, request, self._by)
        raise httpx.ReadError("Connection reset by peer")

    def _slow(self, request: httpx.Request) -> httpx.Response:
        answer = self._arrive(request)
        seconds = self._chance.uniform(1, 90)
        if seconds > self._retry(request):
            return self._request_lost(request)
        self._life.sleep(seconds)
        return answer

    def _throttled(self, _request: httpx.Request) -> httpx.Response:
        return self._chance.choice(
            [
                httpx.Response(429, json={"detail": "slow down", "retry_after": 3}),
                httpx.Response(429, headers={"retry-after": "7"}, json={"detail": "slow down"}),
                httpx.Response(
                    429,
                    json={"detail": "Request was throttled. Your rate limit resets in ~30s."},
                ),
            ]
        )

    def _outage(self, request: httpx.Request) -> httpx.Response:
        if self._chance.random() < 0.5:
            return self._refused(request)
        return self._gateway(request)

    def _gateway(self, _request: httpx.Request) -> httpx.Response:
        status = self._chance.choice([500, 502, 503, 504])
        return httpx.Response(status, html="<h1>Bad gateway</h1>")

    def _arrive(self, request: httpx.Request) -> httpx.Response:
        return self._service.handle(request, self._life.now(), self._by)

    def _travel(self) -> None:
        self._life.sleep(self._chance.uniform(0.01, 0.2))

    def _time_out(self, request: httpx.Request) -> None:
        self._life.sleep(self._retry(request))

    @staticmethod
    def _retry(request: httpx.Request) -> float:
        return float(request.extensions["timeout"]["read"])

    def _tell(self, began: float, request: httpx.Request, fault: str, came: str) -> None:
        path = request.url.path.removeprefix("/v1")
        self.told.append(f"{began:9.2f}  {request.method} {path} -> {came}  {fault}".rstrip())
