"""The hardware that a model may name. Whatever it names, runs use this machine's CPU."""

from collections.abc import Iterator, Mapping

from replicate_sandbox.contract.problems import Invalid

HARDWARE = {
    "cpu": "CPU",
    "gpu-t4": "Nvidia T4 GPU",
    "gpu-l40s": "Nvidia L40S GPU",
    "gpu-a100-large": "Nvidia A100 (80GB) GPU",
    "gpu-h100": "Nvidia H100 GPU",
}  # SKU: name


def invalid_hardware(given: str, hardware: Mapping[str, str]) -> Iterator[Invalid]:
    """Yield what the service says of hardware that is not in its list (quoted by users)."""
    if given not in hardware:
        options = ", ".join(hardware)
        yield Invalid(
            "hardware", f"{given} is not a valid hardware SKU. Your options are: {options}."
        )
