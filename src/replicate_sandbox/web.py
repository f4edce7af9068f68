"""HTTP in, values out, HTTP again: reading requests, and the one writer of answers.

Handlers are plain functions of a `Call` that return a value or raise `Problem`.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from replicate_sandbox.contract.problems import Problem, invalid_fields, too_large, unauthenticated
from replicate_sandbox.files import LIMIT, Upload
from replicate_sandbox.limits import throttled
from replicate_sandbox.service import Service


@dataclass(frozen=True)
class Call:
    """A request that was read: who asks, what for, with what."""

    service: Service
    account: str
    base: str
    path: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    body: object = None
    upload: Upload | None = None

    @property
    def cursor(self) -> int:
        """Where a list's page begins."""
        cursor = self.query.get("cursor", "0")
        if not cursor.isdecimal():
            raise Problem(404, "Invalid cursor", "Not found")
        return int(cursor)


@dataclass(frozen=True)
class Answer:
    """What a handler returns where 200 and JSON would not do."""

    value: object = None
    status: int = 200
    raw: bytes | None = None
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Call], object]


def endpoint(
    handler: Handler, *, public: bool = False, predicts: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """Return a Starlette endpoint for a handler.

    `public` ones need no token and are not counted, `predicts` counts as a prediction.
    """

    async def serve(request: Request) -> Response:
        service: Service = request.app.state.service
        account = ""
        limits: dict[str, str] = {}
        try:
            if not public:
                account = _account(request, service)
                limits, one_too_many = service.limits.spend(account, prediction=predicts)
                if one_too_many:
                    raise throttled(limits)
            body, upload = await _read(request)
            call = Call(
                service=service,
                account=account,
                base=str(request.base_url).rstrip("/"),
                path=dict(request.path_params),
                query=dict(request.query_params),
                headers=dict(request.headers),
                body=body,
                upload=upload,
            )
            return _write(await run_in_threadpool(handler, call), limits)
        except Problem as problem:
            return refuse(problem, limits)

    return serve


def refuse(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Write an error answer."""
    return JSONResponse(
        problem.body, problem.status, headers=headers, media_type="application/problem+json"
    )


async def unrouted(_request: Request, error: Exception) -> Response:
    """Answer for a path or a method that is not there: loudly, as the service would."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "Not found", 405: "Method not allowed"}.get(status, "Internal server error")
    return refuse(Problem(status, f"{words}.", words))


def _account(request: Request, service: Service) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    account = service.account_of(token.strip()) if kind.lower() in {"bearer", "token"} else None
    if account is None:
        raise unauthenticated()
    return account


async def _read(request: Request) -> tuple[object, Upload | None]:
    if int(request.headers.get("content-length") or 0) > LIMIT + 100_000:
        raise too_large()
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return None, await _upload(request)
    text = await request.body()
    if not text.strip():
        return None, None
    try:
        return json.loads(text), None
    except ValueError as error:
        raise Problem(400, f"JSON parse error - {error}", "Bad request") from None


async def _upload(request: Request) -> Upload:
    async with request.form() as form:
        content, metadata = form.get("content"), form.get("metadata")
        unknown = set(form) - {"content", "metadata", "filename", "type"}
        if not isinstance(content, UploadFile):
            raise invalid_fields([("content", "This field is required.")])
        if unknown:
            raise invalid_fields(
                [(name, "Additional property is not allowed.") for name in unknown]
            )
        if isinstance(metadata, UploadFile):
            metadata = (await metadata.read()).decode("utf-8", "replace")
        return Upload(
            content=await content.read(),
            name=str(form.get("filename") or content.filename or "file"),
            content_type=str(
                form.get("type") or content.content_type or "application/octet-stream"
            ),
            metadata=metadata or "",
        )


def _write(value: Any, limits: Mapping[str, str]) -> Response:  # noqa: ANN401 - what a handler returned
    answer = value if isinstance(value, Answer) else Answer(value)
    headers = {**limits, **answer.headers}
    if answer.raw is not None:
        return Response(answer.raw, answer.status, headers, answer.content_type)
    if answer.value is None:
        return Response(None, answer.status, headers)
    return JSONResponse(answer.value, answer.status, headers)
