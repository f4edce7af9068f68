"""Bytes in, meaning out: what an HTTP answer of Replicate says. No network here.

The shapes are those of the OpenAPI document and of recorded traffic: errors are
`application/problem+json` with `title`, `detail`, `status`, sometimes `errors` with `detail` and
`pointer`, sometimes `invalid_fields`; Django-style bodies have only `detail`; a front-end may
answer HTML.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from replicate_train.replicate.errors import MalformedResponse, Redirected, refusal
from replicate_train.replicate.json_values import parse
from replicate_train.replicate.rate_limit import retry_after

Shape = TypeVar("Shape", bound=BaseModel)

_EXCERPT_LENGTH = 200  # characters of a foreign body that an error shows


def decode(request: str, status: int, headers: Mapping[str, str], body: bytes) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON value of a successful answer; None for an empty one.

    `request` names the question in errors: "POST /models"; `headers` have lower-case names.
    Raises `Refused` for an error status, `Redirected`, and `MalformedResponse` for what is no JSON.
    """
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP's own border
        return _parse(request, headers, body) if body.strip() else None
    if 300 <= status < 400:  # noqa: PLR2004 - likewise
        raise Redirected(
            f"{request} answered {status}, a redirect",
            why="Redirects are not followed: the token must not reach another server.",
            fix="Set `api-url` to the URL that does not redirect. If it is right, the model was "
            "renamed: use its new name.",
        )
    detail, fields = _explain(body)
    raise refusal(request, status, detail, fields, retry_after(headers, body))


def shaped(request: str, shape: type[Shape], value: object) -> Shape:
    """Return a decoded value as the documented shape. Raises `MalformedResponse` otherwise."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(part) for part in problem['loc']) or 'the response'}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
        raise MalformedResponse(
            f"{request}: the response is not a valid {shape.__name__}",
            why="It does not have the shape that Replicate documents.",
            fix="Check that `api-url` is Replicate's API. If it is, report a bug of this action.",
            details=problems[:5],
        ) from None


def _parse(request: str, headers: Mapping[str, str], body: bytes) -> Any:  # noqa: ANN401 - JSON
    kind = headers.get("content-type")
    is_not_json = f"is {kind}, not JSON" if kind else "has no content type and is not JSON"
    try:
        return parse(body)
    except ValueError:
        raise MalformedResponse(
            f"{request}: the response {is_not_json}",
            why="Something other than Replicate's API may have answered, for example a proxy.",
            fix="Check `api-url` (default https://api.replicate.com/v1) and re-run the job.",
            details=[_excerpt(body)],
        ) from None


def _explain(body: bytes) -> tuple[str, list[str]]:
    """Find the service's own words in an error's body, whatever its shape."""
    try:
        problem = parse(body)
    except ValueError:
        return _excerpt(body), []
    if not isinstance(problem, dict):
        return _excerpt(body), []
    fields = list(_fields(problem))
    for words in (problem.get("detail"), problem.get("title")):
        if isinstance(words, str) and words.strip():
            return words.strip(), fields
    return "" if fields else _excerpt(body), fields


def _fields(problem: Mapping[str, Any]) -> Iterator[str]:
    for key in ("errors", "invalid_fields", "detail"):
        entries = problem.get(key)
        if isinstance(entries, dict):
            yield from (f"{name}: {words}" for name, words in entries.items())
        elif isinstance(entries, list):
            yield from (_field(entry) for entry in entries)


def _field(entry: object) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    words = entry.get("detail") or entry.get("description") or entry.get("msg") or entry
    place = entry.get("pointer") or entry.get("field") or entry.get("loc") or ""
    if isinstance(place, list):
        place = ".".join(str(part) for part in place)
    return f"{place}: {words}" if place else str(words)


def _excerpt(body: bytes) -> str:
    text = " ".join(body[: 4 * _EXCERPT_LENGTH].decode("utf-8", "replace").split())
    return text if len(text) <= _EXCERPT_LENGTH else text[:_EXCERPT_LENGTH] + " …"
