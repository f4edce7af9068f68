"""The fault script of the token's account: an extension of the local Replicate, for tests."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.api.response import Reply

_PATH = "/_sandbox/faults"


def _add(call: ApiRequest) -> object:
    call.service.faults.add(call.account, call.body)
    return Reply(call.service.faults.left(call.account), 201)


def _left(call: ApiRequest) -> object:
    return call.service.faults.left(call.account)


def _clear(call: ApiRequest) -> object:
    call.service.faults.clear(call.account)
    return Reply(status=204)


ENDPOINTS = [
    Endpoint("POST", _PATH, _add, counted=False),
    Endpoint("GET", _PATH, _left, counted=False),
    Endpoint("DELETE", _PATH, _clear, counted=False),
]
