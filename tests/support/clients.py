"""Two clients of the service behind one set of verbs: the official one, and the action's own."""

import io
from typing import Any, Protocol

import httpx
import replicate
from replicate.exceptions import ReplicateError as OfficialError

from replicate_train.clock import SystemClock
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.errors import Refused
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.session import Session
from support.served import Served


class Client(Protocol):
    """What the contract asks for. A refusal is raised as `Refusal`."""

    def account(self) -> str: ...
    def hardware(self) -> list[str]: ...
    def create_model(self, owner: str, name: str) -> str: ...
    def model(self, owner: str, name: str) -> tuple[str, str | None]: ...
    def upload(self, name: str, content: bytes) -> tuple[str, str]: ...
    def start(self, trainer: str, version: str, destination: str, given: dict[str, Any]) -> str: ...
    def training(self, training_id: str) -> tuple[str, Any]: ...
    def cancel(self, training_id: str) -> str: ...
    def versions(self, owner: str, name: str) -> list[str]: ...


class Refusal(Exception):
    """An error answer, as either client saw it."""

    def __init__(self, status: int | None, detail: str | None) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail or ""


class Official:
    """The `replicate` package."""

    def __init__(self, served: Served, token: str, watch: httpx.BaseTransport) -> None:
        base = served.url.removesuffix("/v1")
        self._api = replicate.Client(api_token=token, base_url=base, transport=watch)

    def account(self) -> str:
        return str(self._do(self._api.accounts.current).username)

    def hardware(self) -> list[str]:
        return [one.sku for one in self._do(self._api.hardware.list)]

    def create_model(self, owner: str, name: str) -> str:
        made = self._do(self._api.models.create, owner, name, visibility="private", hardware="cpu")
        return f"{made.owner}/{made.name}"

    def model(self, owner: str, name: str) -> tuple[str, str | None]:
        found = self._do(self._api.models.get, owner, name)
        return f"{found.owner}/{found.name}", found.latest_version and found.latest_version.id

    def upload(self, name: str, content: bytes) -> tuple[str, str]:
        file = self._do(self._api.files.create, io.BytesIO(content), filename=name)
        return file.checksums["sha256"], file.urls["get"]

    def start(self, trainer: str, version: str, destination: str, given: dict[str, Any]) -> str:
        create = self._api.trainings.create
        return str(
            self._do(
                create, model=trainer, version=version, input=given, destination=destination
            ).id
        )

    def training(self, training_id: str) -> tuple[str, Any]:
        found = self._do(self._api.trainings.get, training_id)
        return found.status, found.output

    def cancel(self, training_id: str) -> str:
        return str(self._do(self._api.trainings.cancel, training_id).status)

    def versions(self, owner: str, name: str) -> list[str]:
        found = self._do(self._api.models.get(owner, name).versions.list)
        return [version.id for version in found]

    @staticmethod
    def _do(call: Any, *arguments: Any, **named: Any) -> Any:
        try:
            return call(*arguments, **named)
        except OfficialError as error:
            raise Refusal(error.status, error.detail) from error


class Ours:
    """The action's client."""

    def __init__(self, served: Served, token: str, watch: httpx.BaseTransport) -> None:
        retry = RetryPolicy(SystemClock(), budget=2.0)
        self._api = Replicate(Session(Exchange(connect(served.url, token, watch)), retry))

    def account(self) -> str:
        return str(self._do(self._api.account).username)

    def hardware(self) -> list[str]:
        return [one.sku for one in self._do(self._api.hardware)]

    def create_model(self, owner: str, name: str) -> str:
        fields = {"owner": owner, "name": name, "visibility": "private", "hardware": "cpu"}
        return str(self._do(self._api.create_model, fields).full_name)

    def model(self, owner: str, name: str) -> tuple[str, str | None]:
        found = self._do(self._api.model, owner, name)
        return found.full_name, found.latest_version and found.latest_version.id

    def upload(self, name: str, content: bytes) -> tuple[str, str]:
        file = self._do(
            self._api.upload, name, "text/plain", len(content), lambda: io.BytesIO(content), {}
        )
        return file.checksums.sha256, file.urls.get

    def start(self, trainer: str, version: str, destination: str, given: dict[str, Any]) -> str:
        owner, _, name = trainer.partition("/")
        arguments = ((owner, name, version), destination, given)
        return str(self._do(self._api.start_training, *arguments).id)

    def training(self, training_id: str) -> tuple[str, Any]:
        found = self._do(self._api.training, training_id)
        return found.status, found.output

    def cancel(self, training_id: str) -> str:
        return str(self._do(self._api.cancel_training, training_id, 5.0).status)

    def versions(self, owner: str, name: str) -> list[str]:
        return [version.id for version in self._do(self._api.newest_versions, owner, name)]

    @staticmethod
    def _do(call: Any, *arguments: Any) -> Any:
        try:
            return call(*arguments)
        except Refused as error:
            raise Refusal(error.status, error.detail) from error


CLIENTS = {"official": Official, "ours": Ours}
