"""What the new version answered, whether it held, and what the version before answered."""

import mimetypes
from collections.abc import Iterator, Sequence

from replicate_train.evaluation.hidden import shown_input
from replicate_train.evaluation.model import Answer, Check, Outcome, OutputFile
from replicate_train.evaluation.output_urls import file_urls
from replicate_train.evaluation.shortened import shortened
from replicate_train.replicate import links
from replicate_train.report.markdown import attribute, code, details, literal, markdown_table
from replicate_train.runner.text import as_text, elapsed, shown

_MAX_CHARS = 400  # of an input or an output that are shown
_MAX_CHECK_CHARS = 300  # of a check, and of why it did not hold
_MAX_CHECKS = 20  # of an evaluation
_MAX_URL_CHARS = 2_000  # of an image
_ROOM = 200_000  # bytes of the table
_MAX_IMAGES = 4  # of an answer
_WIDTH = 160  # pixels of an image


def evaluations(outcomes: Sequence[Outcome], saved_in: str) -> str:
    """Return the table of the evaluations; `saved_in` is the folder with their files."""
    if not outcomes:
        return ""
    compared = any(outcome.previous for outcome in outcomes)
    head = ("", "evaluation", "answer", *(["previous version"] if compared else []))
    rows = (_row(number, outcome, compared) for number, outcome in enumerate(outcomes, 1))
    parts = ["#### Evaluations", markdown_table(head, rows, _ROOM), _files(outcomes, saved_in)]
    return "\n\n".join(part for part in [*parts, _inputs(outcomes)] if part)


def _row(number: int, outcome: Outcome, compared: bool) -> list[str]:  # noqa: FBT001 - a column
    what = "\n".join([f"**{_text(outcome.evaluation.name)}**", *_checks(outcome.checks)])
    row = ["✅" if outcome.held else "❌", what, _answer(outcome.answer, f"evaluation {number}")]
    if compared:
        alt = f"evaluation {number}, previous version"
        row.append(_answer(outcome.previous, alt) if outcome.previous else "")
    return row


def _checks(checks: Sequence[Check]) -> Iterator[str]:
    """Yield the checks, and why the broken ones did not hold; of too many, the broken ones."""
    listed, left = checks, len(checks) - _MAX_CHECKS
    if left > 0:
        listed = sorted(checks, key=lambda one: one.held)[:_MAX_CHECKS]
    for one in listed:
        yield f"{'✅' if one.held else '❌'} {_text(one.text)}"
    if left > 0:
        failed = sum(not one.held for one in checks) - sum(not one.held for one in listed)
        yield f"and {left:,} more" + (f", {failed:,} of them failed" if failed else "")
    yield from (f"↳ {_text(one.why)}" for one in listed if not one.held and one.why)


def _text(text: str) -> str:
    return literal(text, linked=False, most=_MAX_CHECK_CHARS)


def _answer(answer: Answer, alt: str) -> str:
    """Return the images of an answer, else its output as text, and the time that it took."""
    files = answer.files or [OutputFile(url) for url in file_urls(answer.output)]
    images = [
        f'<img src="{attribute(url)}" width="{_WIDTH}" alt="output {number} of {alt}">'
        for number, file in enumerate(files, 1)
        if len(file.url) <= _MAX_URL_CHARS and _is_image(file) and (url := links.web_link(file.url))
    ]
    said = [code(shown(answer.error, _MAX_CHARS))] if answer.error else images[:_MAX_IMAGES]
    if not said:
        said = [code(_value(answer.output, joined=not files))]
    if len(images) > _MAX_IMAGES and not answer.error:
        said.append(f"and {len(images) - _MAX_IMAGES} more images")
    took = [elapsed(answer.seconds)] if answer.seconds is not None else []
    return "\n".join([*said, *took])


def _value(value: object, *, joined: bool = False) -> str:
    """Return a JSON value as text; `joined`: a list of strings is one text in pieces."""
    if joined and isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = "".join(value)
    if not isinstance(value, str):
        value = as_text(shortened(value, 4 * _MAX_CHARS)[0])
    return shown(value, _MAX_CHARS)


def _is_image(file: OutputFile) -> bool:
    """Tell whether a file is an image: by its content, else by the name in its URL."""
    kind = file.media_type or mimetypes.guess_type(file.url.partition("?")[0])[0] or ""
    return kind.startswith("image/")


def _files(outcomes: Sequence[Outcome], saved_in: str) -> str:
    if not any(outcome.answer.files for outcome in outcomes):
        return ""
    expire = "Replicate deletes these files after one hour."
    if saved_in:
        return f"{expire} The step saved them in {code(saved_in)}."
    return f"{expire} Set `evaluation-files` to keep them."


def _inputs(outcomes: Sequence[Outcome]) -> str:
    rows = [
        (_text(one.name), code(_value(shown_input(one))))
        for one in (outcome.evaluation for outcome in outcomes)
    ]
    return details("Inputs of the evaluations", markdown_table(("evaluation", "input"), rows))
