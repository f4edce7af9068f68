"""What the new version answered, whether it held, and what the version before answered."""

import mimetypes
from collections.abc import Sequence

from replicate_train.evaluation.hidden import shown_input
from replicate_train.evaluation.model import Answer, Outcome, OutputFile
from replicate_train.evaluation.output_urls import file_urls
from replicate_train.replicate import links
from replicate_train.report.markdown import attribute, code, details, literal, markdown_table
from replicate_train.runner.text import as_text, elapsed, shown

_MAX_CHARS = 400  # of an input or an output that are shown
_MAX_IMAGES = 4  # of an answer
_WIDTH = 160  # pixels of an image


def evaluations(outcomes: Sequence[Outcome], saved_in: str) -> str:
    """Return the table of the evaluations; `saved_in` is the folder with their files."""
    if not outcomes:
        return ""
    compared = any(outcome.previous for outcome in outcomes)
    head = ("", "evaluation", "answer", *(["previous version"] if compared else []))
    rows = [_row(number, outcome, compared) for number, outcome in enumerate(outcomes, 1)]
    parts = ["#### Evaluations", markdown_table(head, rows), _files(outcomes, saved_in)]
    return "\n\n".join(part for part in [*parts, _inputs(outcomes)] if part)


def _row(number: int, outcome: Outcome, compared: bool) -> list[str]:  # noqa: FBT001 - a column
    checks = [f"{'✅' if one.held else '❌'} {literal(one.text)}" for one in outcome.checks]
    broken = [f"↳ {literal(one.why)}" for one in outcome.checks if not one.held and one.why]
    what = "\n".join([f"**{literal(outcome.evaluation.name)}**", *checks, *broken])
    row = ["✅" if outcome.held else "❌", what, _answer(outcome.answer, f"evaluation {number}")]
    if compared:
        alt = f"evaluation {number}, previous version"
        row.append(_answer(outcome.previous, alt) if outcome.previous else "")
    return row


def _answer(answer: Answer, alt: str) -> str:
    """Return the images of an answer, else its output as text, and the time that it took."""
    files = answer.files or [OutputFile(url) for url in file_urls(answer.output)]
    images = [
        f'<img src="{attribute(url)}" width="{_WIDTH}" alt="output {number} of {alt}">'
        for number, file in enumerate(files, 1)
        if _is_image(file) and (url := links.web_link(file.url))
    ]
    said = [code(shown(answer.error, _MAX_CHARS))] if answer.error else images[:_MAX_IMAGES]
    if not said:
        said = [code(shown(as_text(answer.output), _MAX_CHARS))]
    if len(images) > _MAX_IMAGES and not answer.error:
        said.append(f"and {len(images) - _MAX_IMAGES} more images")
    took = [elapsed(answer.seconds)] if answer.seconds is not None else []
    return "\n".join([*said, *took])


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
        (literal(one.name), code(shown(as_text(shown_input(one)), _MAX_CHARS)))
        for one in (outcome.evaluation for outcome in outcomes)
    ]
    return details("Inputs of the evaluations", markdown_table(("evaluation", "input"), rows))
