"""Predictions, of versions and of official models."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.paging import page
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.api.response import Reply
from replicate_sandbox.api.run_headers import cancel_after, wait_seconds
from replicate_sandbox.contract import resources
from replicate_sandbox.engine.lifecycle import TERMINAL
from replicate_sandbox.store.documents import Document

_FILTERS = ("created_after", "created_before", "source")


def reply(call: ApiRequest, created: Document) -> Reply:
    """Return a new prediction, once it has ended if the request waits for that.

    The status is 201, or 202 if it has not ended by then (documented).
    """
    seconds = wait_seconds(call.headers)
    if seconds is not None:
        created = call.service.predictions.wait(call.account, created["id"], seconds)
    unfinished = seconds is not None and created["status"] not in TERMINAL
    return Reply(resources.prediction(created, call.base), 202 if unfinished else 201)


def _list(call: ApiRequest) -> object:
    filters = {name: call.query[name] for name in _FILTERS if name in call.query}
    found = call.service.predictions.filtered_page(call.account, call.cursor, **filters)
    return page(call, "/v1/predictions", found, resources.prediction, filters)


def _create(call: ApiRequest) -> object:
    create = call.service.predictions.create
    return reply(call, create(call.account, call.body, cancel_after(call.headers)))


def _create_official(call: ApiRequest) -> object:
    create = call.service.predictions.create_official
    return reply(call, create(*call.model, call.body, cancel_after(call.headers)))


def _get(call: ApiRequest) -> object:
    found = call.service.predictions.get(call.account, call.path["id"])
    return resources.prediction(found, call.base)


def _cancel(call: ApiRequest) -> object:
    ended = call.service.predictions.cancel(call.account, call.path["id"])
    return resources.prediction(ended, call.base)


ENDPOINTS = [
    Endpoint("GET", "/v1/predictions", _list),
    Endpoint("POST", "/v1/predictions", _create, predicts=True),
    Endpoint("POST", "/v1/models/{owner}/{name}/predictions", _create_official, predicts=True),
    Endpoint("GET", "/v1/predictions/{id}", _get, quick=True),
    Endpoint("POST", "/v1/predictions/{id}/cancel", _cancel),
]
