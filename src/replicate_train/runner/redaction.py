"""Secrets in text: found as they are, as other notations write them, and where they are cut off."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from replicate_train.runner.text import as_markdown, in_link

_HIDDEN = "***"
_CUT = re.compile(r"(?= …)")  # what plain_text.cut and its like leave at the end of a text
_CUTS = 50  # of a text that are looked at; our own texts have far fewer
_TELLING = 6  # characters of a secret's beginning that are worth hiding


class Secrets:
    """Values that nothing written may hold."""

    def __init__(self) -> None:
        self._forms: list[str] = []

    def add(self, secret: str) -> None:
        """Hide a value from here on."""
        self._forms = sorted({*self._forms, *_forms(secret)}, key=len, reverse=True)

    def hidden(self, text: str, least: int = 1) -> str:
        """Return the text with *** for every secret of at least so many characters."""
        forms = [form for form in self._forms if len(form) >= least]
        for form in forms:
            text = text.replace(form, _HIDDEN)
        parts = _CUT.split(text, _CUTS) if forms else [text]
        return "".join([*(_without_beginning(part, forms) for part in parts[:-1]), parts[-1]])


def _forms(secret: str) -> Iterable[str]:
    """Return a value as it may stand in text, in JSON, in an address, and in Markdown."""
    one_line = " ".join(secret.split())
    in_json = json.dumps(secret)[1:-1]
    in_letters = json.dumps(secret, ensure_ascii=False)[1:-1]
    in_addresses = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    in_texts = {in_json, in_letters, in_json.replace("/", "\\/"), as_markdown(secret)}
    in_addresses.add(in_link(secret))
    return ({secret, one_line} | in_texts | in_addresses) - {""}


def _without_beginning(text: str, forms: Iterable[str]) -> str:
    """Return a text that was cut off, without the beginning of a secret at its end."""
    for form in forms:
        place = text.find(form[:_TELLING], max(0, len(text) - len(form)))
        while place >= 0:
            if form.startswith(text[place:]):
                return text[:place] + _HIDDEN
            place = text.find(form[:_TELLING], place + 1)
    return text
