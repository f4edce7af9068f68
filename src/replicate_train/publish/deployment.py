"""Move a deployment to the new version: found and checked in the plan, moved at the end."""

import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from replicate_train.diagnostics.errors import DeploymentNotMoved, invalid
from replicate_train.diagnostics.finding import Finding
from replicate_train.diagnostics.suggestion import nearest
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.deployments import (
    deployment,
    deployment_page,
    deployment_path,
    deployments,
    set_version,
)
from replicate_train.replicate.errors import NotFound, ReplicateError
from replicate_train.replicate.refs import ID, ModelRef
from replicate_train.replicate.schemas import Deployment
from replicate_train.runner.text import quoted

_INPUT = "deployment"
_MOVE_IT = "Move the deployment on its page, or re-run the job with `reuse: succeeded`."


@dataclass(frozen=True)
class Move:
    """What a deployment, `owner/name`, ran `before` and runs `after`: version ids.

    `before` is empty for a deployment that ran nothing.
    """

    reference: str
    before: str
    after: str

    @property
    def moved(self) -> bool:
        """Whether it ran another version before."""
        return self.before != self.after

    def way_back(self, api_url: str) -> str:
        """Return the command line that moves it back; empty where there is no way back."""
        ref = ModelRef.parse(self.reference)
        if not (self.moved and ref and re.fullmatch(ID, self.before)):
            return ""
        return (
            'curl -X PATCH -H "Authorization: Bearer $REPLICATE_API_TOKEN" '
            f"-H 'Content-Type: application/json' -d '{{\"version\": \"{self.before}\"}}' "
            f"{shlex.quote(api_url.rstrip('/') + deployment_path(ref))}"
        )


def find(replicate: Replicate, ref: ModelRef) -> Deployment:
    """Return the deployment that the input names, `owner/name`.

    Raises `InputError` for one that does not exist, and any other `ReplicateError`.
    """
    try:
        return deployment(replicate, ref)
    except NotFound as error:
        what = f"{quoted(str(ref))} does not exist, or the token's account cannot see it"
        raise invalid([Finding(_INPUT, what, _suggestion(replicate, ref))]) from error


def check(found: Deployment, destination: ModelRef) -> Iterator[Finding]:
    """Yield a finding for a deployment that runs another model than the destination.

    Replicate documents no way to change a deployment's model: the model is set when a deployment is
    created, and an update takes a version only. Whatever it answers, a deployment of another model
    serves somebody else.
    """
    model = found.current_release.model
    ref = ModelRef.parse(model)
    if model and not (ref and ref.same_as(destination)):
        what = f"{quoted(found.reference)} runs {quoted(model)}, not {quoted(str(destination))}"
        fix = "A deployment keeps its model. Name a deployment of the destination, or create one."
        yield Finding(_INPUT, what, fix)


def move(replicate: Replicate, ref: ModelRef, version_id: str, model: ModelRef | None) -> Move:
    """Make a deployment run a version of a model; nothing is sent if it runs it already.

    It is read and checked again before: it may have changed since the plan, and mode `wait` may
    not know the destination that early. Raises `DeploymentNotMoved`.
    """
    try:
        found = deployment(replicate, ref)
        before = after = found.current_release
        if model and (wrong := next(check(found, model), None)):
            raise _not_moved(ref, wrong.what, wrong.fix)
        if before.version != version_id:
            after = set_version(replicate, ref, version_id).current_release
    except ReplicateError as error:
        raise _not_moved(ref, f"{error.what.rstrip('.')}. {error.why}".strip()) from error
    if after.version != version_id:
        raise _not_moved(ref, f"After the update it runs {quoted(after.version or 'nothing')}")
    return Move(str(ref), before.version, after.version)


def _not_moved(ref: ModelRef, why: str, fix: str = _MOVE_IT) -> DeploymentNotMoved:
    return DeploymentNotMoved(
        f"The deployment {quoted(str(ref))} was not moved to the new version",
        why=why,
        fix=f"The version exists. {fix}",
        link=deployment_page(ref),
    )


def _suggestion(replicate: Replicate, ref: ModelRef) -> str:
    """Return a similar name among the account's deployments, as far as they can be read."""
    names: list[str] = []
    with suppress(ReplicateError):
        names = [one.reference for one in deployments(replicate)]
    if near := nearest(str(ref), names):
        return f"Did you mean {quoted(near)}?"
    return "Check the spelling, or create it at https://replicate.com/deployments."
