"""Files: uploads that live for a day, and the signed addresses at which they are fetched."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from replicate_sandbox.contract import ids, timestamps
from replicate_sandbox.contract.problems import invalid_fields, not_found, too_large
from replicate_sandbox.store.documents import Document, Page
from replicate_sandbox.store.store import Store

LIMIT = 100 * 1024 * 1024  # bytes (documented as 100 MB)
_LIFE = timedelta(hours=24)


@dataclass(frozen=True)
class Upload:
    """What a multipart request holds."""

    content: bytes
    name: str
    content_type: str
    metadata: str


class Files:
    """An account's files."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._secret = secrets.token_bytes(32)

    def create(self, account: str, upload: Upload) -> Document:
        """Keep a file for a day. Raises `Problem`: 413, 422."""
        if len(upload.content) > LIMIT:
            raise too_large()
        made = datetime.now(UTC)
        file_id = ids.new_file_id()
        document = {
            "id": file_id,
            "owner": account,
            "name": upload.name,
            "content_type": upload.content_type,
            "size": len(upload.content),
            "etag": hashlib.md5(upload.content).hexdigest(),  # noqa: S324 - the service's ETag
            "sha256": hashlib.sha256(upload.content).hexdigest(),
            "metadata": _metadata(upload.metadata),
            "created_at": timestamps.timestamp(made),
            "expires_at": timestamps.timestamp(made + _LIFE),
        }
        self._store.blobs.put(file_id, upload.content)
        self._store.documents.add("file", file_id, account, document)
        return document

    def get(self, account: str, file_id: str) -> Document:
        """Return a file's document. Raises `Problem`: 404."""
        document = self._store.documents.get("file", file_id)
        if document is None or document["owner"] != account or _expired(document):
            raise not_found("File not found")
        return document

    def page(self, account: str, offset: int) -> Page:
        """Return a page of the account's files, newest first."""
        page = self._store.documents.page("file", account, offset)
        return Page([one for one in page.documents if not _expired(one)], page.next, page.previous)

    def delete(self, account: str, file_id: str) -> None:
        """Forget a file. Raises `Problem`: 404."""
        self.get(account, file_id)
        self._store.documents.delete("file", file_id)
        self._store.blobs.delete(file_id)

    def signed_path(self, account: str, file_id: str) -> str:
        """Return the path and query at which a file can be fetched without a token, for a day."""
        expiry = int(time.time() + _LIFE.total_seconds())
        query = {
            "owner": account,
            "expiry": expiry,
            "signature": self._signature(account, file_id, expiry),
        }
        return f"/v1/files/{file_id}/download?{urlencode(query)}"

    def download(
        self, file_id: str, owner: str, expiry: str, signature: str
    ) -> tuple[Document, bytes]:
        """Return a file for a signed address. Raises `Problem`: 404."""
        fresh = expiry.isdecimal() and int(expiry) >= time.time()
        expected = self._signature(owner, file_id, int(expiry)) if fresh else ""
        if not fresh or not hmac.compare_digest(signature.encode(), expected.encode()):
            raise not_found("File not found")
        return self.get(owner, file_id), self._store.blobs.get(file_id) or b""

    def _signature(self, owner: str, file_id: str, expiry: int) -> str:
        signed = hmac.new(self._secret, f"{owner} {file_id} {expiry}".encode(), hashlib.sha256)
        return base64.b64encode(signed.digest()).decode()


def _metadata(text: str) -> object:
    try:
        return json.loads(text) if text.strip() else {}
    except ValueError:
        raise invalid_fields([("metadata", "Must be valid JSON.")]) from None


def _expired(document: Document) -> bool:
    return datetime.fromisoformat(document["expires_at"]) <= datetime.now(UTC)
