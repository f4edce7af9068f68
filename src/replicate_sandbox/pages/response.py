"""Writing responses: HTML, JSON, files and redirects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from replicate_sandbox.contract.problems import Problem
from replicate_sandbox.pages.guard import CSRF, SESSION, Guard

_TITLES = {403: "Not allowed", 404: "Page not found", 405: "Method not allowed"}


@dataclass(frozen=True)
class Html:
    """A template and what it shows."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Redirect:
    """Another page to go to; `session` is the one that a login began."""

    path: str
    session: str = ""


@dataclass(frozen=True)
class Json:
    """What a script of a page asks for."""

    value: object


@dataclass(frozen=True)
class Content:
    """A file; an image is shown, all else is downloaded."""

    content: bytes
    name: str
    kind: str = "application/octet-stream"


def error(problem: Problem) -> Html:
    """Return the page for an error."""
    title = _TITLES.get(problem.status) or problem.body.get("title") or "Error"
    detail = problem.body["detail"]
    return Html("error.html", {"title": title, "detail": detail}, problem.status)


def write(result: object, request: Request, guard: Guard) -> Response:
    """Return the response for what a page returned."""
    if isinstance(result, Json):
        return JSONResponse(result.value)
    if isinstance(result, Content):
        disposition = f"attachment; filename*=utf-8''{quote(result.name, safe='')}"
        headers = {"content-disposition": disposition}
        return Response(result.content, 200, headers, result.kind)
    if isinstance(result, Redirect):
        response: Response = RedirectResponse(result.path, 303)
        if result.session:
            _set_cookie(response, SESSION, result.session)
        return response
    if not isinstance(result, Html):
        raise TypeError(f"a page returned {type(result).__name__}")
    return _html(result, request, guard)


def _html(page: Html, request: Request, guard: Guard) -> Response:
    from replicate_sandbox.pages.html import render  # noqa: PLC0415 - Jinja is loaded when needed

    csrf = guard.csrf(request)
    shared = {"account": guard.account(request), "csrf": csrf, "path": request.url.path}
    response = Response(render(page.template, {**shared, **page.values}), page.status)
    response.headers["content-type"] = "text/html; charset=utf-8"
    if request.cookies.get(CSRF) != csrf:
        _set_cookie(response, CSRF, csrf)
    return response


def _set_cookie(response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, httponly=True, samesite="strict", path="/")
