"""Reports of engines: the webhook that each run is started with."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from replicate_sandbox.api.body import BodyTooLarge, read_body
from replicate_sandbox.api.rate_limit import RateLimiter
from replicate_sandbox.contract.json_text import parse_json
from replicate_sandbox.engine.lifecycle import KINDS
from replicate_sandbox.service.service import Service

_TOO_LARGE = "The log is too large. The local Replicate limits each run: see --run-output."


class EngineReports:
    """The endpoint: it needs no token, and its body can be as large as a run's output."""

    method = "POST"
    path = "/_engine/{kind}/{id}"

    def route(self, service: Service, _limiter: RateLimiter) -> Route:
        """Return the route that serves this endpoint."""
        limits = service.settings.limits

        async def serve(request: Request) -> Response:
            kind, run_id = request.path_params["kind"], request.path_params["id"]
            if kind not in KINDS:
                return Response(status_code=404)
            try:
                state = await run_in_threadpool(parse_json, await read_body(request, limits.report))
            except BodyTooLarge:
                await run_in_threadpool(service.runs.fail, kind, run_id, _TOO_LARGE)
                return Response(status_code=413)
            except ValueError:
                return Response(status_code=400)
            if isinstance(state, dict):
                await run_in_threadpool(service.runs.report, kind, run_id, state)
            return Response("{}", media_type="application/json")

        return Route(self.path, serve, methods=[self.method])


ENDPOINTS = [EngineReports()]
