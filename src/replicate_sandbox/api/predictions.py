"""Predictions."""

import re

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.paging import page
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.api.response import Reply
from replicate_sandbox.contract import resources

_PREFER = re.compile(r"wait(?:=([1-9]|[1-5][0-9]|60))?")
_LONGEST_WAIT = 60.0  # seconds


def _list(call: ApiRequest) -> object:
    found = call.service.predictions.page(call.account, call.cursor)
    return page(call, "/v1/predictions", found, resources.prediction)


def _create(call: ApiRequest) -> object:
    predictions = call.service.predictions
    created = predictions.create(call.account, call.body)
    if prefer := _PREFER.fullmatch(call.headers.get("prefer", "")):
        created = predictions.wait(call.account, created["id"], float(prefer[1] or _LONGEST_WAIT))
    return Reply(resources.prediction(created, call.base), 201)


def _get(call: ApiRequest) -> object:
    found = call.service.predictions.get(call.account, call.path["id"])
    return resources.prediction(found, call.base)


def _cancel(call: ApiRequest) -> object:
    ended = call.service.predictions.cancel(call.account, call.path["id"])
    return resources.prediction(ended, call.base)


ENDPOINTS = [
    Endpoint("GET", "/v1/predictions", _list),
    Endpoint("POST", "/v1/predictions", _create, predicts=True),
    Endpoint("GET", "/v1/predictions/{id}", _get),
    Endpoint("POST", "/v1/predictions/{id}/cancel", _cancel),
]
