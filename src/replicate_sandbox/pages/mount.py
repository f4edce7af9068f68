"""The pages beside the API: one application for both."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from replicate_sandbox.pages.recorder import Recorder
from replicate_sandbox.pages.routes import build
from replicate_sandbox.pages.site import Site
from replicate_sandbox.service.service import Service

_API = ("v1", "delivery", "stream", "_engine", "_sandbox")  # first parts of the API's paths
_PAGES = tuple(  # but these are pages
    f"/_sandbox/{name}" for name in ("not-implemented", "panel", "requests", "static/")
)
_MISDIRECTED = 421


def mount(api: ASGIApp, service: Service, site: Site) -> ASGIApp:
    """Return an application that serves the API at its own paths and the pages at all others."""
    recorder = Recorder(api, service)
    pages = build(service, site, recorder)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await api(scope, receive, send)
        elif not site.allows_host(_host(scope)):
            await _refuse(scope, receive, send)
        elif _is_for_api(scope["path"]):
            await recorder(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return serve


def _is_for_api(path: str) -> bool:
    return path.split("/", 2)[1] in _API and not path.startswith(_PAGES)


def _host(scope: Scope) -> str:
    return next(
        (value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), ""
    )


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    detail = "The Host header names another server. Use http://127.0.0.1 or http://localhost."
    body = {"title": "Host not allowed", "detail": detail, "status": _MISDIRECTED}
    response = JSONResponse(body, _MISDIRECTED, media_type="application/problem+json")
    await response(scope, receive, send)
