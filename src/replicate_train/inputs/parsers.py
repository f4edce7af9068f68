"""Parsers for the text of single inputs. Each raises `ValueError` with a message for the user.

The runner passes strings only. An empty one means "not given" and is dropped before.
"""

import re
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import BeforeValidator

from replicate_train.net.urls import safe_address, web_address
from replicate_train.replicate.refs import ID, NAME, ModelRef, VersionRef
from replicate_train.runner.text import quoted

_STORAGE = re.compile(r"^\s*!?\s*(s3|gs|az|hf)://", re.MULTILINE | re.IGNORECASE)
_NAME_CHARS = "letters, digits, `-`, `_` and `.`, with a letter or digit at both ends"
_DURATION = re.compile(r"(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s)?")
_MAX_DURATION_CHARS = 11  # such as 1000h59m59s
_MAX_DURATION = 366 * 24 * 3600  # seconds: longer than any job
_MAX_VALUE_CHARS = 60  # of a value that a message repeats
WEBHOOK_EVENTS = ("start", "output", "logs", "completed")


def token(text: str) -> str:
    """Return a token that is valid in an HTTP header. No message repeats it."""
    if text[:1] in {"'", '"'}:
        raise ValueError("must not start with a quotation mark")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(
            "must not contain spaces, line breaks or special characters. Copy the token again"
        )
    return text


def boolean(text: str) -> bool:
    """Return True or False for true or false, as YAML 1.2 writes them."""
    if text.lower() not in {"true", "false"}:
        raise ValueError("must be true or false")
    return text.lower() == "true"


def duration(text: str) -> float:
    """Return the seconds of a duration: 90m, 2h, 1h30m, 45s; a bare number is minutes."""
    match = _DURATION.fullmatch(text)
    if len(text) > _MAX_DURATION_CHARS:
        raise ValueError(
            f"must be a duration of at most {_MAX_DURATION_CHARS} characters, such as `1h30m`"
        )
    if text.isdecimal() and text.isascii():
        seconds = 60 * int(text)
    elif match and text.isascii():
        seconds = sum(
            factor * int(match[unit] or 0) for unit, factor in (("h", 3600), ("m", 60), ("s", 1))
        )
    else:
        raise ValueError("must be a duration such as `45s`, `90m`, `2h` or `1h30m`")
    if not 0 < seconds <= _MAX_DURATION:
        raise ValueError("must be more than 0 seconds and at most one year")
    return float(seconds)


def name(text: str) -> str:
    """Return the name of an owner, a model or hardware that is valid in a URL."""
    if not re.fullmatch(NAME, text):
        raise ValueError(f"must contain only {_NAME_CHARS}")
    return text


def full_name(text: str) -> tuple[str | None, str]:
    """Return the owner, None where it is not named, and the name of `owner/name` or `name`."""
    match = re.fullmatch(rf"(?:({NAME})/)?({NAME})", text)
    if not match:
        raise ValueError(f"must be `name` or `owner/name`, and contain only {_NAME_CHARS}")
    return match[1], match[2]


def trainer(text: str) -> ModelRef | VersionRef:
    """Return the model of `owner/name`, or the version of `owner/name:version-id`."""
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
    """Return a training's id."""
    if not re.fullmatch(ID, text):
        raise ValueError("must be a training ID such as `zz4ibbonubfz7carwiefibzgga`, not a URL")
    return text


def api_url(text: str) -> str:
    """Return the API's base URL, without a slash at its end."""
    url = safe_address(text)
    if url.query or url.fragment:
        raise ValueError("must not contain a query (`?`) or a fragment (`#`)")
    return text.rstrip("/")


def page_url(text: str) -> str:
    """Return a link for the model's page."""
    web_address(text)
    return text


def dataset(text: str) -> str:
    """Return what names a dataset; object storage is not supported yet."""
    if found := _STORAGE.search(text):
        raise ValueError(
            f"`{found[1].lower()}://` is not supported in this release. Use an `https://` URL, for "
            "example a signed one"
        )
    return text


def webhook(text: str) -> str:
    """Return the URL of a webhook: Replicate calls https only."""
    if web_address(text).scheme != "https":
        raise ValueError("must start with `https://`")
    return text


def webhook_events(text: str) -> tuple[str, ...]:
    """Return the events of a comma- or line-separated list, in the given order, once each."""
    events = tuple(dict.fromkeys(part for part in re.split(r"[\s,]+", text) if part))
    unknown = [event for event in events if event not in WEBHOOK_EVENTS]
    if unknown:
        named = quoted(unknown[0], _MAX_VALUE_CHARS)
        raise ValueError(f"unknown event {named}. Available: {', '.join(WEBHOOK_EVENTS)}")
    return events


def deployment(text: str) -> ModelRef:
    """Return the deployment of `owner/name`."""
    named = ModelRef.parse(text)
    if named is None:
        raise ValueError("must be `owner/name`, such as `acme/live`")
    return named


def price(text: str) -> Decimal:
    """Return US dollars per second."""
    if not re.fullmatch(r"\d{1,4}(?:\.\d{1,12})?", text, re.ASCII):
        raise ValueError("must be US dollars per second, a number such as `0.001525`")
    return Decimal(text)


def count(text: str) -> int:
    """Return a whole number from 1 to 10,000."""
    if not re.fullmatch(r"[1-9]\d{0,3}|10000", text, re.ASCII):
        raise ValueError("must be a whole number from 1 to 10000")
    return int(text)


def workspace_path(text: str) -> str:
    """Return one path inside the workspace; links are followed only when it is used."""
    if "\n" in text or "\0" in text:
        raise ValueError("must be a single path")
    if ".." in PurePosixPath(text).parts:
        raise ValueError("must be inside the workspace, without `..`")
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
Deployment = Annotated[ModelRef, BeforeValidator(deployment)]
Price = Annotated[Decimal, BeforeValidator(price)]
Count = Annotated[int, BeforeValidator(count)]
WorkspacePath = Annotated[str, BeforeValidator(workspace_path)]
