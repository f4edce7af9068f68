"""How an input's text becomes a value. A ValueError says, in the author's words, what is wrong.

The runner hands over strings only, and an empty one means "not given"; none arrives here.
"""

import re
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import BeforeValidator

from replicate_train.net.urls import safe_address, web_address
from replicate_train.replicate.refs import ID, NAME, ModelRef, VersionRef

_STORAGE = re.compile(r"^\s*!?\s*(s3|gs|az|hf)://", re.MULTILINE | re.IGNORECASE)
_DURATION = re.compile(r"(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s)?")
_DIGITS = 11  # and letters of a duration, such as 1000h59m59s
_YEAR = 366 * 24 * 3600  # seconds: longer than any job
WEBHOOK_EVENTS = ("start", "output", "logs", "completed")


def token(text: str) -> str:
    """Accept what can stand in a header. The value is never repeated."""
    if text[:1] in {"'", '"'}:
        raise ValueError("begins with a quotation mark: give it without")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("holds blanks, line breaks or signs that no token has: copy it anew")
    return text


def boolean(text: str) -> bool:
    """Read true or false, as YAML 1.2 writes them."""
    if text.lower() not in {"true", "false"}:
        raise ValueError("must be true or false")
    return text.lower() == "true"


def duration(text: str) -> float:
    """Return seconds: 90m, 2h, 1h30m, 45s; a bare number is minutes."""
    match = _DURATION.fullmatch(text)
    if len(text) > _DIGITS:
        raise ValueError("must be a duration of a few digits, such as 45s, 90m, 2h or 1h30m")
    if text.isdecimal() and text.isascii():
        seconds = 60 * int(text)
    elif match and text.isascii():
        seconds = sum(
            factor * int(match[unit] or 0) for unit, factor in (("h", 3600), ("m", 60), ("s", 1))
        )
    else:
        raise ValueError("must be a duration such as 45s, 90m, 2h or 1h30m")
    if not 0 < seconds <= _YEAR:
        raise ValueError("must be longer than nothing, and not longer than a year")
    return float(seconds)


def name(text: str) -> str:
    """Accept an owner's or a model's name, as far as a URL is concerned."""
    if not re.fullmatch(NAME, text):
        raise ValueError("must be letters, digits, '-', '_' and '.' only, with no '/' or blank")
    return text


def full_name(text: str) -> tuple[str | None, str]:
    """Read `name` or `owner/name`."""
    match = re.fullmatch(rf"(?:({NAME})/)?({NAME})", text)
    if not match:
        raise ValueError("must be name or owner/name, of letters, digits, '-', '_' and '.' only")
    return match[1], match[2]


def trainer(text: str) -> ModelRef | VersionRef:
    """Read `owner/name` or `owner/name:version-id`."""
    if text.endswith(":latest"):
        raise ValueError("must not end with `:latest`. `owner/name` uses the latest version")
    named = VersionRef.parse(text) if ":" in text else ModelRef.parse(text)
    if named is None:
        raise ValueError(
            "must be `owner/name` or `owner/name:version-id`, such as "
            "`ostris/flux-dev-lora-trainer`"
        )
    return named


def identifier(text: str) -> str:
    """Accept a training's id."""
    if not re.fullmatch(ID, text):
        raise ValueError("must be a training's id, such as zz4ibbonubfz7carwiefibzgga, not a URL")
    return text


def api_url(text: str) -> str:
    """Accept the API's base URL, without a slash at its end."""
    url = safe_address(text)
    if url.query or url.fragment:
        raise ValueError("must not hold a query or a fragment")
    return text.rstrip("/")


def page_url(text: str) -> str:
    """Accept a link for the model's page."""
    web_address(text)
    return text


def dataset(text: str) -> str:
    """Accept what may name a dataset; an object in a storage service is not supported yet."""
    if found := _STORAGE.search(text):
        raise ValueError(
            f"{found[1].lower()}:// is not supported in this release. Pass an https:// URL, for "
            "example a signed one"
        )
    return text


def webhook(text: str) -> str:
    """Accept what Replicate calls: https only."""
    if web_address(text).scheme != "https":
        raise ValueError("must be a URL that starts with https://: Replicate calls no other")
    return text


def webhook_events(text: str) -> tuple[str, ...]:
    """Read a comma- or line-separated subset of the events, in the given order, once each."""
    events = tuple(dict.fromkeys(part for part in re.split(r"[\s,]+", text) if part))
    unknown = [event for event in events if event not in WEBHOOK_EVENTS]
    if unknown:
        raise ValueError(f"must be among {', '.join(WEBHOOK_EVENTS)}, and {unknown[0]!r} is not")
    return events


def workspace_path(text: str) -> str:
    """Accept one path that stays inside the workspace, as far as its text tells."""
    if "\n" in text or "\0" in text:
        raise ValueError("must be one path")
    if ".." in PurePosixPath(text).parts:
        raise ValueError("must stay inside the workspace, so it must not hold '..'")
    return text


Token = Annotated[str, BeforeValidator(token)]
Boolean = Annotated[bool, BeforeValidator(boolean)]
Duration = Annotated[float, BeforeValidator(duration)]
Name = Annotated[str, BeforeValidator(name)]
FullName = Annotated[tuple[str | None, str], BeforeValidator(full_name)]
Trainer = Annotated[ModelRef | VersionRef, BeforeValidator(trainer)]
TrainingId = Annotated[str, BeforeValidator(identifier)]
ApiUrl = Annotated[str, BeforeValidator(api_url)]
PageUrl = Annotated[str, BeforeValidator(page_url)]
Dataset = Annotated[str, BeforeValidator(dataset)]
Webhook = Annotated[str, BeforeValidator(webhook)]
WebhookEvents = Annotated[tuple[Any, ...], BeforeValidator(webhook_events)]
WorkspacePath = Annotated[str, BeforeValidator(workspace_path)]
