"""The body of an upload: its length is known beforehand, and it is never held as a whole.

As the OpenAPI document has it: a part `content` with a file name and a type, a part `metadata`.
"""

import json
import secrets
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})  # HTML's rule for forms


@dataclass(frozen=True)
class Upload:
    """A file to upload: `blocks` reads its `size` bytes, as often as it is called."""

    name: str
    media_type: str
    size: int
    blocks: Callable[[], Generator[bytes]]
    metadata: Mapping[str, str]
    boundary: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def headers(self) -> dict[str, str]:
        """What the request says of its body."""
        return {
            "Content-Type": f"multipart/form-data; boundary={self.boundary}",
            "Content-Length": str(len(self._head) + self.size + len(self._tail)),
        }

    def body(self) -> Generator[bytes]:
        """Yield the body."""
        yield self._head
        with closing(self.blocks()) as blocks:
            yield from blocks
        yield self._tail

    @property
    def _head(self) -> bytes:
        name = self.name.translate(_ESCAPES)
        told = json.dumps(dict(self.metadata))
        return (
            f"--{self.boundary}\r\n"
            'Content-Disposition: form-data; name="metadata"\r\n'
            f"Content-Type: application/json\r\n\r\n{told}\r\n"
            f"--{self.boundary}\r\n"
            f'Content-Disposition: form-data; name="content"; filename="{name}"\r\n'
            f"Content-Type: {self.media_type}\r\n\r\n"
        ).encode("utf-8", "replace")

    @property
    def _tail(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode()
