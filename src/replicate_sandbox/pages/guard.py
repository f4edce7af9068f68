"""The protection of the pages: sessions, and requests that other sites cause."""

import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from replicate_sandbox.contract.problems import forbidden, unauthenticated
from replicate_sandbox.pages.site import Site
from replicate_sandbox.service.service import Service

SESSION = "replicate_sandbox_session"
CSRF = "replicate_sandbox_csrf"
_MOST_SESSIONS = 100

# Everything comes from this server, and nothing is written into a page but text.
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # without one a browser sends `Origin: null`
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """Knows the sessions, and checks where a form comes from."""

    def __init__(self, service: Service, site: Site) -> None:
        self._service = service
        self._site = site
        self._sessions: dict[str, str] = {}  # session: account

    def account(self, request: Request) -> str | None:
        """Return the account that a request acts as, or None: it has to log in.

        On loopback that is the first account, without a login.
        """
        if self._site.is_local:
            return self._site.accounts[0].name
        return self._sessions.get(request.cookies.get(SESSION, ""))

    def login_path(self, request: Request) -> str:
        """Return the path of the login form that leads back to where the request wanted to go."""
        path = request.url.path if request.method in {"GET", "HEAD"} else "/"
        return "/login" if path == "/" else f"/login?next={quote(path)}"

    def log_in(self, token: str) -> str:
        """Return a new session for a token's account. Raises `Problem`: 401."""
        account = self._service.accounts.name_of(token)
        if account is None:
            raise unauthenticated()
        while len(self._sessions) >= _MOST_SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))
        session = secrets.token_urlsafe(32)
        self._sessions[session] = account
        return session

    def log_out(self, session: str) -> None:
        """End a session."""
        self._sessions.pop(session, None)

    def csrf(self, request: Request) -> str:
        """Return the token that the forms of a browser carry, which is also in its cookie."""
        known = request.cookies.get(CSRF, "")
        if known.isascii() and len(known) >= 32:  # noqa: PLR2004 - one of ours, most likely
            return known
        if not hasattr(request.state, "csrf"):
            request.state.csrf = secrets.token_urlsafe(32)
        return str(request.state.csrf)

    def check_origin(self, request: Request) -> None:
        """Refuse a form that a page of another site sent. Raises `Problem`: 403."""
        own = f"{request.url.scheme}://{request.headers.get('host', '')}"
        if request.headers.get("origin") != own:
            raise forbidden("The form was sent from another site.")

    def check_form(self, request: Request, texts: Mapping[str, str]) -> None:
        """Refuse a form that does not carry its browser's token. Raises `Problem`: 403."""
        sent, kept = texts.get("csrf", ""), request.cookies.get(CSRF, "")
        if not kept or not hmac.compare_digest(sent.encode(), kept.encode()):
            raise forbidden("The form is too old. Go back, reload the page and send it again.")


class ProtectedResponses:
    """Adds the headers to every response of an application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_protected)
