"""The committed schemas say what the trainers' functions say."""

import inspect
import json
from typing import Any

import pytest

from support.cog_project import project
from support.served import ROOT

TYPES = {"string": (str,), "integer": (int,), "number": (float,), "boolean": (bool,)}


def inputs(function: Any) -> dict[str, Any]:
    return {
        name: parameter
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self"
    }


@pytest.mark.parametrize("name", ["tiny-lm-trainer", "tiny-classifier-trainer"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_schema_fits_the_functions(name: str) -> None:
    document = json.loads((ROOT / "sandbox" / name / ".cog/openapi_schema.json").read_text())
    schemas = document["components"]["schemas"]
    assert {"Input", "Output", "TrainingInput", "TrainingOutput"} <= set(schemas)
    with project(name, "train", "predict") as (train, predict):
        for schema, function in (
            (schemas["TrainingInput"], train.train),
            (schemas["Input"], predict.Predictor.predict),
        ):
            parameters = inputs(function)
            assert list(parameters) == sorted(
                schema["properties"], key=lambda key: schema["properties"][key]["x-order"]
            )
            for key, entry in schema["properties"].items():
                said = parameters[key].default
                assert entry.get("description") == said.description, key
                assert entry.get("minimum") == said.ge, key
                assert entry.get("maximum") == said.le, key
                if entry.get("format") != "uri":
                    assert parameters[key].annotation in TYPES[entry["type"]], key
                    assert entry["default"] == said.default, key
                else:
                    assert key in schema["required"]
