"""Metrics in a text: `loss=0.1`, `lr: 4.0e-04 loss: 4.5e-01`, `'loss': 3.2`, `test loss 3.85`."""

import re

_NUMBER = (
    r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,5})?|[-+]?(?:nan|inf)(?:inity)?"
)
_END = r"(?![\w/])(?![.:]\d)"
_PAIR = re.compile(
    rf"(?<![\w./'\"-])([a-z][\w./-]{{0,59}})\s{{0,4}}[:=]\s{{0,4}}({_NUMBER}){_END}(%?)"
)
_ENTRY = re.compile(
    rf"['\"]([a-z][\w./ -]{{0,59}})['\"]\s{{0,4}}:\s{{0,4}}['\"]?({_NUMBER}){_END}(%?)"
)
_KNOWN = r"loss|accuracy|perplexity|learning[ _]rate|grad[ _]norm|lr|acc|ppl|wer|psnr|ssim"
_SPOKEN = re.compile(
    rf"(?<![\w./'\"-])((?:(?:train|training|test|eval|val|validation)[ _])?(?:{_KNOWN}))"
    rf"\s{{0,4}}[:=]?\s{{0,4}}({_NUMBER}){_END}(%?)"
)
_METRIC = re.compile(rf"(?:^|[_./-])(?:{_KNOWN})\d{{0,2}}$")
_ALIASES = {
    "lr": "learning_rate",
    "acc": "accuracy",
    "ppl": "perplexity",
    "avr_loss": "loss",
    "avg_loss": "loss",
    "average_loss": "loss",
    "step_loss": "loss",
}


def in_postfix(text: str) -> dict[str, float]:
    """Return all metrics of a progress bar's postfix."""
    return _named(_PAIR.findall(text))


def in_dictionary(text: str) -> dict[str, float]:
    """Return all numbers of a dictionary by name; empty where it is not about a training."""
    values = _named(_ENTRY.findall(text))
    told = any(name == "epoch" or name.endswith(("loss", "accuracy", "runtime")) for name in values)
    return values if told else {}


def in_text(text: str) -> dict[str, float]:
    """Return the metrics of a sentence; only those whose names are well known."""
    pairs = (found for found in _PAIR.findall(text) if _METRIC.search(found[0]))
    return _named([*_SPOKEN.findall(text), *pairs])


def _named(found: list[tuple[str, str, str]]) -> dict[str, float]:
    """Return numbers by their names, as charts and tables have them; the first of a name stays."""
    values: dict[str, float] = {}
    for name, number, percent in found:
        plain = name.replace(" ", "_")
        value = float(number) / (100 if percent else 1)
        values.setdefault(_ALIASES.get(plain, plain), value)
    return values
