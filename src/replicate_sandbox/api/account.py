"""The token's account, and the hardware that models can name."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.contract import resources


def _get_account(call: ApiRequest) -> object:
    return resources.account(call.account, call.service.accounts.kind_of(call.account))


def _list_hardware(call: ApiRequest) -> object:
    hardware = call.service.settings.hardware
    return [{"sku": sku, "name": name} for sku, name in hardware.items()]


ENDPOINTS = [
    Endpoint("GET", "/v1/account", _get_account, quick=True),
    Endpoint("GET", "/v1/hardware", _list_hardware, quick=True),
]
