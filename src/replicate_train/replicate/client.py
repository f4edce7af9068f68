"""Replicate's HTTP API over httpx: one method an endpoint, shapes out, errors raised.

What can be repeated without harm is (`RetryPolicy`); what cannot, the creation of a model and the
start of a training, is sent once, and its caller decides. An answer that says that the allowance is
used up delays the next request.

URLs are built from ids against the base URL; the `urls` and `next` links in answers lead
elsewhere (recorded traffic) and are not followed, so the token stays at one origin.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from replicate_train import __version__
from replicate_train.net.proxies import ProxyTransport
from replicate_train.net.tls import trusted
from replicate_train.replicate.errors import (
    AnswerLost,
    MalformedResponse,
    Refused,
    ReplicateError,
    Unreachable,
)
from replicate_train.replicate.multipart import Upload
from replicate_train.replicate.rate_limit import moment, pause, remaining
from replicate_train.replicate.responses import Shape, decode, shaped
from replicate_train.replicate.retry import RetryPolicy, Value
from replicate_train.replicate.schemas import (
    Account,
    File,
    FilePage,
    Hardware,
    HardwareList,
    Model,
    Page,
    Training,
    Version,
)

_TIMEOUT = httpx.Timeout(60.0, connect=15.0)  # seconds
_PAGES = 10  # of a list, 100 entries each: what lies behind them is not looked at
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def connect(api_url: str, token: str, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Return an HTTP client for one server, with the token; the caller closes it.

    Raises `InputError` where the job's environment names certificates that cannot be read, or a
    proxy that cannot be used.
    """
    if transport is None:
        transport = ProxyTransport(trusted())
        transport.check(api_url)
    return httpx.Client(
        base_url=api_url,
        headers={
            "Authorization": f"Bearer {token}",
            "User-Agent": f"replicate-train-action/{__version__}",
        },
        timeout=_TIMEOUT,
        follow_redirects=False,
        transport=transport,
    )


@dataclass
class RateLimitState:
    """What the answers said besides their values; moments are those of the retry policy's clock.

    `back_at` is when the account may send its next request, `remaining` how many it may send at
    once. `epoch` is the service's own time at
    moment 0, at the earliest: an answer's date is older the longer the answer was on its way.
    """

    back_at: float = 0.0
    remaining: float = math.inf
    epoch: datetime | None = None


class Replicate:
    """The API's endpoints. Every method may raise a `ReplicateError`."""

    def __init__(
        self, http: httpx.Client, retry: RetryPolicy, rate_limit: "RateLimitState | None" = None
    ) -> None:
        self._http = http
        self._retry = retry
        self._rate_limit = rate_limit or RateLimitState()

    def patiently(self, budget: float) -> "Replicate":
        """Return the same API, repeating what can be repeated for up to `budget` seconds."""
        return Replicate(self._http, self._retry.lasting(budget), self._rate_limit)

    def repeat(self, ask: Callable[[], Value], when: Callable[[ReplicateError], bool]) -> Value:
        """Return what `ask` returns, asking again after the errors that `when` names."""
        return self._retry.repeat(ask, when)

    def account(self) -> Account:
        """Return the token's account."""
        return self._ask(Account, "GET", "/account")

    def hardware(self) -> list[Hardware]:
        """Return the hardware that models can run on."""
        return [one for one in self._ask(HardwareList, "GET", "/hardware").root if one.sku]

    def model(self, owner: str, name: str) -> Model:
        """Return a model. Raises `NotFound`, also for what the account may not see."""
        return self._ask(Model, "GET", _path("models", owner, name))

    def create_model(self, fields: Mapping[str, str]) -> Model:
        """Create a model from the document's fields. Sent once."""
        return self._once(Model, "POST", "/models", json=dict(fields))

    def update_model(self, owner: str, name: str, fields: Mapping[str, str]) -> Model:
        """Change what the API lets change: description, readme and the links."""
        return self._ask(Model, "PATCH", _path("models", owner, name), json=dict(fields))

    def version(self, owner: str, name: str, version_id: str) -> Version:
        """Return one version of a model."""
        return self._ask(Version, "GET", _path("models", owner, name, "versions", version_id))

    def newest_versions(self, owner: str, name: str) -> list[Version]:
        """Return a model's newest versions, newest first: the first page of the list."""
        path = _path("models", owner, name, "versions")
        return self._ask(Page[Version], "GET", path).results

    def upload(self, upload: Upload) -> File:
        """Upload a file; where that is interrupted, it is sent again from its start."""

        def ask() -> File:
            with closing(upload.body()) as body:
                return self._once(File, "POST", "/files", content=body, headers=upload.headers)

        return self._retry.repeat(ask)

    def files(self) -> list[File]:
        """Return what is known of the newest uploaded files, newest first: a page of the list."""
        return self._ask(FilePage, "GET", "/files").results

    def start_training(
        self,
        trainer: tuple[str, str, str],
        destination: str,
        inputs: Mapping[str, Any],
        webhook: str = "",
        webhook_events: Sequence[str] = (),
    ) -> Training:
        """Start a training of (owner, name, version id). Sent once: each call may be paid."""
        owner, name, version_id = trainer
        path = _path("models", owner, name, "versions", version_id, "trainings")
        body: dict[str, Any] = {"destination": destination, "input": dict(inputs)}
        if webhook:
            body["webhook"] = webhook
        if webhook_events:
            body["webhook_events_filter"] = list(webhook_events)
        return self._once(Training, "POST", path, json=body)

    def training(self, training_id: str, seconds: float | None = None) -> Training:
        """Return a training as it stands, with its whole log so far.

        `seconds` is the most for each step of the exchange, for whoever is in a hurry.
        """
        hurry = {} if seconds is None else {"timeout": seconds}
        return self._ask(Training, "GET", _path("trainings", training_id), **hurry)

    def trainings(self) -> Iterator[Training]:
        """Yield the account's trainings, newest first; a page is asked for when it is reached."""
        query: dict[str, str] = {}
        for _ in range(_PAGES):
            page = self._ask(Page[Training], "GET", "/trainings", params=query)
            yield from page.results
            query = _next_page(page.next)
            if not query:
                return

    def file(self, file_id: str) -> File:
        """Return what is known of an uploaded file. Raises `NotFound` for one that expired."""
        return self._ask(File, "GET", _path("files", file_id))

    def cancel_training(self, training_id: str, seconds: float) -> Training:
        """Cancel a training, waiting at most `seconds` for each step of the exchange."""
        path = _path("trainings", training_id, "cancel")
        return self._ask(Training, "POST", path, timeout=seconds)

    @property
    def remaining(self) -> float:
        """How many requests the account may send at once, as its last answer told."""
        return self._rate_limit.remaining

    def wait_for_allowance(self) -> None:
        """Return when the account may send a request, as far as its last answer told."""
        if (wait := self._rate_limit.back_at - self._retry.clock.now()) > 0:
            self._retry.clock.sleep(wait)

    def service_time(self) -> str:
        """Return the service's own time, at the earliest, as ISO 8601; empty if never heard."""
        if self._rate_limit.epoch is None:
            return ""
        now = timedelta(seconds=self._retry.clock.now())
        return (self._rate_limit.epoch + now).isoformat()

    def _hear(self, headers: Mapping[str, str]) -> None:
        now = self._retry.clock.now()
        self._rate_limit.back_at = now + pause(headers)
        self._rate_limit.remaining = remaining(headers)
        if date := moment(headers.get("date", "")):
            epoch = date - timedelta(seconds=now)
            self._rate_limit.epoch = max(epoch, self._rate_limit.epoch or epoch)

    def _ask(self, shape: type[Shape], method: str, path: str, **arguments: Any) -> Shape:  # noqa: ANN401 - httpx's
        """Ask for a shape, and again where an answer fails or has not that shape."""
        return self._retry.repeat(lambda: self._once(shape, method, path, **arguments))

    def _once(self, shape: type[Shape], method: str, path: str, **arguments: Any) -> Shape:  # noqa: ANN401 - likewise
        request = f"{method} {path}"
        if "timeout" not in arguments:  # what is in a hurry does not wait
            self.wait_for_allowance()
        try:
            answer = self._http.request(method, path, **arguments)
        except _NEVER_SENT as error:
            raise Unreachable(
                f"{request} could not be sent to {self._http.base_url.host}: {_reason(error)}",
                why="There is no connection, so nothing was changed.",
                fix="Check api-url, the runner's network and its proxy settings.",
            ) from error
        except httpx.DecodingError as error:
            raise MalformedResponse(
                f"{request} was answered with a broken encoding: {error}"
            ) from error
        except httpx.HTTPError as error:
            raise AnswerLost(
                f"{request} was sent to {self._http.base_url.host} and not answered: "
                f"{_reason(error)}",
                why="The connection broke or took too long; the request may have had its effect.",
                fix="See https://www.replicatestatus.com, and run the job again later.",
            ) from error
        self._hear(answer.headers)
        try:
            value = decode(request, answer.status_code, answer.headers, answer.content)
        except Refused as error:
            now = self._retry.clock.now()
            self._rate_limit.back_at = max(
                self._rate_limit.back_at, now + (error.retry_after or 0.0)
            )
            raise
        return shaped(request, shape, value)


def _next_page(link: object) -> dict[str, str]:
    """Return what to ask for the next page: the link's query, not its address."""
    try:
        return dict(httpx.URL(link).params) if isinstance(link, str) else {}
    except httpx.InvalidURL:
        return {}


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _reason(error: httpx.HTTPError) -> str:
    return str(error) or type(error).__name__
