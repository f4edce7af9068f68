"""Faults at the edge: what the fault script does to requests, before or after they took effect."""

import asyncio
import contextlib

from starlette.types import ASGIApp, Receive, Scope, Send

from replicate_sandbox.api.endpoint import account_of
from replicate_sandbox.api.fault_actions import APPLY, Kept
from replicate_sandbox.service.fault import Fault
from replicate_sandbox.service.service import Service

_PREFIX = "/v1"


class Faults:
    """Applies faults to the requests of an application; it must be the outermost part."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, with the fault that waits for it."""
        fault = self._fault(scope) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault.kind == "delay":
            await asyncio.sleep(fault.value)
            await self._app(scope, receive, send)
            return
        kept = Kept()
        if fault.takes_effect or fault.kind in {"drip", "missing_bytes"}:
            await self._app(scope, receive, kept.send)
        else:
            await _read_all(receive)
        if fault.kind == "hang":
            await _until_disconnected(receive, fault.value)
        await APPLY[fault.kind](fault, kept, send)
        if fault.kind in {"reset", "hang", "missing_bytes"}:
            await _until_disconnected(receive)

    def _fault(self, scope: Scope) -> Fault | None:
        path, method = scope["path"], scope["method"]
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        account = account_of(headers.get(b"authorization", ""), self._service)
        if account is None or not path.startswith(f"{_PREFIX}/"):
            return None
        rest = path.removeprefix(_PREFIX)
        return self._service.faults.take(account, lambda one: one.is_for_request(method, rest))


async def _read_all(receive: Receive) -> None:
    while (await receive()).get("more_body", False):
        pass


async def _until_disconnected(receive: Receive, seconds: float | None = None) -> None:
    """Return when the connection is closed, at the latest after `seconds`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
