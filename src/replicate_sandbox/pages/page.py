"""A page: from a browser's request to the functions that show it and act on its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from replicate_sandbox.contract.problems import Problem, not_found, too_large
from replicate_sandbox.pages.guard import SESSION, Guard
from replicate_sandbox.pages.recorder import Recorder
from replicate_sandbox.pages.response import Html, Redirect, error, write
from replicate_sandbox.pages.site import Site
from replicate_sandbox.service.files import LARGEST_FILE, Upload
from replicate_sandbox.service.service import Service

_OVERHEAD = 1_000_000  # bytes of a form beside its file


@dataclass(frozen=True)
class Form:
    """What a form holds: its texts, and the files that were chosen."""

    texts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)


@dataclass(frozen=True)
class PageRequest:
    """A request for a page; `base` is the server's address as the browser wrote it."""

    service: Service
    site: Site
    guard: Guard
    recorder: Recorder
    account: str
    session: str
    base: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Form

    @property
    def model(self) -> tuple[str, str, str]:
        """The account, and the owner and the name of the model in the path."""
        return self.account, self.path["owner"], self.path["name"]

    @property
    def offset(self) -> int:
        """Where a list's page begins. Raises `Problem`: 404."""
        text = self.query.get("from", "0")
        if not (text.isascii() and text.isdecimal() and len(text) < 10):  # noqa: PLR2004
            raise not_found()
        return int(text)


Handler = Callable[[PageRequest], object]


@dataclass(frozen=True)
class Page:
    """A path, what shows it (GET) and what acts on its form (POST).

    Both return what `response.write` knows, or raise `Problem`. A `public` page needs no login.
    """

    path: str
    show: Handler | None = None
    act: Handler | None = None
    public: bool = False

    def route(self, service: Service, site: Site, guard: Guard, recorder: Recorder) -> Route:
        """Return the route that serves this page."""
        handlers = {"GET": self.show, "POST": self.act}
        methods = [method for method, handler in handlers.items() if handler]

        async def serve(request: Request) -> Response:
            account = guard.account(request)
            if account is None and not self.public:
                return write(Redirect(guard.login_path(request)), request, guard)
            try:
                form = Form()
                if request.method == "POST":
                    guard.check_origin(request)
                    form = await _read_form(request)
                    guard.check_form(request, form.texts)
                call = PageRequest(
                    service,
                    site,
                    guard,
                    recorder,
                    account or "",
                    request.cookies.get(SESSION, ""),
                    str(request.base_url).rstrip("/"),
                    request.path_params,
                    request.query_params,
                    form,
                )
                handler = handlers["POST" if request.method == "POST" else "GET"]
                result = await run_in_threadpool(handler or _nothing, call)
            except Problem as problem:
                result = error(problem)
            return write(result, request, guard)

        return Route(self.path, serve, methods=methods)


def _nothing(_call: PageRequest) -> Html:
    raise not_found()


async def _read_form(request: Request) -> Form:
    """Read a posted form. Raises `Problem`: 413."""
    if int(request.headers.get("content-length") or 0) > LARGEST_FILE + _OVERHEAD:
        raise too_large()
    texts: dict[str, str] = {}
    files: dict[str, Upload] = {}
    async with request.form() as form:
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                texts[name] = value.replace("\r\n", "\n")
            elif value.filename:
                kind = value.content_type or "application/octet-stream"
                files[name] = Upload(await value.read(), value.filename, kind, "")
    return Form(texts, files)
