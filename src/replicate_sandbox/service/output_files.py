"""Files that predictions return: kept as blobs, and delivered by id."""

from typing import Any

from replicate_sandbox.contract.ids import content_id
from replicate_sandbox.contract.problems import not_found
from replicate_sandbox.engine.data_urls import file_content
from replicate_sandbox.store.blobs import Blobs
from replicate_sandbox.store.documents import Document


class OutputFiles:
    """The output files of all predictions, and trained weights."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def keep(self, prediction: Document, output: object) -> Any:  # noqa: ANN401 - any JSON
        """Keep the files in an output, and return the output with references to them."""
        if isinstance(output, list):
            return [self.keep(prediction, part) for part in output]
        if isinstance(output, dict):
            return {name: self.keep(prediction, part) for name, part in output.items()}
        content = file_content(output)
        if content is None:
            return output
        key = content_id(prediction["id"].encode(), content)
        self._blobs.put(key, content)
        return {"blob": key, "name": "output"}

    def content(self, key: str) -> bytes:
        """Return a file's bytes. Raises `Problem`: 404."""
        content = self._blobs.get(key)
        if content is None:
            raise not_found()
        return content
