"""Links into the README of this action, at the version that the workflow uses. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from replicate_train.replicate.links import web_link

_SERVER = "https://github.com"
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


def action_readme(environ: Mapping[str, str]) -> str:
    """Return the URL of this action's README; empty where the runner does not name the action.

    The runner names no repository for an action that is part of the checkout (`uses: ./`).
    """
    repository = environ.get("GITHUB_ACTION_REPOSITORY", "")
    ref = environ.get("GITHUB_ACTION_REF", "")
    if not ref or not _REPOSITORY.fullmatch(repository):
        return ""
    server = (environ.get("GITHUB_SERVER_URL") or _SERVER).rstrip("/")
    return web_link(f"{server}/{repository}/blob/{quote(ref)}/README.md")


def anchor(title: str) -> str:
    """Return the anchor of an error's row in the README's Troubleshooting."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
