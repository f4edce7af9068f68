"""An endpoint: from an HTTP request to the function that handles it, and back."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

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
    `predicts` counts as a prediction.
    """

    method: str
    path: str
    handler: Handler
    public: bool = False
    predicts: bool = False
    counted: bool = True

    def route(self, service: Service, limiter: RateLimiter) -> Route:
        """Return the route that serves this endpoint."""

        async def serve(request: Request) -> Response:
            account = ""
            headers: dict[str, str] = {}
            try:
                if not self.public:
                    account = _account(request, service)
                if self.counted and not self.public:
                    allowance = limiter.count(account, prediction=self.predicts)
                    headers = allowance.headers
                    allowance.check()
                call = await read_request(request, service, account)
                return write(await run_in_threadpool(self.handler, call), headers)
            except Problem as problem:
                return write_problem(problem, {**headers, **_waits(problem)})

        return Route(self.path, serve, methods=[self.method])


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
