"""Uploads: the parts of a multipart request."""

from starlette.datastructures import UploadFile
from starlette.requests import Request

from replicate_sandbox.contract.problems import Invalid, invalid_input
from replicate_sandbox.service.files import Upload

_PARTS = {"content", "metadata", "filename", "type"}


async def read_upload(request: Request) -> Upload:
    """Read a part `content` (a file), and perhaps `metadata`, `filename` and `type`.

    Raises `Problem`: 422.
    """
    async with request.form() as form:
        content, metadata = form.get("content"), form.get("metadata")
        if not isinstance(content, UploadFile):
            raise invalid_input([Invalid("content", "This field is required.", "required")])
        if unknown := set(form) - _PARTS:
            detail = "Additional property is not allowed."
            raise invalid_input([Invalid(name, detail) for name in unknown])
        if isinstance(metadata, UploadFile):
            metadata = (await metadata.read()).decode("utf-8", "replace")
        content_type = form.get("type") or content.content_type or "application/octet-stream"
        return Upload(
            content=await content.read(),
            name=str(form.get("filename") or content.filename or "file"),
            content_type=str(content_type),
            metadata=metadata or "",
        )
