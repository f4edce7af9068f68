"""Inspect the Cog project in the current directory, as a process of its own.

`python -Pm replicate_sandbox.engine.inspector RESULT TRAIN [PREDICT]` writes JSON to the file
RESULT: `schema`, the OpenAPI document of the functions, or `reason` and `details`. TRAIN and
PREDICT are such as `train.py:train`. `inspection.py` runs it: it imports foreign code.
"""

import importlib.util
import json
import sys
import traceback
import warnings
from pathlib import Path
from types import TracebackType

from cog._adt import PredictorInfo
from cog._inspector import create_predictor

from replicate_sandbox.engine.signatures import openapi_document
from replicate_sandbox.store.documents import Document


class _Missing(Exception):
    """A file or a name that cog.yaml names does not exist."""


def main(result: str, train: str, predict: str = "") -> None:
    """Inspect and write the result."""
    sys.path.insert(0, str(Path.cwd()))  # after our own imports: no file of the project is ours
    warnings.simplefilter("ignore")
    found = json.dumps(_inspected(train, predict), default=str)  # a default may be a path
    Path(result).write_text(found, "utf-8")


def _inspected(train: str, predict: str) -> Document:
    try:
        trainer = _load(train)
        predictor = _load(predict) if predict else None
        return {"schema": openapi_document(trainer, predictor)}
    except _Missing as error:
        return {"reason": str(error), "details": ""}
    except BaseException as error:  # noqa: BLE001 - foreign code may raise anything, SystemExit too
        return _failure(error)


def _load(entry: str) -> PredictorInfo:
    """Return what Cog knows of an entry point. Raises `_Missing`, or what its code raises."""
    file, _, name = entry.partition(":")
    if not Path(file).is_file():
        raise _Missing(f"cog.yaml names `{entry}`, but {file} does not exist.")
    module_name = Path(file).stem
    spec = importlib.util.spec_from_file_location(module_name, Path(file).resolve())
    if spec is None or spec.loader is None:
        raise _Missing(f"cog.yaml names `{entry}`, but {file} is not a Python file.")
    module = sys.modules[module_name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, name):
        raise _Missing(f"cog.yaml names `{entry}`, but {file} has no `{name}`.")
    return create_predictor(module_name, name)


def _failure(error: BaseException) -> Document:
    """Return the reason in a line, and the traceback from the project's own code on."""
    here = f"{Path.cwd()}/"
    own = error.__traceback__
    while own and not own.tb_frame.f_code.co_filename.startswith(here):
        own = own.tb_next
    reason = traceback.format_exception_only(error)[-1].strip()
    return {"reason": reason.replace(here, ""), "details": _text(error, own).replace(here, "")}


def _text(error: BaseException, start: TracebackType | None) -> str:
    return "".join(traceback.format_exception(type(error), error, start))


if __name__ == "__main__":
    main(*sys.argv[1:])
