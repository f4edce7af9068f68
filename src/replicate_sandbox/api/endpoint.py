"""An endpoint: from an HTTP request to the function that handles it, and back."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from replicate_sandbox.api.rate_limit import RateLimiter
from replicate_sandbox.api.request import ApiRequest, read_request
from replicate_sandbox.api.response import write, write_problem
from replicate_sandbox.contract.problems import Problem, unauthenticated
from replicate_sandbox.service.service import Service

Handler = Callable[[ApiRequest], object]


@dataclass(frozen=True)
class Endpoint:
    """A method and a path, and what handles them: returns a value or raises `Problem`.

    `public` endpoints need no token. They and those with `counted` false have no rate limit;
    `predicts` counts as a prediction. `quick` ones read a few documents: they take less time than
    their way to a thread and back.
    """

    method: str
    path: str
    handler: Handler
    public: bool = False
    predicts: bool = False
    counted: bool = True
    quick: bool = False

    def route(self, service: Service, limiter: RateLimiter) -> Route:
        """Return the route that serves this endpoint."""
        return Route(self.path, _Server(self, service, limiter), methods=[self.method])


class _Server:
    """An endpoint as an ASGI application, which costs less than Starlette's way of calling it."""

    def __init__(self, endpoint: Endpoint, service: Service, limiter: RateLimiter) -> None:
        self._endpoint = endpoint
        self._service = service
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive, send))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        endpoint, account = self._endpoint, ""
        headers: dict[str, str] = {}
        try:
            if not endpoint.public:
                account = _account(request, self._service)
            if endpoint.counted and not endpoint.public:
                allowance = self._limiter.count(account, prediction=endpoint.predicts)
                headers = allowance.headers
                allowance.check()
            call = await read_request(request, self._service, account)
            if endpoint.quick:
                return write(endpoint.handler(call), headers)
            return write(await run_in_threadpool(endpoint.handler, call), headers)
        except Problem as problem:
            return write_problem(problem, {**headers, **_waits(problem)})


def account_of(authorization: str, service: Service) -> str | None:
    """Return the account that an `Authorization` header names, or None."""
    kind, _, token = authorization.partition(" ")
    return service.accounts.name_of(token.strip()) if kind.lower() in {"bearer", "token"} else None


def _account(request: Request, service: Service) -> str:
    account = account_of(request.headers.get("authorization", ""), service)
    if account is None:
        raise unauthenticated()
    return account


def _waits(problem: Problem) -> dict[str, str]:
    """Return the header that says when to try again, if the problem does."""
    seconds = problem.body.get("retry_after")
    return {} if seconds is None else {"retry-after": str(seconds)}
