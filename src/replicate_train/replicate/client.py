"""Replicate's HTTP API over httpx: one method an endpoint, shapes out, errors raised.

What can be repeated without harm is (`Patience`); what cannot, the creation of a model and the
start of a training, is sent once, and its caller decides. An answer that says that the allowance is
used up delays the next request.

URLs are built from ids against the base URL; the `urls` and `next` links in answers lead
elsewhere (recorded traffic) and are not followed, so the token stays at one origin.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import quote

import httpx

from replicate_train import __version__
from replicate_train.replicate.answers import decode, shaped
from replicate_train.replicate.errors import AnswerLost, Garbled, ReplicateError, Unreachable
from replicate_train.replicate.limits import pause
from replicate_train.replicate.patience import Patience, Value
from replicate_train.replicate.shapes import Account, File, Hardware, Model, Training, Version

_TIMEOUT = httpx.Timeout(60.0, connect=15.0)  # seconds
_PAGES = 10  # of a list, 100 entries each: what lies behind them is not looked at
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def connect(api_url: str, token: str, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Return an HTTP client for one server, with the token; the caller closes it."""
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
class Allowance:
    """When the account may send its next request, on the patience's clock."""

    back_at: float = 0.0


class Replicate:
    """The API's endpoints. Every method may raise a `ReplicateError`."""

    def __init__(
        self, http: httpx.Client, patience: Patience, allowance: "Allowance | None" = None
    ) -> None:
        self._http = http
        self._patience = patience
        self._allowance = allowance or Allowance()

    def patiently(self, budget: float) -> "Replicate":
        """Return the same API, repeating what can be repeated for up to `budget` seconds."""
        return Replicate(self._http, self._patience.lasting(budget), self._allowance)

    def repeat(self, ask: Callable[[], Value], when: Callable[[ReplicateError], bool]) -> Value:
        """Return what `ask` returns, asking again after the errors that `when` names."""
        return self._patience.repeat(ask, when)

    def account(self) -> Account:
        """Return the token's account."""
        return shaped("GET /account", Account, self._ask("GET", "/account"))

    def hardware(self) -> list[Hardware]:
        """Return the hardware that models can run on."""
        listed = self._ask("GET", "/hardware")
        if not isinstance(listed, list):
            raise Garbled("GET /hardware was answered with something that is no list")
        return [shaped("GET /hardware", Hardware, entry) for entry in listed]

    def model(self, owner: str, name: str) -> Model:
        """Return a model. Raises `NotFound`, also for what the account may not see."""
        path = _path("models", owner, name)
        return shaped(f"GET {path}", Model, self._ask("GET", path))

    def create_model(self, fields: Mapping[str, str]) -> Model:
        """Create a model from the document's fields. Sent once."""
        return shaped("POST /models", Model, self._once("POST", "/models", json=dict(fields)))

    def update_model(self, owner: str, name: str, fields: Mapping[str, str]) -> Model:
        """Change what the API lets change: description, readme and the links."""
        path = _path("models", owner, name)
        return shaped(f"PATCH {path}", Model, self._ask("PATCH", path, json=dict(fields)))

    def version(self, owner: str, name: str, version_id: str) -> Version:
        """Return one version of a model."""
        path = _path("models", owner, name, "versions", version_id)
        return shaped(f"GET {path}", Version, self._ask("GET", path))

    def newest_versions(self, owner: str, name: str) -> list[Version]:
        """Return a model's newest versions, newest first: the first page of the list."""
        path = _path("models", owner, name, "versions")
        page = self._ask("GET", path)
        results = page.get("results") if isinstance(page, dict) else page
        if not isinstance(results, list):
            raise Garbled(f"GET {path} was answered with something that is no list")
        return [shaped(f"GET {path}", Version, entry) for entry in results]

    def upload(
        self, name: str, content: BinaryIO, media_type: str, metadata: Mapping[str, str]
    ) -> File:
        """Upload a file; it is streamed from where `content` stands."""
        start = content.tell()

        def ask() -> Any:  # noqa: ANN401 - JSON
            content.seek(start)
            files: dict[str, Any] = {"content": (name, content, media_type)}
            files["metadata"] = (None, json.dumps(dict(metadata)), "application/json")
            return self._once("POST", "/files", files=files)

        return shaped("POST /files", File, self._patience.repeat(ask))

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
        return shaped(f"POST {path}", Training, self._once("POST", path, json=body))

    def training(self, training_id: str) -> Training:
        """Return a training as it stands, with its whole log so far."""
        path = _path("trainings", training_id)
        return shaped(f"GET {path}", Training, self._ask("GET", path))

    def trainings(self) -> Iterator[Training]:
        """Yield the account's trainings, newest first; a page is asked for when it is reached."""
        query: dict[str, str] = {}
        for _ in range(_PAGES):
            page = self._ask("GET", "/trainings", params=query)
            results = page.get("results") if isinstance(page, dict) else None
            if not isinstance(results, list):
                raise Garbled("GET /trainings was answered with something that is no list")
            yield from [shaped("GET /trainings", Training, entry) for entry in results]
            query = _next_page(page.get("next"))
            if not query:
                return

    def file(self, file_id: str) -> File:
        """Return what is known of an uploaded file. Raises `NotFound` for one that expired."""
        path = _path("files", file_id)
        return shaped(f"GET {path}", File, self._ask("GET", path))

    def cancel_training(self, training_id: str, seconds: float) -> Training:
        """Cancel a training, waiting at most `seconds` for each step of the exchange."""
        path = _path("trainings", training_id, "cancel")
        return shaped(f"POST {path}", Training, self._ask("POST", path, timeout=seconds))

    def _ask(self, method: str, path: str, **arguments: Any) -> Any:  # noqa: ANN401 - JSON
        return self._patience.repeat(lambda: self._once(method, path, **arguments))

    def _once(self, method: str, path: str, **arguments: Any) -> Any:  # noqa: ANN401 - JSON
        request = f"{method} {path}"
        clock = self._patience.clock
        if (wait := self._allowance.back_at - clock.now()) > 0 and "timeout" not in arguments:
            clock.sleep(wait)
        try:
            answer = self._http.request(method, path, **arguments)
        except _NEVER_SENT as error:
            raise Unreachable(
                f"{request} could not be sent to {self._http.base_url.host}: {_reason(error)}",
                why="There is no connection, so nothing was changed.",
                mend="Check api-url, the runner's network and its proxy settings.",
            ) from error
        except httpx.DecodingError as error:
            raise Garbled(f"{request} was answered with a broken encoding: {error}") from error
        except httpx.HTTPError as error:
            raise AnswerLost(
                f"{request} was sent to {self._http.base_url.host} and not answered: "
                f"{_reason(error)}",
                why="The connection broke or took too long; the request may have had its effect.",
                mend="See https://www.replicatestatus.com, and run the job again later.",
            ) from error
        self._allowance.back_at = clock.now() + pause(answer.headers)
        return decode(request, answer.status_code, answer.headers, answer.content)


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
