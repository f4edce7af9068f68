"""A request as handlers see it."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from replicate_sandbox.api.body import BodyTooLarge, check_length, read_body
from replicate_sandbox.api.multipart import read_upload
from replicate_sandbox.contract.json_text import parse_json
from replicate_sandbox.contract.problems import Problem, too_large
from replicate_sandbox.service.files import LARGEST_FILE, Upload
from replicate_sandbox.service.service import Service

_LONGEST_CURSOR = 15  # digits
_LONGEST_DETAIL = 200  # characters
_MUCH = 100_000  # bytes of JSON
_OVERHEAD = 100_000  # bytes of a multipart request beside its file


@dataclass(frozen=True)
class ApiRequest:
    """An authenticated request; `base` is the server's address as the client wrote it.

    `body` is JSON, `upload` what a multipart request holds; at most one of them is given.
    """

    service: Service
    account: str
    base: str
    path: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    body: object
    upload: Upload | None

    @property
    def cursor(self) -> int:
        """Where a list's page begins. Raises `Problem`: 404."""
        cursor = self.query.get("cursor", "0")
        if not cursor.isdecimal() or len(cursor) > _LONGEST_CURSOR:
            raise Problem(404, "Invalid cursor", "Not found")
        return int(cursor)

    @property
    def model(self) -> tuple[str, str, str]:
        """The account, and the owner and the name of the model in the path."""
        return self.account, self.path["owner"], self.path["name"]


def base_of(request: Request) -> str:
    """Return the server's address as a client wrote it."""
    host = request.headers.get("host")
    return f"{request.scope['scheme']}://{host}" if host else str(request.base_url).rstrip("/")


async def read_request(request: Request, service: Service, account: str) -> ApiRequest:
    """Read a request with its body. Raises `Problem`: 400, 413, 422."""
    body, upload = await _read_body(request)
    return ApiRequest(
        service=service,
        account=account,
        base=base_of(request),
        path=dict(request.path_params),
        query=dict(request.query_params),
        headers=dict(request.headers),
        body=body,
        upload=upload,
    )


async def _read_body(request: Request) -> tuple[object, Upload | None]:
    limit = LARGEST_FILE + _OVERHEAD
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            check_length(request, limit)
            if "content-length" not in request.headers:
                raise Problem(411, "An upload needs a Content-Length.", "Length required")
            return None, await read_upload(request)
        text = await read_body(request, limit)
    except BodyTooLarge:
        raise too_large() from None
    if not text.strip():
        return None, None
    try:
        if len(text) > _MUCH:  # other requests go on meanwhile
            return await run_in_threadpool(parse_json, text), None
        return parse_json(text), None
    except ValueError as error:
        raise Problem(400, f"JSON parse error - {error}"[:_LONGEST_DETAIL], "Bad request") from None
