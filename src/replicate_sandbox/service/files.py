"""Files: uploads, which expire after a day."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from replicate_sandbox.contract.ids import new_file_id
from replicate_sandbox.contract.json_text import parse_json
from replicate_sandbox.contract.problems import Invalid, invalid_input, not_found, too_large
from replicate_sandbox.contract.timestamps import timestamp
from replicate_sandbox.store.documents import Document, Page
from replicate_sandbox.store.store import Store

LARGEST_FILE = 100 * 1024 * 1024  # bytes (documented as 100 MB)
LIFETIME = timedelta(hours=24)


@dataclass(frozen=True)
class Upload:
    """What an upload holds; `metadata` is JSON as text."""

    content: bytes
    name: str
    content_type: str
    metadata: str


class Files:
    """The files of all accounts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._documents = store.documents
        self._blobs = store.blobs

    def create(self, account: str, upload: Upload) -> Document:
        """Keep a file for a day and return its document. Raises `Problem`: 413, 422."""
        if len(upload.content) > LARGEST_FILE:
            raise too_large()
        created = datetime.now(UTC)
        file_id = new_file_id()
        document = {
            "id": file_id,
            "owner": account,
            "name": upload.name,
            "content_type": upload.content_type,
            "size": len(upload.content),
            "etag": hashlib.md5(upload.content).hexdigest(),  # noqa: S324 - the service's ETag
            "sha256": hashlib.sha256(upload.content).hexdigest(),
            "metadata": _metadata(upload.metadata),
            "created_at": timestamp(created),
            "expires_at": timestamp(created + LIFETIME),
        }
        with self._store.transaction():
            self._blobs.put(file_id, upload.content)
            self._documents.add("file", file_id, account, document)
        return document

    def get(self, account: str, file_id: str) -> Document:
        """Return a file's document. Raises `Problem`: 404."""
        document = self._documents.get("file", file_id)
        if document is None or document["owner"] != account or _has_expired(document):
            raise not_found("File not found")
        return document

    def content(self, account: str, file_id: str) -> bytes:
        """Return a file's bytes. Raises `Problem`: 404."""
        self.get(account, file_id)
        return self._blobs.get(file_id) or b""

    def page(self, account: str, offset: int) -> Page:
        """Return a page of the account's files, newest first."""
        page = self._documents.page("file", account, offset)
        valid = [document for document in page.documents if not _has_expired(document)]
        return Page(valid, page.next, page.previous)

    def delete(self, account: str, file_id: str) -> None:
        """Delete a file. Raises `Problem`: 404."""
        self.get(account, file_id)
        self._forget(file_id)

    def forget_expired(self) -> None:
        """Delete the files whose day is over."""
        for document in self._documents.list_all("file"):
            if _has_expired(document):
                self._forget(document["id"])

    def _forget(self, file_id: str) -> None:
        with self._store.transaction():
            self._documents.delete("file", file_id)
            self._blobs.delete(file_id)


def _metadata(text: str) -> object:
    try:
        metadata = parse_json(text) if text.strip() else {}
    except ValueError:
        metadata = None
    if not isinstance(metadata, dict):
        raise invalid_input([Invalid("metadata", "Must be a JSON object.")])
    return metadata


def _has_expired(document: Document) -> bool:
    return datetime.fromisoformat(document["expires_at"]) <= datetime.now(UTC)
