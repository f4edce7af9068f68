"""Deployments, and predictions made with them."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.paging import page
from replicate_sandbox.api.predictions import reply
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.api.response import Reply
from replicate_sandbox.api.run_headers import cancel_after
from replicate_sandbox.contract import resources
from replicate_sandbox.store.documents import Document

_PATH = "/v1/deployments/{owner}/{name}"


def _resource(call: ApiRequest, document: Document) -> Document:
    kind = call.service.accounts.kind_of(document["created_by"])
    return resources.deployment(document, kind)


def _list(call: ApiRequest) -> object:
    found = call.service.deployments.page(call.account, call.cursor)
    return page(call, "/v1/deployments", found, lambda document, _: _resource(call, document))


def _create(call: ApiRequest) -> object:
    return _resource(call, call.service.deployments.create(call.account, call.body))


def _get(call: ApiRequest) -> object:
    return _resource(call, call.service.deployments.get(*call.model))


def _update(call: ApiRequest) -> object:
    return _resource(call, call.service.deployments.update(*call.model, call.body))


def _delete(call: ApiRequest) -> object:
    call.service.deployments.delete(*call.model)
    return Reply(status=204)


def _predict(call: ApiRequest) -> object:
    create = call.service.predictions.create_with_deployment
    return reply(call, create(*call.model, call.body, cancel_after(call.headers)))


ENDPOINTS = [
    Endpoint("GET", "/v1/deployments", _list),
    Endpoint("POST", "/v1/deployments", _create),
    Endpoint("GET", _PATH, _get),
    Endpoint("PATCH", _PATH, _update),
    Endpoint("DELETE", _PATH, _delete),
    Endpoint("POST", f"{_PATH}/predictions", _predict, predicts=True),
]
