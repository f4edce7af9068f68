"""Training: a form from the trainer's schema, and the same training as code."""

import re
from collections.abc import Sequence

from replicate_sandbox.contract.problems import Problem, not_found
from replicate_sandbox.contract.validation import check_input
from replicate_sandbox.pages import snippets, values
from replicate_sandbox.pages.fields import Field, fields_of
from replicate_sandbox.pages.form_errors import FormErrors
from replicate_sandbox.pages.model_pages import uploaded
from replicate_sandbox.pages.page import Page, PageRequest
from replicate_sandbox.pages.response import Html, Json, Redirect
from replicate_sandbox.store.documents import Document

# A trainer's input is a Python name: these, with a dash, are none.
_DESTINATION, _NEW_NAME, _VISIBILITY = "train-into", "new-name", "new-visibility"
_SUGGESTED = "my-model"


def _show(call: PageRequest) -> Html:
    version = _trainer(call)
    fields = fields_of(version["openapi_schema"], "TrainingInput")
    return _page(call, version, fields, values.defaults(fields), FormErrors())


def _train(call: PageRequest) -> object:
    version = _trainer(call)
    fields = fields_of(version["openapi_schema"], "TrainingInput")
    names = [field.name for field in fields]
    texts = values.texts_of(fields, call.form.texts)
    errors = FormErrors()
    texts |= uploaded(call, names, errors)
    given = values.given(fields, texts)
    destination = call.form.texts.get(_DESTINATION, "")
    try:
        # Before the destination is created: a wrong value must not leave an empty model.
        if call.service.settings.validate:
            check_input(version["openapi_schema"], "TrainingInput", given)
        if not errors:
            destination = destination or _create(call)
            body = {"destination": destination, "input": given}
            training = call.service.trainings.create(*call.model, version["id"], body)
            return Redirect(f"/p/{training['id']}")
    except _NotCreated as error:
        errors.add(error.problem, [], otherwise=_NEW_NAME)
    except Problem as problem:
        errors.add(problem, names)
    return _page(call, version, fields, texts, errors, destination=destination)


def _code(call: PageRequest) -> Json:
    """Return the code for a form as it is now, for the script of the page."""
    version = _trainer(call)
    fields = fields_of(version["openapi_schema"], "TrainingInput")
    texts = values.texts_of(fields, call.form.texts)
    destination = call.form.texts.get(_DESTINATION, "")
    return Json(_snippets(call, version, fields, texts, destination))


class _NotCreated(Exception):
    """The destination could not be created, for a reason of the service."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _create(call: PageRequest) -> str:
    """Create the destination and return its name. Raises `_NotCreated`."""
    body = {
        "owner": call.account,
        "name": call.form.texts.get(_NEW_NAME, ""),
        "visibility": call.form.texts.get(_VISIBILITY, "private"),
        "hardware": next(iter(call.service.settings.hardware)),  # all run on this machine's
    }
    try:
        created = call.service.models.create(call.account, body)
    except Problem as problem:
        raise _NotCreated(problem) from None
    return f"{created['owner']}/{created['name']}"


def _trainer(call: PageRequest) -> Document:
    """Return the newest version of the model, which must be trainable. Raises `Problem`: 404."""
    call.service.models.get(*call.model)
    version = call.service.versions.latest(call.path["owner"], call.path["name"])
    if version is None or not version["train"]:
        raise not_found("The latest version of this model cannot be trained.")
    return version


def _page(
    call: PageRequest,
    version: Document,
    fields: Sequence[Field],
    texts: dict[str, str],
    errors: FormErrors,
    *,
    destination: str = "",
) -> Html:
    own = [one for one in call.service.models.visible(call.account) if one["owner"] == call.account]
    shown = {
        "model": call.service.models.get(*call.model),
        "version": version,
        "fields": fields,
        "texts": texts,
        "errors": errors,
        "destinations": [f"{one['owner']}/{one['name']}" for one in own],
        "destination": destination,
        "new_name": call.form.texts.get(_NEW_NAME, ""),
        "new_visibility": call.form.texts.get(_VISIBILITY, "private"),
        "snippets": _snippets(call, version, fields, texts, destination),
    }
    return Html("train.html", shown, 422 if errors else 200)


def _snippets(
    call: PageRequest,
    version: Document,
    fields: Sequence[Field],
    texts: dict[str, str],
    destination: str,
) -> dict[str, str]:
    new = f"{call.account}/{call.form.texts.get(_NEW_NAME) or _SUGGESTED}"
    files = {field.name: _file_name(call, field, texts[field.name]) for field in fields}
    files = {name: file for name, file in files.items() if file}
    inputs = values.changed(fields, texts)
    secrets = [field.name for field in fields if field.kind == "secret" and field.name in inputs]
    training = snippets.Training(
        api=f"{call.base}/v1",
        model=version["model"],
        version=version["id"],
        destination=destination or new,
        inputs={name: value for name, value in inputs.items() if name not in {*files, *secrets}},
        files=files,
        secrets=secrets,
    )
    return {title: write(training) for title, write in snippets.ALL.items()}


def _file_name(call: PageRequest, field: Field, text: str) -> str:
    """Return the name of the file that an input takes, or an empty text if it takes a URL."""
    if field.kind != "file":
        return ""
    if chosen := call.form.texts.get(f"file-name.{field.name}"):
        return chosen
    if own := re.fullmatch(re.escape(call.base) + r"/v1/files/([^/?#]+)", text):
        try:
            return str(call.service.files.get(call.account, own[1])["name"])
        except Problem:
            return ""
    return f"path/to/{field.name}" if field.required and not text else ""


PAGES = [
    Page("/{owner}/{name}/train", _show, _train),
    Page("/{owner}/{name}/train/code", act=_code),
]
