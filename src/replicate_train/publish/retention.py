"""Delete old versions of a model: only what is surely old, and what nobody uses.

Documented by Replicate: a version of a public model is never deleted, nor one that somebody else
has run, that a deployment runs, or that another training or version builds on. Deleting takes some
minutes after the request is accepted.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from replicate_train.replicate.client import Replicate
from replicate_train.replicate.deployments import deployments
from replicate_train.replicate.errors import NotFound, Refused, ReplicateError, Unauthenticated
from replicate_train.replicate.refs import ModelRef
from replicate_train.replicate.schemas import Version, aware
from replicate_train.runner.text import counted, shown

_MOST_ALIKE = 5  # refusals in a row for the same reason, after which no other version is tried
_END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Refusal:
    """A version that Replicate keeps, and why, in its own words."""

    version_id: str
    reason: str


@dataclass(frozen=True)
class Pruned:
    """The ids of versions whose deletion Replicate accepted, oldest first, and those it refused.

    `note` says why the others were not tried; empty where all were.
    """

    deleted: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    note: str = ""


def old_versions(
    versions: Iterable[Version], keep: int, protected: Collection[str]
) -> tuple[str, ...]:
    """Return the ids of versions beyond the newest `keep`, oldest first.

    A version without a date counts as new. A protected one stays, and counts where it is new.
    """
    dated = {one.id: aware(one.created_at) if one.created_at else _END for one in versions}
    newest_first = sorted(dated, key=lambda one: dated[one], reverse=True)
    old = [one for one in newest_first[keep:] if one not in protected and dated[one] != _END]
    return tuple(reversed(old))


def prune(replicate: Replicate, model: ModelRef, keep: int, protected: Collection[str]) -> Pruned:
    """Delete the versions of a model beyond its newest `keep`, oldest first.

    `protected` ids stay, and so does each version that one of the account's deployments runs. A
    refusal for one version is collected; an outage ends the deleting. Raises nothing of Replicate.
    """
    try:
        deployed = {one.current_release.version for one in deployments(replicate)}
        versions = list(replicate.versions(model.owner, model.name))
    except ReplicateError as error:
        return Pruned(note=f"No old version was deleted: {_words(error)}")
    return _delete(replicate, model, old_versions(versions, keep, {*protected, *deployed}))


def _delete(replicate: Replicate, model: ModelRef, old: tuple[str, ...]) -> Pruned:
    deleted: list[str] = []
    refused: list[Refusal] = []
    alike = 0  # refusals in a row for the same reason
    for tried, version_id in enumerate(old):
        left = counted(len(old) - tried, "old version")
        if alike == _MOST_ALIKE:
            note = f"{left} not tried: Replicate refused {alike} in a row for the same reason"
            return Pruned(tuple(deleted), tuple(refused), note)
        try:
            replicate.delete_version(model.owner, model.name, version_id)
        except NotFound:
            pass  # deleted by a request whose answer was lost, or by another run
        except ReplicateError as error:
            if not isinstance(error, Refused) or _concerns_all(error):
                note = f"{left} not deleted: {_words(error)}"
                return Pruned(tuple(deleted), tuple(refused), note)
            reason = shown(error.detail) or f"status {error.status}"
            alike = alike + 1 if alike and refused[-1].reason == reason else 1
            refused.append(Refusal(version_id, reason))
            continue
        alike = 0
        deleted.append(version_id)
    return Pruned(tuple(deleted), tuple(refused))


def _concerns_all(error: Refused) -> bool:
    """Tell whether a refusal has nothing to do with the version: an outage, or the token."""
    return error.transient or isinstance(error, Unauthenticated)


def _words(error: ReplicateError) -> str:
    return shown(error.what.rstrip("."), 300)
