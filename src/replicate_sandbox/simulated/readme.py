"""What the page of a simulated trainer says."""

from replicate_sandbox.simulated.specification import Specification

_KNOWN = {
    "all": "Its inputs are those of the published code.",
    "part": "Its inputs are known in part: limits, defaults and required inputs are unknown.",
    "none": "Its inputs are unknown, so every input is accepted.",
}


def description(specification: Specification) -> str:
    """Return the description of the model, in a line."""
    return f"Simulated: {specification.trainer} {specification.about} on Replicate."


def readme(specification: Specification) -> str:
    """Return the README of the model."""
    return f"""# {specification.trainer} (simulated)

On Replicate, {specification.trainer} {specification.about}. Here it is simulated: it checks its
inputs, downloads the dataset and prints a log like the real trainer. It learns nothing. The version
that it makes cannot run predictions.

{_KNOWN[specification.known]} Source: {specification.source}.
"""
