"""Models, one model, and one version, with a form that runs it."""

from typing import Any

from replicate_sandbox.contract.problems import Problem
from replicate_sandbox.pages import values
from replicate_sandbox.pages.fields import fields_of
from replicate_sandbox.pages.form_errors import FormErrors
from replicate_sandbox.pages.page import Page, PageRequest
from replicate_sandbox.pages.response import Html, Redirect
from replicate_sandbox.service.trainers import OWNER
from replicate_sandbox.store.documents import Document

_GROUPS = ("Models of the accounts", "Trainers", "Simulated trainers")


def _list(call: PageRequest) -> Html:
    latest = call.service.versions.latest
    groups: dict[str, list[tuple[Document, Document | None]]] = {name: [] for name in _GROUPS}
    for model in call.service.models.visible(call.account):
        groups[_group(model)].append((model, latest(model["owner"], model["name"])))
    return Html("models.html", {"groups": groups})


def _group(model: Document) -> str:
    if model.get("simulated"):
        return "Simulated trainers"
    return "Trainers" if model["owner"] == OWNER else "Models of the accounts"


def _show_model(call: PageRequest) -> Html:
    return _model(call, None, FormErrors())


def _run_latest(call: PageRequest) -> object:
    latest = call.service.versions.latest(call.path["owner"], call.path["name"])
    return _run(call, latest, _model)


def _model(call: PageRequest, texts: dict[str, str] | None, errors: FormErrors) -> Html:
    model = call.service.models.get(*call.model)
    versions = call.service.versions.page(*call.model, call.offset)
    latest = call.service.versions.latest(model["owner"], model["name"])
    shown = {
        "model": model,
        "versions": versions,
        "latest": latest,
        "is_own": model["owner"] == call.account,
        "problem": call.service.trainers.problem(f"{model['owner']}/{model['name']}"),
        **_form(latest, texts, errors),
    }
    return Html("model.html", shown, 422 if errors else 200)


def _show_version(call: PageRequest) -> Html:
    return _version(call, None, FormErrors())


def _run_version(call: PageRequest) -> object:
    version = call.service.versions.get(*call.model, call.path["version"])
    return _run(call, version, _version)


def _version(call: PageRequest, texts: dict[str, str] | None, errors: FormErrors) -> Html:
    version = call.service.versions.get(*call.model, call.path["version"])
    model = call.service.models.get(*call.model)
    shown = {"model": model, "version": version, **_form(version, texts, errors)}
    return Html("version.html", shown, 422 if errors else 200)


def _form(
    version: Document | None, texts: dict[str, str] | None, errors: FormErrors
) -> dict[str, Any]:
    runs = bool(version and version["predict"])
    fields = fields_of(version["openapi_schema"], "Input") if version and runs else []
    texts = values.defaults(fields) if texts is None else texts
    return {"runs": runs, "fields": fields, "texts": texts, "errors": errors}


def _run(call: PageRequest, version: Document | None, show: Any) -> object:  # noqa: ANN401 - private
    if version is None or not version["predict"]:
        return show(call, None, FormErrors(general=["This model has no version that runs."]))
    fields = fields_of(version["openapi_schema"], "Input")
    texts = values.texts_of(fields, call.form.texts)
    errors = FormErrors()
    names = [field.name for field in fields]
    texts |= uploaded(call, names, errors)
    if not errors:
        body = {
            "version": f"{version['model']}:{version['id']}",
            "input": values.given(fields, texts),
        }
        try:
            return Redirect(f"/p/{call.service.predictions.create(call.account, body)['id']}")
        except Problem as problem:
            errors.add(problem, names)
    return show(call, texts, errors)


def uploaded(call: PageRequest, names: list[str], errors: FormErrors) -> dict[str, str]:
    """Keep the files that a form chose for its inputs, and return their URLs."""
    urls = {}
    for name in names:
        if upload := call.form.files.get(f"file.{name}"):
            try:
                file = call.service.files.create(call.account, upload)
            except Problem as problem:
                errors.add(problem, names, otherwise=name)
            else:
                urls[name] = f"{call.base}/v1/files/{file['id']}"
    return urls


PAGES = [
    Page("/", _list),
    Page("/{owner}/{name}", _show_model, _run_latest),
    Page("/{owner}/{name}/versions/{version}", _show_version, _run_version),
]
