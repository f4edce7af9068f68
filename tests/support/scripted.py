"""A Replicate that answers from a script, and a clock that is moved by hand.

Each answer is used once, in order, by method and path. An answer given with `always` stays. What is
requested without an answer, and what is left over at the end, is noted in `breaches`, which
`Steps.run` holds against the test: an error raised here would only be one more failure of the step.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

URL = "http://127.0.0.1:9/v1"
TOKEN = "r8_secret_of_the_flow_tests"
ACCOUNT = {"type": "user", "username": "you"}
VERSION = "c" * 64
NEW_VERSION = "d" * 64
SCHEMA = {
    "components": {
        "schemas": {
            "TrainingInput": {
                "type": "object",
                "required": ["train_data"],
                "properties": {
                    "train_data": {"type": "string", "format": "uri"},
                    "steps": {"type": "integer"},
                    "hf_token": {"type": "string", "format": "password", "x-cog-secret": True},
                },
            }
        }
    }
}

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class HandClock:
    """Seconds that pass only when somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.naps: list[float] = []

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.seconds += seconds


@dataclass
class Script(httpx.BaseTransport):
    """The answers, and what was asked. Whose the token is, is always answered."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    staying: dict[str, Answer] = field(default_factory=lambda: {"GET /account": ok(ACCOUNT)})

    def on(self, request: str, *answers: Answer) -> "Script":
        """Answer `METHOD /path` with these, one after the other."""
        self.answers.setdefault(request, []).extend(answers)
        return self

    def always(self, request: str, answer: Answer) -> "Script":
        """Answer `METHOD /path` with this, however often it is asked."""
        self.staying[request] = answer
        return self

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        key = f"{request.method} {request.url.path.removeprefix('/v1')}"
        waiting = self.answers.get(key)
        if not waiting and key not in self.staying:
            self.unexpected.append(key)
            raise AssertionError(f"unexpected request: {key}")
        answer = waiting.pop(0) if waiting else self.staying[key]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    @property
    def requests(self) -> list[str]:
        return [f"{one.method} {one.url.path.removeprefix('/v1')}" for one in self.asked]

    @property
    def left_over(self) -> dict[str, list[Answer]]:
        return {request: answers for request, answers in self.answers.items() if answers}

    @property
    def breaches(self) -> list[str]:
        """Return a line for each request without an answer, and for each answer left over."""
        left = [f"left over: {request} ({len(it)})" for request, it in self.left_over.items()]
        return [f"unexpected: {request}" for request in self.unexpected] + left

    def body(self, request: str) -> dict[str, Any]:
        """Return the JSON body of the only request of that kind."""
        (found,) = [
            one for one, name in zip(self.asked, self.requests, strict=True) if name == request
        ]
        return dict(json.loads(found.content))


def ok(value: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=value)


def problem(status: int, **body: object) -> httpx.Response:
    return httpx.Response(
        status,
        json={"status": status, **body},
        headers={"content-type": "application/problem+json"},
    )


def model(owner: str = "you", name: str = "m", latest: str = "", **more: object) -> dict[str, Any]:
    version = {"id": latest, "created_at": "2026-01-01T00:00:00Z", "openapi_schema": SCHEMA}
    return {
        "owner": owner,
        "name": name,
        "url": f"https://replicate.com/{owner}/{name}",
        "visibility": "private",
        "latest_version": version if latest else None,
        **more,
    }


def training(status: str, logs: str | None = None, **more: object) -> dict[str, Any]:
    return {
        "id": "tr1",
        "status": status,
        "created_at": "2026-11-01T10:00:00.123456789Z",
        "logs": logs,
        "urls": {"get": "https://api.replicate.com/v1/predictions/tr1"},
        **more,
    }
