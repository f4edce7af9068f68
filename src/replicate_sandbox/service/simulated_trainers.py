"""The simulated trainers as models, each with one version."""

import json
from dataclasses import asdict

from replicate_sandbox.contract import ids, timestamps
from replicate_sandbox.service.publishing import publish_model, publish_version
from replicate_sandbox.simulated.readme import description, readme
from replicate_sandbox.simulated.schema import openapi_document
from replicate_sandbox.simulated.specification import Specification, specifications
from replicate_sandbox.store.documents import Document, Documents


def publish_simulated(documents: Documents) -> None:
    """Publish all simulated trainers under the names that the real ones have on Replicate."""
    for trainer, specification in specifications().items():
        page = {
            "description": description(specification),
            "readme": readme(specification),
            "hardware": "cpu",
            "simulated": True,
        }
        publish_model(documents, trainer, page)
        publish_version(documents, _version(specification))


def _version(specification: Specification) -> Document:
    facts = json.dumps(asdict(specification)).encode()
    return {
        "id": ids.content_id(b"simulated", facts),
        "model": specification.trainer,
        "created_at": timestamps.now(),
        "cog_version": "simulated",
        "openapi_schema": openapi_document(specification),
        "project": "",
        "train": "simulated",
        "predict": "simulated",
        "weights": None,
        "simulated": specification.trainer,
    }
