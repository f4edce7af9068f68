"""Outcomes as JSON, for a step output, which has a limit. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from replicate_train.evaluation.hidden import shown_input
from replicate_train.evaluation.model import Answer, Outcome, OutputFile
from replicate_train.evaluation.output_urls import is_data_url
from replicate_train.evaluation.shortened import shortened

# In UTF-8. A step that uses the output gets it as an environment variable, and Linux starts no
# process with one of 128 KiB.
MAX_BYTES = 120_000
_ROOMS = (60_000, 20_000, 4_000, 1_000)  # characters of one outcome, the first that fits
_SHARES: Mapping[str, float] = {"input": 0.2, "output": 0.4, "previous": 0.2, "checks": 0.1}


def as_json(outcomes: Sequence[Outcome]) -> str:
    """Return outcomes as a JSON list of at most `MAX_BYTES`.

    Where it would be longer, long inputs, outputs and texts are cut, and `"cut": true` says so.
    """
    for room in _ROOMS:
        text = json.dumps([_entry(one, room) for one in outcomes], ensure_ascii=False)
        if len(text.encode("utf-8", "replace")) <= MAX_BYTES:
            return text
    bare = [{"name": one.evaluation.name, "held": one.held, "cut": True} for one in outcomes]
    return json.dumps(bare, ensure_ascii=False)


def _entry(outcome: Outcome, room: int) -> dict[str, Any]:
    answer, previous = outcome.answer, outcome.previous
    whole = {
        "name": outcome.evaluation.name,
        "held": outcome.held,
        "checks": [{"text": one.text, "held": one.held, "why": one.why} for one in outcome.checks],
        "input": shown_input(outcome.evaluation),
        **_answer(answer),
        "files": [_file(one) for one in answer.files],
        "previous": _answer(previous) if previous else None,
    }
    entry, was_cut = {}, False
    for name, value in whole.items():
        entry[name], cut = shortened(value, int(room * _SHARES.get(name, 0.1)))
        was_cut = was_cut or cut
    return {**entry, "cut": True} if was_cut else entry


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "prediction": answer.prediction_id,
        "page": answer.page,
        "status": answer.status,
        "seconds": answer.seconds,
        "error": answer.error,
        "output": answer.output,
    }


def _file(file: OutputFile) -> dict[str, Any]:
    return {
        "url": "" if is_data_url(file.url) else file.url,
        "media-type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "saved-as": file.saved_as,
        "problem": file.problem,
    }
