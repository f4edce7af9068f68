"""The example of a model: the first prediction of its owner that succeeded.

On Replicate the owner chooses examples on the website (documented).
"""

from replicate_sandbox.store.documents import Document, Documents


class Examples:
    """The examples of all models, at most one of each."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def of(self, model: Document) -> Document | None:
        """Return the prediction that is a model's example, or None."""
        key = model.get("example")
        return self._documents.get("prediction", key) if key else None

    def consider(self, kind: str, run: Document) -> None:
        """Make a successful prediction of its owner the example of a model that has none."""
        if kind != "prediction" or run["status"] != "succeeded":
            return

        def with_example(model: Document) -> Document | None:
            is_own = model["owner"] == run["owner"]
            return model | {"example": run["id"]} if is_own and not self.of(model) else None

        self._documents.update("model", run["model"], with_example)
