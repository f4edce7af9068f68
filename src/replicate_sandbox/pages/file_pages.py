"""Files: what was uploaded, until it expires."""

from replicate_sandbox.contract.problems import Problem
from replicate_sandbox.pages.form_errors import FormErrors
from replicate_sandbox.pages.page import Page, PageRequest
from replicate_sandbox.pages.response import Content, Html, Redirect


def _list(call: PageRequest) -> Html:
    return _page(call, FormErrors())


def _upload(call: PageRequest) -> object:
    errors = FormErrors()
    upload = call.form.files.get("content")
    if upload is None:
        errors.fields["content"] = "This field is required."
        return _page(call, errors)
    try:
        call.service.files.create(call.account, upload)
    except Problem as problem:
        errors.add(problem, ["content"], otherwise="content")
        return _page(call, errors)
    return Redirect("/files")


def _page(call: PageRequest, errors: FormErrors) -> Html:
    shown = {
        "page": call.service.files.page(call.account, call.offset),
        "errors": errors,
        "api": f"{call.base}/v1",
    }
    return Html("files.html", shown, 422 if errors else 200)


def _download(call: PageRequest) -> Content:
    file = call.service.files.get(call.account, call.path["id"])
    return Content(call.service.files.content(call.account, file["id"]), file["name"])


def _delete(call: PageRequest) -> Redirect:
    call.service.files.delete(call.account, call.path["id"])
    return Redirect("/files")


PAGES = [
    Page("/files", _list, _upload),
    Page("/files/{id}/content", _download),
    Page("/files/{id}/delete", act=_delete),
]
