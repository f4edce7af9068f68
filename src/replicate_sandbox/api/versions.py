"""Versions of models."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.paging import page
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.api.response import Reply
from replicate_sandbox.contract import resources


def _list(call: ApiRequest) -> object:
    found = call.service.versions.page(*call.model, call.cursor)
    path = f"/v1/models/{call.path['owner']}/{call.path['name']}/versions"
    return page(call, path, found, lambda document, _base: resources.version(document))


def _get(call: ApiRequest) -> object:
    return resources.version(call.service.versions.get(*call.model, call.path["version"]))


def _delete(call: ApiRequest) -> object:
    call.service.versions.delete(*call.model, call.path["version"])
    return Reply(status=202)


ENDPOINTS = [
    Endpoint("GET", "/v1/models/{owner}/{name}/versions", _list),
    Endpoint("GET", "/v1/models/{owner}/{name}/versions/{version}", _get),
    Endpoint("DELETE", "/v1/models/{owner}/{name}/versions/{version}", _delete),
]
