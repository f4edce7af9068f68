"""Trainings and predictions: their lists, and a run while it is going on."""

from collections.abc import Iterator
from typing import Any

from replicate_sandbox.contract import timestamps
from replicate_sandbox.contract.problems import not_found
from replicate_sandbox.engine.lifecycle import TERMINAL
from replicate_sandbox.pages import loss_curve
from replicate_sandbox.pages.fields import text_of
from replicate_sandbox.pages.images import image_type
from replicate_sandbox.pages.log_view import shown
from replicate_sandbox.pages.page import Page, PageRequest
from replicate_sandbox.pages.response import Content, Html, Json, Redirect
from replicate_sandbox.service.output_files import references
from replicate_sandbox.service.signed_urls import FILE_URL
from replicate_sandbox.store.documents import Document


def _list_trainings(call: PageRequest) -> Html:
    return Html("trainings.html", {"page": call.service.trainings.page(call.account, call.offset)})


def _list_predictions(call: PageRequest) -> Html:
    page = call.service.predictions.page(call.account, call.offset)
    return Html("predictions.html", {"page": page})


def _show(call: PageRequest) -> Html:
    run = _run(call)
    output = run["output"]
    version = output.get("version") if isinstance(output, dict) else None
    is_training = "destination" in run
    files = [(name, blob, bool(_image(call, blob))) for name, blob in references(output)]
    return Html(
        "run.html",
        {
            "run": run,
            "is_training": is_training,
            "kind": "training" if is_training else "prediction",
            "inputs": list(_inputs(run)),
            "new_version": version if is_training else None,
            "files": files,
            "output": "" if is_training or files else text_of(output),
            "state": _state(run),
            "drawing": (loss_curve.WIDTH, loss_curve.HEIGHT),
        },
    )


def _show_state(call: PageRequest) -> Json:
    return Json(_state(_run(call)))


def _cancel(call: PageRequest) -> Redirect:
    call.service.predictions.cancel(call.account, call.path["id"])
    return Redirect(f"/p/{call.path['id']}")


def _download(call: PageRequest) -> Content:
    """Return a file of a run's output; other blobs are not to be had here."""
    for name, blob in references(_run(call)["output"]):
        if blob == call.path["blob"]:
            content = call.service.output_files.content(call.account, blob)
            kind = image_type(content) or "application/octet-stream"
            return Content(content, name, kind)
    raise not_found()


def _run(call: PageRequest) -> Document:
    return call.service.predictions.get(call.account, call.path["id"])


def _state(run: Document) -> dict[str, Any]:
    """Return what changes while a run is going on."""
    progress, curve = loss_curve.read(run["logs"])
    end = run["completed_at"] or timestamps.now()
    return {
        "status": run["status"],
        "ended": run["status"] in TERMINAL,
        "seconds": timestamps.seconds_between(run["created_at"], end),
        "log": shown(run["logs"]),
        "progress": progress and [progress.step, progress.total, progress.percent],
        "curve": curve and [curve.points, curve.caption],
    }


def _inputs(run: Document) -> Iterator[tuple[str, str, str]]:
    """Yield each input's name, its value as text, and the id of the file that it names."""
    for name, value in run["input"].items():
        match = FILE_URL.fullmatch(value) if isinstance(value, str) else None
        yield name, text_of(value), match[1] if match else ""


def _image(call: PageRequest, blob: str) -> str:
    return image_type(call.service.output_files.content(call.account, blob))


PAGES = [
    Page("/trainings", _list_trainings),
    Page("/predictions", _list_predictions),
    Page("/p/{id}", _show),
    Page("/p/{id}/state", _show_state),
    Page("/p/{id}/cancel", act=_cancel),
    Page("/p/{id}/output/{blob}", _download),
]
