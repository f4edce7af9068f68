"""An asset of the release, or of the tag, that the workflow runs for.

Sources: the runner's variables (`GITHUB_API_URL`, `GITHUB_REPOSITORY`, `GITHUB_EVENT_PATH`,
`GITHUB_REF`) and the REST documentation of releases.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from replicate_train.clock import Clock
from replicate_train.dataset.pack import MAX_UPLOAD, too_large
from replicate_train.diagnostics.errors import DatasetError
from replicate_train.diagnostics.suggestion import nearest
from replicate_train.github.http import Asking, MayPass, Missing
from replicate_train.net.proxies import ProxyTransport
from replicate_train.net.tls import trusted
from replicate_train.runner.text import shown

_TAG = "refs/tags/"


@dataclass(frozen=True)
class Asset:
    """A file of a release; `size` is 0 where it is not told."""

    id: int
    name: str
    size: int = 0


@dataclass(frozen=True)
class Github:
    """The releases of the repository whose workflow runs. `token` may be empty."""

    environ: Mapping[str, str]
    token: str = field(repr=False)
    scratch: Path
    clock: Clock
    transport: httpx.BaseTransport | None = None

    def asset(self, name: str) -> Path:
        """Download an asset of the release that the workflow runs for, and return where it is.

        Raises `DatasetError`.
        """
        if not name:
            fix = "Write release-asset: and the asset's name, such as release-asset:train.jsonl."
            raise DatasetError("dataset names no asset of the release", fix=fix)
        transport = self.transport or ProxyTransport(trusted())
        with httpx.Client(transport=transport, timeout=60.0) as http:
            asking = Asking(http, self.token, self.clock)
            try:
                return self._download(name, asking)
            except (MayPass, Missing) as error:
                raise DatasetError(
                    f"The release asset {name} cannot be read: {error}",
                    fix="Check that github-token may read the repository's contents."
                    if isinstance(error, Missing)
                    else "Run the job again later.",
                ) from error

    def _download(self, name: str, asking: Asking) -> Path:
        """Download what the event told of the asset, else what the release has under its name.

        An asset that was replaced since the event has another id.
        """
        told = _assets(self._release).get(name)
        if told:
            try:
                return self._save(told, asking)
            except Missing:
                pass
        return self._save(self._listed(name, asking), asking)

    def _save(self, asset: Asset, asking: Asking) -> Path:
        if asset.size >= MAX_UPLOAD:
            raise too_large(asset.name, f"{asset.size / 1e6:,.1f} MB")
        path = self.scratch / "asset"
        url = f"{self._repository}/releases/assets/{asset.id}"
        asking.download(url, path, asset.size, most=MAX_UPLOAD)
        return path

    def _listed(self, name: str, asking: Asking) -> Asset:
        """Ask for the release's assets. Raises `DatasetError` where the name is not among them."""
        release, ref = self._release, self.environ.get("GITHUB_REF", "")
        if isinstance(release.get("id"), int):
            place, known_as = str(release["id"]), f"release {release.get('tag_name', '')}".strip()
        elif ref.startswith(_TAG):
            tag = ref.removeprefix(_TAG)
            place, known_as = f"tags/{quote(tag, safe='')}", f"tag {tag}"
        else:
            raise DatasetError(
                f"There is no release to take the asset {name} from",
                why="The workflow runs neither for a release nor for a tag.",
                fix="Run it on: release, or give dataset a path or a URL.",
            )
        try:
            assets = _assets(asking.json(f"{self._repository}/releases/{place}"))
        except Missing:
            raise DatasetError(
                f"There is no release of the {shown(known_as)}, or github-token may not read it",
                fix="Publish it before this step, and let the job read contents (permissions).",
            ) from None
        if name in assets:
            return assets[name]
        raise DatasetError(
            f"The {shown(known_as)} has no asset called {name}",
            fix=f"Did you mean {shown(near)}?"
            if (near := nearest(name, assets))
            else "Check the spelling, and that the asset is uploaded before this step.",
            details=[shown(one) for one in assets],
        )

    @property
    def _repository(self) -> str:
        api = self.environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
        return f"{api}/repos/{self.environ.get('GITHUB_REPOSITORY', '')}"

    @property
    def _release(self) -> Mapping[str, Any]:
        """The release that the event's payload tells of; empty where it tells of none."""
        try:
            told = json.loads(Path(self.environ.get("GITHUB_EVENT_PATH", "")).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        release = told.get("release") if isinstance(told, dict) else None
        return release if isinstance(release, dict) else {}


def _assets(release: object) -> dict[str, Asset]:
    """Return the assets of a release that are there in full, by their names."""
    told = release.get("assets") if isinstance(release, dict) else None
    listed = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return {
        str(one.get("name")): Asset(one["id"], str(one.get("name")), _whole(one.get("size")))
        for one in listed
        if isinstance(one.get("id"), int) and one.get("state", "uploaded") == "uploaded"
    }


def _whole(number: object) -> int:
    return number if isinstance(number, int) else 0
