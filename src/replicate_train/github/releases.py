"""An asset of the release, or of the tag, that the workflow runs for.

Sources: the runner's variables (`GITHUB_API_URL`, `GITHUB_REPOSITORY`, `GITHUB_EVENT_PATH`,
`GITHUB_REF`) and the REST documentation of releases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from replicate_train.clock import Clock
from replicate_train.dataset.limits import MAX_UPLOAD, too_large
from replicate_train.diagnostics.errors import DatasetError
from replicate_train.diagnostics.suggestion import nearest
from replicate_train.github.event import event_payload
from replicate_train.github.http import PERMISSION_FIX, GithubClient, NotFoundError, TransientError
from replicate_train.net.proxies import ProxyTransport
from replicate_train.net.tls import tls_context
from replicate_train.runner.text import quoted, shown

_API = "https://api.github.com"
_TAG = "refs/tags/"


@dataclass(frozen=True)
class Asset:
    """A file of a release; `size` is in bytes, 0 where not known."""

    id: int
    name: str
    size: int = 0


@dataclass(frozen=True)
class Github:
    """The releases of the workflow's repository. `token` may be empty."""

    environ: Mapping[str, str]
    token: str = field(repr=False)
    scratch: Path
    clock: Clock
    transport: httpx.BaseTransport | None = None

    def asset(self, name: str) -> Path:
        """Download an asset of the release that the workflow runs for, and return its path.

        Raises `DatasetError`.
        """
        if not name:
            fix = "Write `release-asset:NAME`, such as `release-asset:train.jsonl`."
            raise DatasetError("The name of the release asset is missing", fix=fix)
        transport = self.transport or ProxyTransport(tls_context)
        with httpx.Client(transport=transport, timeout=60.0) as http:
            client = GithubClient(http, self.token, self.clock)
            try:
                return self._download(name, client)
            except (TransientError, NotFoundError) as error:
                missing = isinstance(error, NotFoundError)
                raise DatasetError(
                    f"The release asset {quoted(name)} cannot be downloaded: {error}",
                    fix=PERMISSION_FIX if missing else "Re-run the job later.",
                ) from error

    def _download(self, name: str, client: GithubClient) -> Path:
        """Download the asset that the event's payload lists, else the one in the release now.

        An asset that was replaced since the event has another id.
        """
        in_event = _assets(self._release).get(name)
        if in_event:
            try:
                return self._save(in_event, client)
            except NotFoundError:
                pass
        return self._save(self._listed(name, client), client)

    def _save(self, asset: Asset, client: GithubClient) -> Path:
        if asset.size >= MAX_UPLOAD:
            raise too_large(asset.name, f"{asset.size / 1e6:,.1f} MB")
        path = self.scratch / "asset"
        url = f"{self._repository}/releases/assets/{asset.id}"
        client.download(url, path, asset.size, limit=MAX_UPLOAD)
        return path

    def _listed(self, name: str, client: GithubClient) -> Asset:
        """Return an asset of the release as it is now.

        Raises `DatasetError` if there is no release, or it has no asset of this name.
        """
        path, label = self._release_path(name)
        try:
            assets = _assets(client.json(f"{self._repository}/releases/{path}"))
        except NotFoundError:
            raise DatasetError(
                f"The {label} was not found, or `github-token` cannot read it",
                fix="Publish the release before this step, and set `permissions: contents: read`.",
            ) from None
        if name in assets:
            return assets[name]
        raise DatasetError(
            f"The {label} has no asset {quoted(name)}",
            fix=f"Did you mean {quoted(near)}?"
            if (near := nearest(name, assets))
            else "Check the spelling, and that the asset is uploaded before this step.",
            details=[shown(one) for one in assets],
        )

    def _release_path(self, name: str) -> tuple[str, str]:
        """Return the path of the release below `/releases/`, and what to call it.

        Raises `DatasetError` if the workflow runs for neither a release nor a tag.
        """
        release, ref = self._release, self.environ.get("GITHUB_REF", "")
        if isinstance(release.get("id"), int):
            tag = str(release.get("tag_name", ""))
            return str(release["id"]), f"release {quoted(tag)}" if tag else "release"
        if ref.startswith(_TAG):
            tag = ref.removeprefix(_TAG)
            return f"tags/{quote(tag, safe='')}", f"release of the tag {quoted(tag)}"
        raise DatasetError(
            f"No release to download the asset {quoted(name)} from",
            why="The workflow runs for neither a release nor a tag.",
            fix="Run it `on: release`, or set `dataset` to a path or a URL.",
        )

    @property
    def _repository(self) -> str:
        api = (self.environ.get("GITHUB_API_URL") or _API).rstrip("/")
        return f"{api}/repos/{self.environ.get('GITHUB_REPOSITORY', '')}"

    @property
    def _release(self) -> Mapping[str, Any]:
        """The release in the event's payload; empty where there is none."""
        release = event_payload(self.environ).get("release")
        return release if isinstance(release, dict) else {}


def _assets(release: object) -> dict[str, Asset]:
    """Return the assets of a release whose upload is complete, by their names."""
    assets = release.get("assets") if isinstance(release, dict) else None
    listed = [one for one in assets if isinstance(one, dict)] if isinstance(assets, list) else []
    return {
        str(one.get("name")): Asset(one["id"], str(one.get("name")), _size(one.get("size")))
        for one in listed
        if isinstance(one.get("id"), int) and one.get("state", "uploaded") == "uploaded"
    }


def _size(value: object) -> int:
    return value if isinstance(value, int) else 0
