"""The account and its token, and logging in and out where others can reach the server."""

from replicate_sandbox.contract.problems import Problem
from replicate_sandbox.pages.form_errors import FormErrors
from replicate_sandbox.pages.page import Page, PageRequest
from replicate_sandbox.pages.response import Html, Redirect


def _show_token(call: PageRequest) -> Html:
    # Where others can reach the server, whoever logged in knows the token.
    token = call.site.token_of(call.account) if call.site.is_local else ""
    shown = {
        "token": token,
        "kind": call.service.accounts.kind_of(call.account),
        "spent": call.service.billing.spent(call.account),
        "limit": call.service.settings.spend_limit,
        "api": f"{call.base}/v1",
        "is_local": call.site.is_local,
    }
    return Html("api_tokens.html", shown)


def _show_login(call: PageRequest) -> object:
    return Redirect("/") if call.account else _login_page(call, FormErrors())


def _log_in(call: PageRequest) -> object:
    errors = FormErrors()
    try:
        session = call.guard.log_in(call.form.texts.get("token", "").strip())
    except Problem as problem:
        errors.add(problem, ["token"], otherwise="token")
        return _login_page(call, errors)
    return Redirect(_inside(call.form.texts.get("next", "")), session)


def _log_out(call: PageRequest) -> Redirect:
    call.guard.log_out(call.session)
    return Redirect("/login")


def _login_page(call: PageRequest, errors: FormErrors) -> Html:
    wanted = _inside(call.query.get("next", call.form.texts.get("next", "")))
    shown = {"next": wanted, "errors": errors}
    return Html("login.html", shown, 401 if errors else 200)


def _inside(path: str) -> str:
    """Return a path if it leads to this server, else the path of the first page."""
    leads_out = not path.startswith("/") or path.startswith(("//", "/\\"))
    return "/" if leads_out or not path.isprintable() else path


PAGES = [
    Page("/account/api-tokens", _show_token),
    Page("/login", _show_login, _log_in, public=True),
    Page("/logout", act=_log_out),
]
