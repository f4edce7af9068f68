"""Running evaluations: a few predictions at a time, in one loop, and none left behind."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from replicate_train.clock import Clock
from replicate_train.evaluation.expectations import judged
from replicate_train.evaluation.failed import failed_checks
from replicate_train.evaluation.files import OutputFiles
from replicate_train.evaluation.model import Answer, Evaluation, Outcome
from replicate_train.evaluation.prediction_run import PredictionRun
from replicate_train.replicate.errors import Forbidden, NoCredit, ReplicateError, Unauthenticated
from replicate_train.replicate.predictions import Predictions
from replicate_train.runner.signals import StopSignals
from replicate_train.runner.text import quoted

MAX_IN_FLIGHT = 4
_CANCEL_ALL = 6.0  # seconds for all cancels: the runner reads the log for 10 s after a signal
_CANCEL_ONE = 2.0  # seconds for one try
_CANCEL_PAUSE = 0.5  # seconds before the cancels that failed are sent again
_REFUSED_FOR_ALL = (Unauthenticated, NoCredit, Forbidden)


@dataclass(frozen=True)
class Evaluator:
    """Runs evaluations; `say` prints a line for each that is over."""

    service: Predictions
    clock: Clock
    stop: StopSignals
    files: OutputFiles
    say: Callable[[str], None]

    def run(
        self, evaluations: Sequence[Evaluation], version_id: str, previous_id: str = ""
    ) -> tuple[Outcome, ...]:
        """Return what came of each evaluation on a version.

        They run on the previous version too, where one is named: after the others, and only to
        compare. An error of Replicate is part of an outcome. If anything else ends the run, every
        prediction in flight is cancelled.
        """
        runs = [self._run_of(one, version_id) for one in evaluations]
        previous = [self._run_of(one, previous_id) for one in evaluations if previous_id]
        outcomes: dict[int, Outcome] = {}

        def over(run: PredictionRun, answer: Answer) -> None:
            if run in runs:
                number = runs.index(run)
                outcomes[number] = self._outcome(run.evaluation, answer, number + 1)

        self._run_all([*runs, *previous], over)
        answers = [run.answer for run in previous] or [None] * len(runs)
        return tuple(replace(outcomes[at], previous=answer) for at, answer in enumerate(answers))

    def _run_of(self, evaluation: Evaluation, version_id: str) -> PredictionRun:
        return PredictionRun(self.service, self.clock, self.stop, evaluation, version_id)

    def _run_all(
        self, runs: Sequence[PredictionRun], over: Callable[[PredictionRun, Answer], None]
    ) -> None:
        waiting, flying = deque(runs), list[PredictionRun]()
        try:
            while waiting or flying:
                while waiting and len(flying) < MAX_IN_FLIGHT:
                    flying.append(waiting.popleft())
                if (nap := min(run.due for run in flying) - self.clock.now()) > 0:
                    self.clock.sleep(nap)
                for run in list(flying):
                    if run.answer is None and run.due <= self.clock.now():
                        run.step()
                    if isinstance(run.refused, _REFUSED_FOR_ALL):
                        self._refuse_all([*flying, *waiting], run.refused)
                    if run.answer is not None:
                        flying.remove(run)
                        over(run, run.answer)
        except BaseException:
            self._cancel_all([run for run in flying if run.running])
            raise

    def _refuse_all(self, runs: Sequence[PredictionRun], error: ReplicateError) -> None:
        """End what has no prediction yet: the account would be refused again."""
        for run in runs:
            if run.prediction is None and run.answer is None:
                run.refuse(error)

    def _outcome(self, evaluation: Evaluation, answer: Answer, number: int) -> Outcome:
        """Judge an answer, with the files in its output."""
        files = self.files.of(answer.output, number, evaluation)
        answer = replace(answer, files=files)
        outcome = Outcome(evaluation, answer, judged(evaluation, answer))
        self.say(_line(outcome))
        return outcome

    def _cancel_all(self, runs: list[PredictionRun]) -> None:
        """Cancel predictions, as far as that works within a few seconds."""
        end = self.clock.now() + _CANCEL_ALL
        while runs:
            failed = []
            for run in runs:
                try:
                    run.cancel(min(_CANCEL_ONE, max(end - self.clock.now(), 0.1)))
                except ReplicateError:
                    failed.append(run)
            runs = failed
            if self.clock.now() + _CANCEL_PAUSE >= end:
                return
            if runs:
                self.clock.sleep(_CANCEL_PAUSE)


def _line(outcome: Outcome) -> str:
    """Return a line of the log that says what came of an evaluation."""
    seconds = outcome.answer.seconds
    ran = f" ({seconds:.1f} s)" if seconds is not None else ""
    if outcome.held:
        return f"Evaluation {quoted(outcome.evaluation.name)} passed{ran}"
    return "\n".join(f"Evaluation failed{ran}: {line}" for line in failed_checks(outcome))
