"""Signed URLs, at which an engine downloads an account's files without a token."""

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from replicate_sandbox.contract.problems import not_found
from replicate_sandbox.service.files import LIFETIME, Files

FILE_URL = re.compile(r"https?://[^/]+/v1/files/([^/?#]+)")


class SignedUrls:
    """Signs URLs and checks signatures, with a secret that lasts as long as the process."""

    def __init__(self, files: Files, address: str) -> None:
        """`address` is where engines reach this server, such as http://127.0.0.1:8123."""
        self._files = files
        self._address = address
        self._secret = secrets.token_bytes(32)

    def sign_inputs(self, account: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return inputs in which each URL of an account's file, also in a list, is a signed one.

        Raises `Problem`: 404 for a file that does not exist.
        """
        return {name: self._signed(account, value) for name, value in given.items()}

    def download(self, file_id: str, owner: str, expiry: str, signature: str) -> bytes:
        """Return the file of a signed URL. Raises `Problem`: 404."""
        valid = expiry.isdecimal() and int(expiry) >= time.time()
        expected = self._signature(owner, file_id, int(expiry)) if valid else ""
        if not valid or not hmac.compare_digest(signature.encode(), expected.encode()):
            raise not_found("File not found")
        return self._files.content(owner, file_id)

    def _signed(self, account: str, value: object) -> object:
        if isinstance(value, list):
            return [self._signed(account, part) for part in value]
        match = FILE_URL.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            return value
        file_id = match[1]
        self._files.get(account, file_id)
        expiry = int(time.time() + LIFETIME.total_seconds())
        signature = self._signature(account, file_id, expiry)
        query = urlencode({"owner": account, "expiry": expiry, "signature": signature})
        return f"{self._address}/v1/files/{file_id}/download?{query}"

    def _signature(self, owner: str, file_id: str, expiry: int) -> str:
        signed = hmac.new(self._secret, f"{owner} {file_id} {expiry}".encode(), hashlib.sha256)
        return base64.b64encode(signed.digest()).decode()
