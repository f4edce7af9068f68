"""The endpoints of deployments: read one, list them, move one to a version."""

from collections.abc import Iterator
from urllib.parse import quote

from replicate_train.replicate.client import Replicate
from replicate_train.replicate.links import SITE
from replicate_train.replicate.paging import entries
from replicate_train.replicate.refs import ModelRef
from replicate_train.replicate.schemas import Deployment, Page


def deployment_page(ref: ModelRef) -> str:
    """Return the URL of a deployment's web page."""
    return f"{SITE}/deployments/{ref}"


def deployment(replicate: Replicate, ref: ModelRef) -> Deployment:
    """Return a deployment, `owner/name`. Raises `NotFound`, also for one of another account."""
    return replicate.session.ask(Deployment, "GET", deployment_path(ref))


def deployments(replicate: Replicate) -> Iterator[Deployment]:
    """Yield the account's deployments, newest first."""
    yield from entries(replicate.session, Page[Deployment], "/deployments")


def set_version(replicate: Replicate, ref: ModelRef, version_id: str) -> Deployment:
    """Make a deployment run a version, and return it. Its scaling stays as it is."""
    path = deployment_path(ref)
    return replicate.session.ask(Deployment, "PATCH", path, json={"version": version_id})


def deployment_path(ref: ModelRef) -> str:
    """Return the path of a deployment below the API's base URL."""
    return f"/deployments/{quote(ref.owner, safe='')}/{quote(ref.name, safe='')}"
