"""What engines report of their runs: the webhook that each run is started with."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from replicate_sandbox.api.rate_limit import RateLimiter
from replicate_sandbox.contract.json_text import parse_json
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
            if int(request.headers.get("content-length") or 0) > limits.report:
                await run_in_threadpool(service.runs.fail, kind, run_id, _TOO_LARGE)
                return Response(status_code=413)
            try:
                state = parse_json(await request.body())
            except ValueError:
                return Response(status_code=400)
            if isinstance(state, dict):
                await run_in_threadpool(service.runs.report, kind, run_id, state)
            return Response("{}", media_type="application/json")

        return Route(self.path, serve, methods=[self.method])


ENDPOINTS = [EngineReports()]
