"""Trainings."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.paging import page
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.api.response import Reply
from replicate_sandbox.contract import resources


def _create(call: ApiRequest) -> object:
    created = call.service.trainings.create(*call.model, call.path["version"], call.body)
    return Reply(resources.new_training(created, call.base), 201)


def _list(call: ApiRequest) -> object:
    found = call.service.trainings.page(call.account, call.cursor)
    return page(call, "/v1/trainings", found, resources.listed_training)


def _get(call: ApiRequest) -> object:
    return resources.training(call.service.trainings.get(call.account, call.path["id"]), call.base)


def _cancel(call: ApiRequest) -> object:
    ended = call.service.trainings.cancel(call.account, call.path["id"])
    return resources.training(ended, call.base)


ENDPOINTS = [
    Endpoint("POST", "/v1/models/{owner}/{name}/versions/{version}/trainings", _create),
    Endpoint("GET", "/v1/trainings", _list),
    Endpoint("GET", "/v1/trainings/{id}", _get),
    Endpoint("POST", "/v1/trainings/{id}/cancel", _cancel),
]
