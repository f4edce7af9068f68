"""Files that runs return, trained weights among them: kept as blobs, delivered to their account."""

from collections.abc import Iterator
from typing import Any

from replicate_sandbox.contract.ids import content_id
from replicate_sandbox.contract.problems import not_found
from replicate_sandbox.engine.data_urls import file_content
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store


class OutputFiles:
    """The files of all runs. In an output they are references: objects with `blob` and `name`."""

    def __init__(self, store: Store) -> None:
        self._documents = store.documents
        self._blobs = store.blobs

    def keep(self, run: Document, output: object) -> Any:  # noqa: ANN401 - any JSON
        """Keep the files in an output, and return the output with references to them."""
        if isinstance(output, list):
            return [self.keep(run, part) for part in output]
        if isinstance(output, dict):
            return {name: self.keep(run, part) for name, part in output.items()}
        content = file_content(output)
        return output if content is None else self.put(run, content, "output")

    def put(self, run: Document, content: bytes, name: str) -> Document:
        """Keep a file of a run, and return a reference to it."""
        key = content_id(run["id"].encode(), content)
        self._blobs.put(key, content)
        self._documents.add("output_file", key, run["owner"], {"owner": run["owner"]})
        return {"blob": key, "name": name}

    def content(self, account: str, key: str) -> bytes:
        """Return a file's bytes. Raises `Problem`: 404."""
        document = self._documents.get("output_file", key)
        content = self._blobs.get(key) if document and document["owner"] == account else None
        if content is None:
            raise not_found()
        return content

    def delete(self, key: str) -> None:
        """Delete a file."""
        self._documents.delete("output_file", key)
        self._blobs.delete(key)


def references(output: object) -> Iterator[tuple[str, str]]:
    """Yield the name and the blob of each file in an output."""
    if isinstance(output, list):
        for part in output:
            yield from references(part)
    elif isinstance(output, dict) and set(output) == {"blob", "name"}:
        yield output["name"], output["blob"]
    elif isinstance(output, dict):
        for part in output.values():
            yield from references(part)
