"""Regular expressions from elsewhere, matched in linear time whatever they are.

By Rust's regex, which pydantic brings along and Cog uses too. It has no look-around and no
back-references: a pattern of a schema that needs them is left to Replicate.
"""

from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

_MAX_PATTERN_CHARS = 10_000


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in a text; one that cannot be compiled matches any text."""
    validator = _validator(pattern)
    try:
        if validator:
            validator.validate_python(text)
    except ValidationError:
        return False
    return True


def problem(pattern: str) -> str:
    """Return why a pattern cannot be compiled; empty where it can."""
    if len(pattern) > _MAX_PATTERN_CHARS:
        return f"too long: {len(pattern):,} characters (maximum {_MAX_PATTERN_CHARS:,})"
    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError as error:
        _, _, last = str(error).strip().rpartition("\n")
        return last.strip().removeprefix("error: ").removeprefix("SchemaError: ").rstrip(".")
    return ""


@lru_cache(maxsize=100)
def _validator(pattern: str) -> SchemaValidator | None:
    if len(pattern) > _MAX_PATTERN_CHARS:
        return None
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError:
        return None
