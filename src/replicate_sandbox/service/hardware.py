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
PRICES = {
    "cpu": 0.0001,
    "cpu-small": 0.000025,
    "gpu-t4": 0.000225,
    "gpu-l40s": 0.000975,
    "gpu-l40s-2x": 0.00195,
    "gpu-a100-large": 0.0014,
    "gpu-a100-large-2x": 0.0028,
    "gpu-h100": 0.001525,
    "gpu-h100-2x": 0.00305,
}  # SKU: US dollars per second (documented)


def invalid_hardware(given: str, hardware: Mapping[str, str]) -> Iterator[Invalid]:
    """Yield what the service says of hardware that is not in its list (quoted by users)."""
    if given not in hardware:
        options = ", ".join(hardware)
        yield Invalid(
            "hardware", f"{given} is not a valid hardware SKU. Your options are: {options}."
        )
