"""Trainings."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.paging import page
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.api.response import Reply
from replicate_sandbox.contract import resources
from replicate_sandbox.store.documents import Document


def _resource(call: ApiRequest, document: Document) -> Document:
    omitted = call.service.settings.omit
    return resources.without(resources.training(document, call.base), omitted)


def _create(call: ApiRequest) -> object:
    created = call.service.trainings.create(*call.model, call.path["version"], call.body)
    made = resources.new_training(created, call.base)
    return Reply(resources.without(made, call.service.settings.omit), 201)


def _list(call: ApiRequest) -> object:
    found = call.service.trainings.page(call.account, call.cursor)
    # A list shows no log (documented).
    omitted = {"logs", *call.service.settings.omit}

    def listed(document: Document, base: str) -> Document:
        return resources.without(resources.training(document, base), omitted)

    return page(call, "/v1/trainings", found, listed)


def _get(call: ApiRequest) -> object:
    return _resource(call, call.service.trainings.get(call.account, call.path["id"]))


def _cancel(call: ApiRequest) -> object:
    ended = call.service.trainings.cancel(call.account, call.path["id"])
    return _resource(call, ended)


ENDPOINTS = [
    Endpoint(
        "POST", "/v1/models/{owner}/{name}/versions/{version}/trainings", _create, predicts=True
    ),
    Endpoint("GET", "/v1/trainings", _list),
    Endpoint("GET", "/v1/trainings/{id}", _get, quick=True),
    Endpoint("POST", "/v1/trainings/{id}/cancel", _cancel),
]
