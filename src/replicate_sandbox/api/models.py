"""Models, their READMEs and their examples."""

from replicate_sandbox.api.endpoint import Endpoint
from replicate_sandbox.api.paging import page
from replicate_sandbox.api.request import ApiRequest
from replicate_sandbox.api.response import Download, Reply
from replicate_sandbox.contract import resources
from replicate_sandbox.contract.problems import not_found
from replicate_sandbox.store.documents import Document, Page

_ORDER = ("sort_by", "sort_direction")


def resource(call: ApiRequest, document: Document) -> Document:
    """Return a model's JSON, with its latest version and its example."""
    owner, name = document["owner"], document["name"]
    official = f"{owner}/{name}" in call.service.settings.official
    latest = call.service.versions.latest(owner, name)
    example = call.service.examples.of(document)
    return resources.model(document, latest, example, call.base, official=official)


def _list(call: ApiRequest) -> object:
    order = {name: call.query[name] for name in _ORDER if name in call.query}
    found = call.service.model_lists.page(call.cursor, **order)
    return page(call, "/v1/models", found, lambda model, _: resource(call, model), order)


def _create(call: ApiRequest) -> object:
    return Reply(resource(call, call.service.models.create(call.account, call.body)), 201)


def _get(call: ApiRequest) -> object:
    return resource(call, call.service.models.get(*call.model))


def _update(call: ApiRequest) -> object:
    return resource(call, call.service.models.update(*call.model, call.body))


def _delete(call: ApiRequest) -> object:
    call.service.models.delete(*call.model)
    return Reply(status=204)


def _get_readme(call: ApiRequest) -> object:
    readme = call.service.models.get(*call.model).get("readme")
    if not readme:
        raise not_found("README not found")
    return Download(readme.encode(), "text/plain; charset=utf-8")


def _list_examples(call: ApiRequest) -> object:
    example = call.service.examples.of(call.service.models.get(*call.model))
    path = f"/v1/models/{call.path['owner']}/{call.path['name']}/examples"
    return page(call, path, Page([example] if example else [], None, None), resources.prediction)


ENDPOINTS = [
    Endpoint("GET", "/v1/models", _list),
    Endpoint("POST", "/v1/models", _create),
    Endpoint("GET", "/v1/models/{owner}/{name}", _get),
    Endpoint("PATCH", "/v1/models/{owner}/{name}", _update),
    Endpoint("DELETE", "/v1/models/{owner}/{name}", _delete),
    Endpoint("GET", "/v1/models/{owner}/{name}/readme", _get_readme),
    Endpoint("GET", "/v1/models/{owner}/{name}/examples", _list_examples),
]
