"""The workflow run that made a version: its commit, its event, and who started it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from replicate_train.replicate.links import web_link
from replicate_train.runner.text import shown

_MOST_CHARS = 255  # of a name: GitHub's own limit for a ref and a release
_GITHUB = "https://github.com"


@dataclass(frozen=True)
class Origin:
    """What GitHub says of the run, as texts; empty (or None) where it says nothing.

    `ref` is the whole name, such as `refs/heads/main`, `ref_name` the short one, and `event` the
    name of the event. The texts are foreign.
    """

    repository: str = ""
    commit: str = ""
    ref: str = ""
    ref_name: str = ""
    run_url: str = ""
    run_id: str = ""
    attempt: int | None = None
    workflow: str = ""
    job: str = ""
    actor: str = ""
    event: str = ""
    release_tag: str = ""
    release_name: str = ""
    pull_request: int | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], event: Mapping[str, Any]) -> Self:
        """Return the origin of this run; `event` is the payload of its event."""

        def variable(name: str) -> str:
            return _text(environ.get(f"GITHUB_{name}"))

        release, attempt = _part(event, "release"), variable("RUN_ATTEMPT")
        return cls(
            repository=variable("REPOSITORY"),
            commit=variable("SHA"),
            ref=variable("REF"),
            ref_name=variable("REF_NAME"),
            run_url=_run_url(environ),
            run_id=variable("RUN_ID"),
            attempt=int(attempt) if _is_number(attempt) else None,
            workflow=variable("WORKFLOW"),
            job=variable("JOB"),
            actor=variable("ACTOR"),
            event=variable("EVENT_NAME"),
            release_tag=_text(release.get("tag_name")),
            release_name=_text(release.get("name")),
            pull_request=_number(_part(event, "pull_request").get("number")),
        )

    def describe(self) -> str:
        """Return what started the run, for people; empty outside a workflow."""
        if self.event == "schedule":  # its actor is only who changed the workflow last
            return "schedule"
        by = f" by @{self.actor}" if self.actor else ""
        if self.event == "release" and self.release_tag:
            return f"release {self.release_tag}{by}"
        if self.event == "push" and self.ref_name:
            to = "of tag" if self.ref.startswith("refs/tags/") else "to"
            return f"push {to} {self.ref_name}{by}"
        if self.pull_request is not None:
            return f"pull request #{self.pull_request}{by}"
        return f"run of workflow {self.workflow}{by}" if self.workflow else ""


def _run_url(environ: Mapping[str, str]) -> str:
    """Return the page of the run's attempt; empty outside a workflow."""
    repository, run_id = environ.get("GITHUB_REPOSITORY"), environ.get("GITHUB_RUN_ID", "")
    if not repository or not _is_number(run_id):
        return ""
    server = (environ.get("GITHUB_SERVER_URL") or _GITHUB).rstrip("/")
    attempt = environ.get("GITHUB_RUN_ATTEMPT", "")
    part = f"/attempts/{attempt}" if _is_number(attempt) else ""
    return web_link(f"{server}/{repository}/actions/runs/{run_id}{part}")


def _part(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = event.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: object) -> str:
    return shown(value, _MOST_CHARS) if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    return value if type(value) is int and value > 0 else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20  # noqa: PLR2004 - fits in 64 bits
