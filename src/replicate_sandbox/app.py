"""The routes: which handler answers what. Paths and methods are those of the OpenAPI document."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from replicate_sandbox.contract import resources
from replicate_sandbox.contract.problems import invalid_fields, not_found
from replicate_sandbox.models import HARDWARE
from replicate_sandbox.service import Service
from replicate_sandbox.store.documents import Document, Page
from replicate_sandbox.web import Answer, Call, Handler, endpoint, unrouted


def build(service: Service) -> Starlette:
    """Return the application that serves a service."""

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        service.runs.close()

    app = Starlette(
        routes=_routes(),
        middleware=[Middleware(GZipMiddleware, minimum_size=500)],
        exception_handlers={HTTPException: unrouted, Exception: unrouted},
        lifespan=life,
    )
    app.router.redirect_slashes = False
    app.state.service = service
    return app


def _routes() -> list[Route]:
    model, version = "/models/{owner}/{name}", "/models/{owner}/{name}/versions/{version}"
    table: list[tuple[str, str, Handler]] = [
        ("GET", "/account", lambda call: resources.account(call.account)),
        ("GET", "/hardware", lambda _: [{"sku": s, "name": n} for s, n in HARDWARE.items()]),
        ("GET", "/models", _models),
        ("POST", "/models", _create_model),
        ("GET", model, _model),
        ("PATCH", model, _update_model),
        ("DELETE", model, _delete_model),
        ("GET", f"{model}/readme", _readme),
        ("GET", f"{model}/versions", _versions),
        ("GET", version, _version),
        ("DELETE", version, _delete_version),
        ("POST", f"{version}/trainings", _create_training),
        ("GET", "/trainings", _trainings),
        ("GET", "/trainings/{id}", _training),
        ("POST", "/trainings/{id}/cancel", _cancel_training),
        ("GET", "/predictions", _predictions),
        ("POST", "/predictions", _create_prediction),
        ("GET", "/predictions/{id}", _prediction),
        ("POST", "/predictions/{id}/cancel", _cancel_prediction),
        ("GET", "/files", _files),
        ("POST", "/files", _create_file),
        ("GET", "/files/{id}", _file),
        ("DELETE", "/files/{id}", _delete_file),
    ]
    methods: dict[str, dict[str, Handler]] = {}
    for method, path, handler in table:
        methods.setdefault(f"/v1{path}", {})[method] = handler
    routes = [
        Route(path, endpoint(handler, predicts=handler is _create_prediction), methods=[method])
        for path, handlers in methods.items()
        for method, handler in handlers.items()
    ]
    return [
        *routes,
        Route("/v1/files/{id}/download", endpoint(_download, public=True), methods=["GET"]),
        Route("/delivery/{blob}/{file}", endpoint(_delivery), methods=["GET"]),
        Route("/_engine/{kind}/{id}", endpoint(_heard, public=True), methods=["POST"]),
    ]


def _page(call: Call, path: str, page: Page, shape: Callable[[Document], Document]) -> Document:
    results = [shape(document) for document in page.documents]
    return resources.page(f"/v1{path}", call.base, results, page.next, page.previous)


def _named(call: Call) -> tuple[str, str, str]:
    return call.account, call.path["owner"], call.path["name"]


def _shown(call: Call, document: Document) -> Document:
    latest = call.service.models.latest(document["owner"], document["name"])
    return resources.model(document, latest, call.base)


def _models(call: Call) -> object:
    return _page(
        call, "/models", call.service.models.public(call.cursor), lambda one: _shown(call, one)
    )


def _create_model(call: Call) -> object:
    return Answer(_shown(call, call.service.models.create(call.account, call.body)), 201)


def _model(call: Call) -> object:
    return _shown(call, call.service.models.get(*_named(call)))


def _update_model(call: Call) -> object:
    return _shown(call, call.service.models.update(*_named(call), call.body))


def _delete_model(call: Call) -> object:
    call.service.models.delete(*_named(call))
    return Answer(status=204)


def _readme(call: Call) -> object:
    readme = call.service.models.get(*_named(call)).get("readme")
    if not readme:
        raise not_found("README not found")
    return Answer(raw=readme.encode(), content_type="text/plain; charset=utf-8")


def _versions(call: Call) -> object:
    page = call.service.models.versions(*_named(call), call.cursor)
    path = f"/models/{call.path['owner']}/{call.path['name']}/versions"
    return _page(call, path, page, resources.version)


def _version(call: Call) -> object:
    return resources.version(call.service.models.version(*_named(call), call.path["version"]))


def _delete_version(call: Call) -> object:
    call.service.models.delete_version(*_named(call), call.path["version"])
    return Answer(status=202)


def _create_training(call: Call) -> object:
    made = call.service.trainings.create(*_named(call), call.path["version"], call.body)
    return Answer(resources.new_training(made, call.base), 201)


def _trainings(call: Call) -> object:
    page = call.service.trainings.page(call.account, call.cursor)
    return _page(call, "/trainings", page, lambda one: resources.listed_training(one, call.base))


def _training(call: Call) -> object:
    return resources.training(call.service.trainings.get(call.account, call.path["id"]), call.base)


def _cancel_training(call: Call) -> object:
    ended = call.service.trainings.cancel(call.account, call.path["id"])
    return resources.training(ended, call.base)


def _create_prediction(call: Call) -> object:
    prefer = call.headers.get("prefer", "")
    wanted = re.fullmatch(r"wait(?:=([1-9]|[1-5][0-9]|60))?", prefer)
    seconds = float((wanted[1] or 60) if wanted else 0)
    made = call.service.predictions.create(call.account, call.body, seconds)
    return Answer(resources.prediction(made, call.base), 201)


def _predictions(call: Call) -> object:
    page = call.service.predictions.page(call.account, call.cursor)
    return _page(call, "/predictions", page, lambda one: resources.prediction(one, call.base))


def _prediction(call: Call) -> object:
    found = call.service.predictions.get(call.account, call.path["id"])
    return resources.prediction(found, call.base)


def _cancel_prediction(call: Call) -> object:
    ended = call.service.predictions.cancel(call.account, call.path["id"])
    return resources.prediction(ended, call.base)


def _files(call: Call) -> object:
    page = call.service.files.page(call.account, call.cursor)
    return _page(call, "/files", page, lambda one: resources.file(one, call.base))


def _create_file(call: Call) -> object:
    if call.upload is None:
        raise invalid_fields([("content", "This field is required.")])
    return Answer(
        resources.file(call.service.files.create(call.account, call.upload), call.base), 201
    )


def _file(call: Call) -> object:
    return resources.file(call.service.files.get(call.account, call.path["id"]), call.base)


def _delete_file(call: Call) -> object:
    call.service.files.delete(call.account, call.path["id"])
    return Answer(status=204)


def _download(call: Call) -> object:
    query = [call.query.get(name, "") for name in ("owner", "expiry", "signature")]
    document, content = call.service.files.download(call.path["id"], *query)
    return Answer(
        raw=content,
        content_type="application/octet-stream",
        headers={
            "content-disposition": f'attachment; filename="{document["id"]}"',
        },
    )


def _delivery(call: Call) -> object:
    content = call.service.store.blobs.get(call.path["blob"])
    if content is None:
        raise not_found()
    return Answer(raw=content, content_type="application/octet-stream")


def _heard(call: Call) -> object:
    said = call.body if isinstance(call.body, dict) else {}
    call.service.runs.report(call.path["kind"], call.path["id"], said)
    return {}
