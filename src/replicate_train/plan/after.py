"""What follows a training that succeeded: checked before it, as far as that is possible.

Most workflows use little of it, so each part is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from replicate_train.context import Context
from replicate_train.destination.state import DestinationState
from replicate_train.diagnostics.collector import Problems
from replicate_train.diagnostics.finding import Finding
from replicate_train.replicate.refs import ModelRef
from replicate_train.replicate.schemas import Deployment, Version

if TYPE_CHECKING:
    from replicate_train.evaluation.model import Evaluation


@dataclass(frozen=True)
class After:
    """The evaluations of the new version, and the deployment that moves to it."""

    evaluations: tuple[Evaluation, ...] = ()
    deployment: Deployment | None = None


@dataclass(frozen=True)
class AfterReader:
    """Reads what follows a training; what is wrong with it goes to the problems."""

    context: Context
    problems: Problems

    def evaluations(self) -> tuple[Evaluation, ...]:
        """Return the evaluations, and check the README's placeholders. Asks Replicate nothing."""
        self.problems.add(self._placeholders())
        if not self.context.inputs.evaluation:
            return ()
        from replicate_train.evaluation.read import read

        evaluations, findings = read(self.context.inputs.evaluation, self._tokens)
        self.problems.add(findings)
        return evaluations

    def after(
        self, evaluations: tuple[Evaluation, ...], destination: DestinationState | None
    ) -> After:
        """Return what follows the training, checked against the destination where it is known."""
        if destination and destination.model:
            self.problems.add(self._refused(destination.model.latest_version, evaluations))
        return After(evaluations, self.deployment(destination.ref if destination else None))

    def deployment(self, destination: ModelRef | None) -> Deployment | None:
        """Return the deployment that the input names, None where it names none."""
        named = self.context.inputs.deployment
        if named is None or self.problems.outage:
            return None
        from replicate_train.publish import deployment

        with self.problems.of("deployment"):
            found = deployment.find(self.context.asking(self.problems), named)
            if destination:
                self.problems.add(deployment.check(found, destination))
            return found
        return None

    def _refused(
        self, latest: Version | None, evaluations: tuple[Evaluation, ...]
    ) -> Iterator[Finding]:
        """Yield warnings: what the destination's latest version would refuse.

        The new version most likely has the same inputs, but only its own schema is binding. What
        the latest one calls secret is hidden from now on.
        """
        if latest and evaluations:
            from replicate_train.evaluation.against_schema import (
                check_inputs,
            )
            from replicate_train.evaluation.hidden import secret_values

            checked, findings = check_inputs(evaluations, latest, self._tokens)
            for text in (text for one in checked for text in secret_values(one)):
                self.context.runner.mask(text, "evaluation")
            for finding in findings:
                yield replace(finding, serious=False)

    @property
    def _tokens(self) -> list[str]:
        return [self.context.inputs.api_token, self.context.inputs.github_token]

    def _placeholders(self) -> list[Finding]:
        name = self.context.inputs.readme
        if not name:
            return []
        from replicate_train.publish.readme import unknown_placeholders

        with suppress(OSError, ValueError):  # which another check reports
            return list(unknown_placeholders(self.context.workspace.read_text(name), name))
        return []
