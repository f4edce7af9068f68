"""The secret that signs webhooks."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.request import ApiRequest


def _secret(call: ApiRequest) -> object:
    return {"key": call.service.webhooks.secret(call.account)}


ENDPOINTS = [Endpoint("GET", "/v1/webhooks/default/secret", _secret)]
