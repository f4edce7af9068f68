"""Creating a model."""

from replicate_sandbox.contract.problems import Problem
from replicate_sandbox.pages.form_errors import FormErrors
from replicate_sandbox.pages.page import Page, PageRequest
from replicate_sandbox.pages.response import Html, Redirect

_REQUIRED = {"name": "", "visibility": "private", "hardware": "cpu"}
_OPTIONAL = ("description", "github_url", "paper_url", "license_url", "cover_image_url")


def _show(call: PageRequest) -> Html:
    return _page(call, {**_REQUIRED, **dict.fromkeys(_OPTIONAL, "")}, FormErrors())


def _create(call: PageRequest) -> object:
    texts = {name: call.form.texts.get(name, "") for name in (*_REQUIRED, *_OPTIONAL)}
    body = {name: text for name, text in texts.items() if text or name in _REQUIRED}
    try:
        call.service.models.create(call.account, {"owner": call.account, **body})
    except Problem as problem:
        errors = FormErrors()
        errors.add(problem, texts, otherwise="name")
        return _page(call, texts, errors)
    return Redirect(f"/{call.account}/{texts['name']}")


def _page(call: PageRequest, texts: dict[str, str], errors: FormErrors) -> Html:
    shown = {"texts": texts, "hardware": call.service.settings.hardware, "errors": errors}
    return Html("create.html", shown, 422 if errors else 200)


PAGES = [Page("/create", _show, _create)]
