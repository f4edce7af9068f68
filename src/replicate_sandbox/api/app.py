"""The application: all endpoints over one service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from replicate_sandbox.api import (
    account,
    deployments,
    engine_reports,
    fault_script,
    files,
    models,
    predictions,
    search,
    streams,
    trainings,
    versions,
    webhooks,
)
from replicate_sandbox.api.faults import Faults
from replicate_sandbox.api.rate_limit import RateLimiter
from replicate_sandbox.api.response import write_unexpected
from replicate_sandbox.pages.mount import mount
from replicate_sandbox.pages.site import Site
from replicate_sandbox.service.service import Service

# The first route that fits is used: those that are asked for most stand first.
_MODULES = (
    trainings,
    models,
    predictions,
    engine_reports,
    versions,
    files,
    account,
    deployments,
    fault_script,
    search,
    streams,
    webhooks,
)
_COMPRESSED_FROM = 500  # bytes
_LEVEL = 1  # of compression: the fastest; most clients are on this machine
_THREADS = 1000  # requests at once; one that waits for a prediction keeps a thread


def build(service: Service, limiter: RateLimiter, site: Site) -> ASGIApp:
    """Return the application that serves a service, with its pages.

    When it ends, so do the service's runs.
    """

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = _THREADS
        yield
        service.runs.close()

    app = Starlette(
        routes=[
            endpoint.route(service, limiter) for module in _MODULES for endpoint in module.ENDPOINTS
        ],
        middleware=[
            Middleware(GZipMiddleware, minimum_size=_COMPRESSED_FROM, compresslevel=_LEVEL)
        ],
        exception_handlers={HTTPException: write_unexpected, Exception: write_unexpected},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return mount(Faults(app, service), service, site)
