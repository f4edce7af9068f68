"""The token's account, and the hardware that models can name."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.contract import resources
from replicate_sandbox.service.hardware import HARDWARE


def _get_account(call: ApiRequest) -> object:
    return resources.account(call.account)


def _list_hardware(_call: ApiRequest) -> object:
    return [{"sku": sku, "name": name} for sku, name in HARDWARE.items()]


ENDPOINTS = [
    Endpoint("GET", "/v1/account", _get_account),
    Endpoint("GET", "/v1/hardware", _list_hardware),
]
