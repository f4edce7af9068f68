"""Versions of models: finding and deleting them, and the version that a training makes."""

from replicate_sandbox.contract import timestamps
from replicate_sandbox.contract.problems import invalid_version, not_found, unprocessable
from replicate_sandbox.engine.data_urls import file_content
from replicate_sandbox.engine.errors import EngineError
from replicate_sandbox.service.models import Models
from replicate_sandbox.service.output_files import OutputFiles, references
from replicate_sandbox.service.trainers import Trainers
from replicate_sandbox.store.documents import Document, Page
from replicate_sandbox.store.store import Store

_NO_DESTINATION = "Failed to create trained image after successful training run"  # quoted by users


class Versions:
    """The versions of all models; those of trainers in folders are as their files are now."""

    def __init__(
        self, store: Store, models: Models, output_files: OutputFiles, trainers: Trainers
    ) -> None:
        self._store = store
        self._documents = store.documents
        self._models = models
        self._output_files = output_files
        self._trainers = trainers

    def get(self, account: str, owner: str, name: str, version_id: str) -> Document:
        """Return a version of a model that the account may see. Raises `Problem`: 404."""
        self._models.get(account, owner, name)
        self._trainers.refresh(f"{owner}/{name}")
        version = self._documents.get("version", f"{owner}/{name}:{version_id}")
        if version is None:
            raise not_found()
        return version

    def find(self, account: str, reference: str) -> Document:
        """Return the version that `ID` or `OWNER/NAME:ID` names.

        Raises `Problem`: 422 if there is none, or none that the account may see.
        """
        model, _, version_id = reference.rpartition(":")
        for version in self._documents.with_value("version", "id", version_id):
            if model in {"", version["model"]} and self._models.may_see(account, version["model"]):
                return version
        raise invalid_version()

    def exists(self, version: Document) -> bool:
        """Return whether a version was not deleted meanwhile."""
        return self._documents.get("version", f"{version['model']}:{version['id']}") is not None

    def latest(self, owner: str, name: str) -> Document | None:
        """Return a model's newest version, or None."""
        self._trainers.refresh(f"{owner}/{name}")
        newest = self._documents.page("version", f"{owner}/{name}", size=1).documents
        return newest[0] if newest else None

    def page(self, account: str, owner: str, name: str, offset: int) -> Page:
        """Return a page of a model's versions, newest first. Raises `Problem`: 404."""
        self._models.get(account, owner, name)
        self._trainers.refresh(f"{owner}/{name}")
        return self._documents.page("version", f"{owner}/{name}", offset)

    def delete(self, account: str, owner: str, name: str, version_id: str) -> None:
        """Delete a version of a private model, with its predictions.

        Raises `Problem`: 403, 404, 422.
        """
        with self._store.transaction():
            model = self._models.get_own(account, owner, name)
            version = self.get(account, owner, name, version_id)
            if reason := self._kept_because(model, version):
                raise unprocessable(reason)
            self._documents.delete("version", f"{owner}/{name}:{version_id}")
            for prediction in self._documents.list_all("prediction"):
                if _uses(prediction, version):
                    self._delete_prediction(prediction)
            if version.get("weights"):
                self._output_files.delete(version["weights"])

    def _delete_prediction(self, prediction: Document) -> None:
        for _, blob in references(prediction["output"]):
            self._output_files.delete(blob)
        self._documents.delete("prediction", prediction["id"])

    def _kept_because(self, model: Document, version: Document) -> str:
        """Return why a version cannot be deleted (documented), or an empty text."""
        if model["visibility"] != "private":
            return "You can only delete versions from private models."
        if any(_uses(run, version) for run in self._documents.list_all("training")):
            return "You cannot delete a version that is the base model of a training."
        if any(_uses(release, version) for release in self._documents.list_all("deployment")):
            return "You cannot delete a version that has an associated deployment."
        return ""

    def add_trained(self, training: Document, output: object) -> Document:
        """Keep a training's weights, add the version that predicts with them to the destination.

        Returns the training's output: the version's name, and a reference to the weights.
        Raises `EngineError` if the destination was deleted meanwhile.
        """
        weights = file_content(output.get("weights") if isinstance(output, dict) else output)
        if weights is None:
            return {"version": None, "weights": None}
        trainer_key = f"{training['model']}:{training['version']}"
        trainer = self._documents.get("version", trainer_key) or {}
        destination = training["destination"]
        if self._documents.get("model", destination) is None:
            raise EngineError(_NO_DESTINATION)
        kept = self._output_files.put(training, weights, _weights_name(trainer))
        version_id = kept["blob"]
        version = {
            **trainer,
            "id": version_id,
            "model": destination,
            "created_at": timestamps.now(),
            "openapi_schema": _without_training(trainer.get("openapi_schema") or {}),
            "weights": version_id,
            "train": "",
        }
        self._documents.add("version", f"{destination}:{version_id}", destination, version)
        return {"version": f"{destination}:{version_id}", "weights": kept}


def _uses(user: Document, version: Document) -> bool:
    """Return whether a run or a deployment uses a version."""
    return (user["model"], user["version"]) == (version["model"], version["id"])


def _weights_name(trainer: Document) -> str:
    return "simulated-weights.txt" if trainer.get("simulated") else "trained_model.npz"


def _without_training(document: Document) -> Document:
    components = document.get("components") or {}
    schemas = {
        name: schema
        for name, schema in (components.get("schemas") or {}).items()
        if not name.startswith("Training")
    }
    return {**document, "components": {**components, "schemas": schemas}}
