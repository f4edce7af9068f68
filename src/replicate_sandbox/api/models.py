"""Models and their READMEs."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.paging import page
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.api.response import Download, Reply
from replicate_sandbox.contract import resources
from replicate_sandbox.contract.problems import not_found
from replicate_sandbox.store.documents import Document


def _resource(call: ApiRequest, document: Document) -> Document:
    latest = call.service.versions.latest(document["owner"], document["name"])
    return resources.model(document, latest, call.base)


def _list(call: ApiRequest) -> object:
    found = call.service.models.public_page(call.cursor)
    return page(call, "/v1/models", found, lambda document, _base: _resource(call, document))


def _create(call: ApiRequest) -> object:
    return Reply(_resource(call, call.service.models.create(call.account, call.body)), 201)


def _get(call: ApiRequest) -> object:
    return _resource(call, call.service.models.get(*call.model))


def _update(call: ApiRequest) -> object:
    return _resource(call, call.service.models.update(*call.model, call.body))


def _delete(call: ApiRequest) -> object:
    call.service.models.delete(*call.model)
    return Reply(status=204)


def _get_readme(call: ApiRequest) -> object:
    readme = call.service.models.get(*call.model).get("readme")
    if not readme:
        raise not_found("README not found")
    return Download(readme.encode(), "text/plain; charset=utf-8")


ENDPOINTS = [
    Endpoint("GET", "/v1/models", _list),
    Endpoint("POST", "/v1/models", _create),
    Endpoint("GET", "/v1/models/{owner}/{name}", _get),
    Endpoint("PATCH", "/v1/models/{owner}/{name}", _update),
    Endpoint("DELETE", "/v1/models/{owner}/{name}", _delete),
    Endpoint("GET", "/v1/models/{owner}/{name}/readme", _get_readme),
]
