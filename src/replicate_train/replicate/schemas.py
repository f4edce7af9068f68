"""The answers' shapes, as far as the action reads them.

Lenient on purpose: fields that are not read are not declared, and what the service leaves out
now and then (recorded traffic does) has a default. A value that cannot be read counts as left out:
a training that was paid for is not lost to a date of an odd format. What has no default must be
there, else the answer is `MalformedResponse`.
"""

from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

TERMINAL = frozenset({"succeeded", "failed", "canceled", "aborted"})


class _Shape(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True
    )

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_left_out(
        cls, value: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Any:  # noqa: ANN401 - a field of any type
        try:
            return handler(value)
        except ValidationError:
            field = cls.model_fields[str(info.field_name)]
            if field.is_required():
                raise
            return field.get_default(call_default_factory=True)


class Account(_Shape):
    """The token's account."""

    username: str
    type: str = ""


class Hardware(_Shape):
    """A kind of machine; `sku` is its name in inputs."""

    sku: str = ""
    name: str = ""


class HardwareList(RootModel[list[Hardware]]):
    """All hardware; a bare list."""


class Version(_Shape):
    """A version of a model."""

    id: str
    created_at: datetime | None = None
    openapi_schema: dict[str, Any] | None = None

    @property
    def training_schema(self) -> dict[str, Any] | None:
        """The JSON schema of the inputs of `train()`; None where there is no `train()`."""
        schema = self.schemas.get("TrainingInput")
        return schema if isinstance(schema, dict) else None

    @property
    def schemas(self) -> dict[str, Any]:
        """The document's schemas by their names, to which others refer."""
        components = (self.openapi_schema or {}).get("components")
        schemas = components.get("schemas") if isinstance(components, dict) else None
        return schemas if isinstance(schemas, dict) else {}


class Model(_Shape):
    """A model: a destination, or a trainer."""

    owner: str
    name: str
    url: str | None = None
    visibility: str | None = None
    hardware: str | None = None  # undocumented: compared where it comes
    description: str | None = None
    github_url: str | None = None
    license_url: str | None = None
    paper_url: str | None = None
    cover_image_url: str | None = None
    latest_version: Version | None = None

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"


class Release(_Shape):
    """What a deployment runs: a version of `model`, `owner/name`."""

    model: str = ""
    version: str = ""


class Deployment(_Shape):
    """A deployment, `owner/name`; its release is empty where Replicate shows none."""

    owner: str
    name: str
    current_release: Release = Release()

    @property
    def reference(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"


class Nothing(RootModel[Any]):
    """An answer whose content does not matter; it may be empty."""


class Checksums(_Shape):
    """Digests as the service computed them, in hex."""

    sha256: str = ""


class Urls(_Shape):
    """Links; only `get` of a file and `web` of a training are used."""

    get: str = ""
    web: str = ""


class File(_Shape):
    """An uploaded file; `urls.get` is what goes into a training's input."""

    id: str
    name: str = ""
    size: int = 0
    metadata: dict[str, Any] | None = None
    checksums: Checksums = Checksums()
    created_at: datetime | None = None
    expires_at: datetime | None = None
    urls: Urls = Urls()


class Training(_Shape):
    """A training; `logs` is the whole text so far, `metrics` are seconds."""

    id: str
    status: str
    model: str | None = None
    version: str | None = None
    input: dict[str, Any] | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    destination: str | None = None
    error: Any = None
    logs: str | None = None
    metrics: dict[str, Any] | None = None
    output: Any = None
    urls: Urls = Field(default_factory=Urls)

    @property
    def ended(self) -> bool:
        """Whether the status is final. An unknown status is one to go on following."""
        return self.status in TERMINAL


Entry = TypeVar("Entry", bound=BaseModel)


class Page(_Shape, Generic[Entry]):
    """A page of a list; `next` links to the page after it."""

    results: list[Entry]
    next: str | None = None


class FilePage(Page[File]):
    """A page of uploaded files. An entry that is none is left out: it only saves an upload.

    Other lists must be whole: a training that is overlooked may be started again.
    """

    @field_validator("results", mode="wrap")
    @classmethod
    def _entries(cls, value: object, handler: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401 - a list
        try:
            return handler(value)
        except ValidationError:
            if not isinstance(value, list):
                raise
            return [entry for each in value for entry in _read(each, handler)]


def _read(entry: object, handler: ValidatorFunctionWrapHandler) -> list[Any]:
    try:
        return list(handler([entry]))
    except ValidationError:
        return []


def aware(moment: datetime) -> datetime:
    """Return a moment with a time zone: UTC where the service named none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
