"""What lies between the action and the service: it drops, delays, duplicates, resets, corrupts.

A start is never delivered twice: a proxy must not repeat what is not idempotent (RFC 9110, 9.2.2),
and against one that does no client of this API could defend itself.
"""

import json
import random
from dataclasses import dataclass

import httpx

from support.simulated.life import Life
from support.simulated.state import By, Service

_FAULTS = (
    "refused",
    "request lost",
    "answer lost",
    "reset before",
    "reset after",
    "late",
    "gateway before",
    "gateway after",
    "gateway timeout",
    "refusal",
    "corrupt",
    "odd",
    "twice",
    "slow",
    "throttled",
)
_GATEWAY = (500, 501, 502, 503, 504, 507, *range(520, 528), 529, 530)
_REFUSALS = (302, 307, 400, 401, 403, 404, 409, 410, 418, 451)
_GIVES_UP = 100.0  # seconds after which a gateway answers 524 for a service that works on
_LATEST = 120.0  # seconds until a request arrives whose connection broke
_OF_STARTS = (*_FAULTS, *("late",) * 4, "answer lost", "gateway after", "gateway timeout")
_ODD = (b"null", b"[]", b"{}", b'"ok"', b"<html>Just a moment</html>", b"")


@dataclass(frozen=True)
class Sent:
    """One request as the client saw it; `answered` is whether a whole success came back."""

    began: float
    ended: float
    asked: str
    came: str
    fault: str
    answered: bool

    def __str__(self) -> str:
        return f"{self.began:9.2f}  {self.asked} -> {self.came}  {self.fault}".rstrip()


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
        self.sent: list[Sent] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self._life.moment()
        fault = ""
        if self._chance.random() < self._rate * _weight(request):
            fault = self._chance.choice(_OF_STARTS if _starts(request) else _FAULTS)
        began, came, answered = self._life.now(), "interrupted", False
        request.extensions = {**request.extensions, "sent": began}
        try:
            answer = self._exchange(request, fault)
            came = str(answer.status_code)
            answered = answer.is_success and fault not in {"corrupt", "odd"}
        except httpx.HTTPError as error:
            came = type(error).__name__
            raise
        finally:
            path = request.url.path.removeprefix("/v1")
            asked = f"{request.method} {path}"
            self.sent.append(Sent(began, self._life.now(), asked, came, fault, answered))
        self._life.moment()
        if answered and _starts(request):
            self._service.confirmed[json.loads(answer.content)["id"]] = self._life.now()
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
            "gateway timeout": self._gateway_timeout,
            "late": self._late,
            "slow": self._slow,
            "throttled": self._throttled,
        }
        if fault in on_the_way:
            return on_the_way[fault](request)
        if fault == "refusal" and not _starts(request):
            return self._refusal(request)
        if fault == "twice" and not _starts(request):
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
        delay = self._chance.choice(
            [self._chance.uniform(0.1, 8), self._chance.uniform(8, _LATEST)]
        )
        self._service.late(self._life.now() + delay, request, self._by)
        raise httpx.ReadError("Connection reset by peer")

    def _slow(self, request: httpx.Request) -> httpx.Response:
        answer = self._arrive(request)
        seconds = self._chance.uniform(1, 90)
        if seconds > self._patience(request):
            return self._request_lost(request)
        self._life.sleep(seconds)
        return answer

    def _throttled(self, _request: httpx.Request) -> httpx.Response:
        return self._chance.choice(
            [
                httpx.Response(408, html="<h1>Request timeout</h1>"),
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
        return httpx.Response(self._chance.choice(_GATEWAY), html="<h1>Bad gateway</h1>")

    def _gateway_timeout(self, request: httpx.Request) -> httpx.Response:
        """Let the request have its effect, and answer 524 to whoever still waits by then."""
        self._arrive(request)
        if self._patience(request) < _GIVES_UP:
            return self._request_lost(request)
        self._life.sleep(_GIVES_UP)
        return httpx.Response(524, html="<h1>A timeout occurred</h1>")

    def _refusal(self, _request: httpx.Request) -> httpx.Response:
        """Answer once as if the request could never work; the next one does."""
        status = self._chance.choice(_REFUSALS)
        if status in {302, 307}:
            return httpx.Response(status, headers={"location": "https://example.com/login"})
        return httpx.Response(status, json={"status": status, "detail": "Attention required"})

    def _arrive(self, request: httpx.Request) -> httpx.Response:
        return self._service.handle(request, self._life.now(), self._by)

    def _travel(self) -> None:
        self._life.sleep(self._chance.uniform(0.01, 0.2))

    def _time_out(self, request: httpx.Request) -> None:
        self._life.sleep(self._patience(request))

    @staticmethod
    def _patience(request: httpx.Request) -> float:
        return float(request.extensions["timeout"]["read"])


def _weight(request: httpx.Request) -> float:
    """Return how much more often than others a request meets a fault: few of many are a POST."""
    return 2.0 if request.method == "POST" else 1.0


def _starts(request: httpx.Request) -> bool:
    return request.method == "POST" and request.url.path.endswith("/trainings")
