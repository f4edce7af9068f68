"""Replicate's HTTP API over httpx: one method an endpoint, shapes out, errors raised.

What can be repeated without harm is (`RetryPolicy`); what cannot, the creation of a model and the
start of a training, is sent once, and its caller decides. An answer that says that the allowance is
used up delays the next request.

URLs are built from ids against the base URL; the `urls` and `next` links in answers lead
elsewhere (recorded traffic) and are not followed, so the token stays at one origin.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO
from urllib.parse import quote

import httpx

from replicate_train import __version__
from replicate_train.net.proxies import ProxyTransport
from replicate_train.net.tls import tls_context
from replicate_train.replicate.paging import entries
from replicate_train.replicate.schemas import (
    Account,
    File,
    FilePage,
    Hardware,
    HardwareList,
    Model,
    Nothing,
    Page,
    Training,
    Version,
)
from replicate_train.replicate.session import SECONDS, Session

_START_SECONDS = 120.0  # seconds for the exchange of a start: the front-end answers 524 after 100 s
_SLOWEST_UPLOAD = 100_000  # bytes per second that are waited for
_KEEP_ALIVE = 120.0  # seconds that a connection is kept, so that a cancel finds one
_MOST_PAGES = 100  # of a model's versions


def connect(api_url: str, token: str, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Return an HTTP client for one server, with the token; the caller closes it.

    Raises `InputError` where the job's environment names certificates that cannot be read, or a
    proxy that cannot be used.
    """
    if transport is None:
        transport = ProxyTransport(tls_context)
        transport.check(api_url)
    return httpx.Client(
        base_url=api_url,
        headers={
            "Authorization": f"Bearer {token}",
            "User-Agent": f"replicate-train-action/{__version__}",
        },
        follow_redirects=False,
        limits=httpx.Limits(max_keepalive_connections=1, keepalive_expiry=_KEEP_ALIVE),
        transport=transport,
    )


class Replicate:
    """The API's endpoints. Every method may raise a `ReplicateError`."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def patiently(self, budget: float) -> "Replicate":
        """Return the same API, repeating what can be repeated for up to `budget` seconds."""
        return Replicate(self.session.lasting(budget))

    def account(self) -> Account:
        """Return the token's account."""
        return self.session.ask(Account, "GET", "/account")

    def hardware(self) -> list[Hardware]:
        """Return the hardware that models can run on."""
        return [one for one in self.session.ask(HardwareList, "GET", "/hardware").root if one.sku]

    def model(self, owner: str, name: str) -> Model:
        """Return a model. Raises `NotFound`, also for what the account may not see."""
        return self.session.ask(Model, "GET", _path("models", owner, name))

    def create_model(self, fields: Mapping[str, str]) -> Model:
        """Create a model from the document's fields. Sent once."""
        return self.session.once(Model, "POST", "/models", json=dict(fields))

    def update_model(self, owner: str, name: str, fields: Mapping[str, str]) -> Model:
        """Change what the API lets change: description, readme and the links."""
        return self.session.ask(Model, "PATCH", _path("models", owner, name), json=dict(fields))

    def version(self, owner: str, name: str, version_id: str) -> Version:
        """Return one version of a model."""
        return self.session.ask(
            Version, "GET", _path("models", owner, name, "versions", version_id)
        )

    def newest_versions(self, owner: str, name: str) -> list[Version]:
        """Return a model's newest versions, newest first: the first page of the list."""
        path = _path("models", owner, name, "versions")
        return self.session.ask(Page[Version], "GET", path).results

    def versions(self, owner: str, name: str) -> Iterator[Version]:
        """Yield all versions of a model, newest first; a page is asked for when it is reached."""
        path = _path("models", owner, name, "versions")
        yield from entries(self.session, Page[Version], path, _MOST_PAGES)

    def delete_version(self, owner: str, name: str, version_id: str) -> None:
        """Ask for the deletion of a version; Replicate accepts it, and deletes minutes later.

        Raises `Refused`, and `NotFound` for one that is already deleted.
        """
        path = _path("models", owner, name, "versions", version_id)
        self.session.ask(Nothing, "DELETE", path)

    def upload(
        self,
        name: str,
        media_type: str,
        size: int,
        opened: Callable[[], BinaryIO],
        metadata: Mapping[str, str],
    ) -> File:
        """Upload a file of `size` bytes, which `opened` opens for each try.

        If a try is interrupted, the whole file is sent again.
        """
        seconds = SECONDS + size / _SLOWEST_UPLOAD

        def ask(_left: float) -> File:
            with opened() as content:
                parts = [
                    ("metadata", (None, json.dumps(dict(metadata)).encode(), "application/json")),
                    ("content", (name, content, media_type)),
                ]
                return self.session.once(File, "POST", "/files", seconds, files=parts)

        return self.session.retry.repeat(ask)

    def files(self) -> list[File]:
        """Return what is known of the newest uploaded files, newest first: a page of the list."""
        return self.session.ask(FilePage, "GET", "/files").results

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
        return self.session.once(Training, "POST", path, _START_SECONDS, json=body)

    def training(self, training_id: str) -> Training:
        """Return a training as it stands, with its whole log so far."""
        return self.session.ask(Training, "GET", _path("trainings", training_id))

    def poll_training(self, training_id: str, seconds: float) -> Training:
        """Return likewise, asking once, at once, and for at most `seconds`."""
        path = _path("trainings", training_id)
        return self.session.once(Training, "GET", path, min(SECONDS, seconds), urgent=True)

    def trainings(self) -> Iterator[Training]:
        """Yield the account's trainings, newest first; a page is asked for when it is reached."""
        yield from entries(self.session, Page[Training], "/trainings")

    def file(self, file_id: str) -> File:
        """Return what is known of an uploaded file. Raises `NotFound` for one that expired."""
        return self.session.ask(File, "GET", _path("files", file_id))

    def cancel_training(self, training_id: str, seconds: float) -> Training:
        """Cancel a training, asking once, at once, and for at most `seconds`."""
        path = _path("trainings", training_id, "cancel")
        return self.session.once(Training, "POST", path, seconds, urgent=True)


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)
