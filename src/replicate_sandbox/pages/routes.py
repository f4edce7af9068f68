"""All pages, and the pages for errors."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from replicate_sandbox.contract.problems import Problem
from replicate_sandbox.pages import (
    account_pages,
    create_page,
    fault_pages,
    file_pages,
    model_pages,
    not_implemented_page,
    requests_page,
    run_pages,
    train_page,
)
from replicate_sandbox.pages.guard import Guard, ProtectedResponses
from replicate_sandbox.pages.recorder import Recorder
from replicate_sandbox.pages.response import error, write
from replicate_sandbox.pages.site import Site
from replicate_sandbox.service.service import Service

# The models' pages come last: their paths, OWNER/NAME, fit any other.
_MODULES = (
    account_pages,
    create_page,
    fault_pages,
    file_pages,
    not_implemented_page,
    requests_page,
    run_pages,
    train_page,
    model_pages,
)
_STATIC = Path(__file__).parent / "static"
_DETAILS = {404: "There is nothing at this address.", 405: "This page cannot be used like that."}


def build(service: Service, site: Site, recorder: Recorder) -> Starlette:
    """Return the application that serves the pages."""
    guard = Guard(service, site)

    async def show_error(request: Request, exception: Exception) -> Response:
        status, detail = 500, "The local Replicate failed. Its output has the reason."
        if isinstance(exception, HTTPException):
            status = exception.status_code
            detail = _DETAILS.get(status, exception.detail)
        return write(error(Problem(status, detail)), request, guard)

    pages = [page for module in _MODULES for page in module.PAGES]
    app = Starlette(
        routes=[
            Mount("/_sandbox/static", StaticFiles(directory=_STATIC)),
            *(page.route(service, site, guard, recorder) for page in pages),
        ],
        middleware=[Middleware(ProtectedResponses)],
        exception_handlers={HTTPException: show_error, Exception: show_error},
    )
    app.router.redirect_slashes = False
    return app
