"""Publishing the trainers of this server, as their authors publish them on Replicate."""

from collections.abc import Mapping

from replicate_sandbox.contract import timestamps
from replicate_sandbox.store.documents import Document, Documents


def publish_model(documents: Documents, model: str, page: Mapping[str, object]) -> None:
    """Publish a public model, `owner/name`; `page` are the fields of its page."""
    owner, _, name = model.partition("/")
    document = {
        "owner": owner,
        "name": name,
        "visibility": "public",
        "created_at": timestamps.now(),
        **page,
    }
    if not documents.add("model", model, owner, document):
        documents.update("model", model, lambda old: {**old, **page})


def publish_version(documents: Documents, version: Document) -> None:
    """Make a version the latest of its model; one that is the latest already keeps its date."""
    model = version["model"]
    key = f"{model}:{version['id']}"
    newest = documents.page("version", model, size=1).documents
    if newest and newest[0]["id"] == version["id"]:
        date = {"created_at": newest[0]["created_at"]}
        documents.update("version", key, lambda _: {**version, **date})
    else:
        documents.delete("version", key)  # an older one that is back
        documents.add("version", key, model, version)
