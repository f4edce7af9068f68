"""GitHub's API, for the one thing that a step may need of it: an asset of a release.

Sources: the runner's variables (`GITHUB_API_URL`, `GITHUB_REPOSITORY`, `GITHUB_EVENT_PATH`,
`GITHUB_REF`) and the REST documentation of releases. The token goes to the API alone; the download
itself is redirected to a storage that must not see it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from replicate_train.certificates import trusted
from replicate_train.clock import Clock
from replicate_train.dataset.packed import LIMIT, too_large
from replicate_train.errors import DatasetError
from replicate_train.hosts import safe_address
from replicate_train.plain_text import shown

_REDIRECTS = 5
_TRIES = 4
_TAG = "refs/tags/"
_OK, _SERVER = 200, 500


class _MayPass(Exception):
    """A failure that may be another one, or none, the next time."""


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
        verify = True if self.transport else trusted()
        with httpx.Client(transport=self.transport, verify=verify, timeout=60.0) as http:
            found = self._find(name, http)
            path = self.scratch / "asset"
            retrying = Retrying(
                sleep=self.clock.sleep,
                stop=stop_after_attempt(_TRIES),
                wait=wait_exponential(),
                retry=retry_if_exception_type(_MayPass),
                reraise=True,
            )
            url = f"{self._repository}/releases/assets/{found}"
            try:
                retrying(self._download, url, path, http)
            except _MayPass as error:
                raise DatasetError(f"The release asset {name} cannot be read: {error}") from error
            return path

    @property
    def _repository(self) -> str:
        api = self.environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
        return f"{api}/repos/{self.environ.get('GITHUB_REPOSITORY', '')}"

    def _find(self, name: str, http: httpx.Client) -> int:
        release = self._payload().get("release")
        assets = _assets(release)
        if name not in assets and isinstance(release, dict) and isinstance(release.get("id"), int):
            assets = _assets(self._ask(f"/releases/{release['id']}", http))
        elif not isinstance(release, dict):
            ref = self.environ.get("GITHUB_REF", "")
            if not ref.startswith(_TAG):
                raise DatasetError(
                    f"There is no release to take the asset {name} from",
                    why="The workflow runs neither for a release nor for a tag.",
                    mend="Run it on: release, or give dataset a path or a URL.",
                )
            tag = quote(ref.removeprefix(_TAG), safe="")
            assets = _assets(self._ask(f"/releases/tags/{tag}", http))
        if name not in assets:
            raise DatasetError(
                f"The release has no asset called {name}",
                mend="Check the spelling, and that the asset is uploaded before this step.",
                details=[shown(one) for one in assets],
            )
        return assets[name]

    def _payload(self) -> Mapping[str, Any]:
        try:
            told = json.loads(Path(self.environ.get("GITHUB_EVENT_PATH", "")).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    def _ask(self, path: str, http: httpx.Client) -> object:
        try:
            answer = http.get(self._repository + path, headers=self._headers("application/json"))
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise DatasetError(
                f"GitHub does not say what the release holds: {error}",
                mend="Check that github-token may read the repository's contents.",
            ) from error

    def _download(self, url: str, path: Path, http: httpx.Client) -> None:
        """Follow the redirects, without the token from the second request on."""
        headers = self._headers("application/octet-stream")
        for _ in range(_REDIRECTS):
            try:
                with http.stream("GET", url, headers=headers) as answer:
                    if answer.next_request is None:
                        return _save(answer, path)
                    url, headers = str(answer.next_request.url), {}
                    safe_address(url)
            except httpx.HTTPError as error:
                raise _MayPass(str(error) or type(error).__name__) from error
            except ValueError as error:
                raise DatasetError(f"The release asset's download {error}") from None
        raise DatasetError("The release asset is redirected without end")

    def _headers(self, accept: str) -> dict[str, str]:
        token = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Accept": accept, "X-GitHub-Api-Version": "2022-11-28", **token}


def _assets(release: object) -> dict[str, int]:
    told = release.get("assets") if isinstance(release, dict) else None
    listed = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return {str(one.get("name")): one["id"] for one in listed if isinstance(one.get("id"), int)}


def _save(answer: httpx.Response, path: Path) -> None:
    if answer.status_code >= _SERVER:
        raise _MayPass(f"GitHub answered {answer.status_code}")
    if answer.status_code != _OK:
        raise DatasetError(
            f"The release asset cannot be read: GitHub answered {answer.status_code}",
            mend="Check that github-token may read the repository's contents.",
        )
    size = 0
    with path.open("wb") as file:
        for block in answer.iter_bytes(1 << 20):
            size += len(block)
            if size > LIMIT:
                raise too_large("of the release", f"more than {LIMIT / 1e6:,.1f} MB")
            file.write(block)
