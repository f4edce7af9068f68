"""What engines report of their runs: the webhook that each run is started with."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.request import ApiRequest


def _report(call: ApiRequest) -> object:
    state = call.body if isinstance(call.body, dict) else {}
    call.service.runs.report(call.path["kind"], call.path["id"], state)
    return {}


ENDPOINTS = [Endpoint("POST", "/_engine/{kind}/{id}", _report, public=True)]
