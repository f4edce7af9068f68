"""The GitHub runner as seen from inside the container: log, annotations, files, state.

The only module that imports `actions_toolkit`, and fills its gaps: it never flushes, has no summary
and no stop-commands, and raises bare exceptions when a file is missing. Its `core` is not imported:
it falls back to the retired `::set-output`, its `set_failed` exits the process, and it loads an
HTTP library of its own, for a seventh of the time until the first request.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from actions_toolkit.command import issue_command
from actions_toolkit.file_command import prepare_key_value_message

from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.files import CONSEQUENCES, append
from replicate_train.runner.output import Output
from replicate_train.runner.redaction import SHORTEST, Secrets
from replicate_train.runner.terminal import coloured, cut_coloured
from replicate_train.runner.text import cut, disarmed, printable, without_markers

MAX_ANNOTATIONS = 10  # errors, and warnings, and notices that GitHub shows of a step
_MAX_READ_CHARS = 100_000  # of a line: what follows is dropped unread
_MAX_LINE_CHARS = 4_000  # of a line of our own in the log
_MAX_LOG_LINE_CHARS = 10_000  # of a line of the training's log
_MAX_ANNOTATION_CHARS = 4_000  # the runner cuts a message at 4,096 characters
_MAX_SUMMARY_BYTES = 900_000  # GitHub drops the whole summary at 1 MiB
_MAX_SUMMARY_CUTS = 20_000  # texts in a summary that were cut: it has several in each row
_SUMMARY_CUT = b"\n\nThe rest does not fit into the job summary.\n\n"


class Runner:
    """Writes the log, annotations, outputs, state and summary. Secrets are never written."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._secrets = Secrets()
        self._exposed: set[str] = set()  # inputs whose value is too short to hide
        self._output = Output()
        self._unwritten: set[str] = set()  # variables of files that could not be written
        self._summary_left = _MAX_SUMMARY_BYTES

    @property
    def debugging(self) -> bool:
        """Whether step debugging is on (`RUNNER_DEBUG=1`)."""
        return self._environ.get("RUNNER_DEBUG") == "1"

    def mask(self, secret: str, name: str = "") -> None:
        """Hide a value from now on, in the runner's log and in everything that this class writes.

        Each line of a value of several lines is hidden, too. `name` is the value's name in a
        warning, by default the input that has it.

        A value or a line of fewer than `SHORTEST` characters is not hidden, and a warning, one for
        each input, says so. Such a text is part of other words and numbers by chance: the runner
        would replace it in all of them, and the gaps would show the value. Real tokens are longer.
        """
        if 0 < len(secret.strip()) < SHORTEST:
            self._not_hidden(name or self._input_that_is(secret))
            return
        for part in dict.fromkeys([secret, *secret.splitlines()]):
            if len(part.strip()) >= SHORTEST:
                self._command("add-mask", part)
                self._secrets.add(part)

    def mask_long(self, secrets: Iterable[str]) -> None:
        """Hide the values that are long enough, without a warning about the others."""
        for secret in secrets:
            if len(secret.strip()) >= SHORTEST:
                self.mask(secret)

    def _input_that_is(self, value: str) -> str:
        for name, given in self._environ.items():
            if name.startswith("INPUT_") and given.strip() == value.strip():
                return name.removeprefix("INPUT_").lower()
        return "A secret"

    def _not_hidden(self, name: str) -> None:
        if name not in self._exposed:
            self._exposed.add(name)
            self.warning(
                "Secret too short to hide",
                f"{name}: shorter than {SHORTEST} characters, so it is not hidden in the log. "
                "Hiding it would also change words that contain it. Use a longer value.",
            )

    @property
    def longest_secret(self) -> int:
        """The maximum length of a masked value in any notation, in characters."""
        return self._secrets.longest

    def redact(self, text: str) -> str:
        """Return the text as valid UTF-8, with every masked value replaced by ***."""
        return self._secrets.hidden(_utf8(text))

    def _readable(self, line: str) -> str:
        """Return one line that can be shown: printable and without secrets.

        Characters that are not printable are removed first: they may be inside a secret.
        """
        return self.redact(printable(_beginning(line)))

    def say(self, text: str = "") -> None:
        """Print lines of our own, which may quote foreign text; runner commands are disabled."""
        for line in text.replace("\r", "\n").split("\n"):
            shown = cut(disarmed(self._readable(line)), _MAX_LINE_CHARS)
            with self._output.own_line():
                sys.stdout.write(f"{shown}\n")

    def relay(self, lines: Iterable[str]) -> None:
        """Print foreign lines in a folded group, in a fence in which the runner runs no commands.

        Colours stay, but other control characters are made visible.
        """
        self._output.foreign(map(self._as_logged, lines))

    def _as_logged(self, line: str) -> str:
        """Return a line of the training's log as it is printed.

        A secret may be interrupted by colours: then the line is printed without them.
        """
        whole = _beginning(line)
        if whole.isprintable():
            text = self.redact(whole)
        else:
            seen = _utf8(printable(whole))
            hidden = self._secrets.hidden(seen)
            text = hidden if hidden != seen else self.redact(coloured(whole))
        return cut_coloured(without_markers(text), _MAX_LOG_LINE_CHARS)

    @contextmanager
    def relaying(self) -> Iterator[None]:
        """Close the fence and its group at the end of the block.

        If a signal ends the block, nothing is written: the reader of the log may be stalled, and
        the reaction to the signal comes first. The fence is then closed by the next command, or by
        `end_fence`.
        """
        try:
            yield
        except Exception:
            self.end_fence()
            raise
        self.end_fence()

    def end_fence(self) -> None:
        """Close the fence and its group, if open, so that the runner runs commands again."""
        self._output.end()

    def notice(self, title: str, message: str) -> None:
        """Show a notice on the run's page."""
        self._annotate("notice", title, message)

    def warning(self, title: str, message: str, at: Finding | None = None) -> None:
        """Show a warning on the run's page, and at a line of a file if `at` has one."""
        self._annotate("warning", title, message, at)

    def error(self, title: str, message: str, at: Finding | None = None) -> None:
        """Show an error on the run's page; it does not end the step."""
        self._annotate("error", title, message, at)

    def debug(self, text: str) -> None:
        """Print lines that only step debugging shows."""
        for line in text.splitlines():
            self._command("debug", self._readable(line))

    def set_output(self, name: str, value: str) -> None:
        """Set a step output at once, so that it is kept even if the step is killed next.

        If that fails, the output is printed, and the first failure is a warning.
        """
        if not self._append("GITHUB_OUTPUT", name, value):
            self.say(f"output {name}={value}")

    def save_state(self, name: str, value: str) -> None:
        """Save a value for the post step. Warns about the first failure."""
        self._append("GITHUB_STATE", name, value)

    def summarise(self, markdown: str) -> None:
        """Add to the job summary, up to GitHub's limit. Warns about the first failure."""
        path = self._environ.get("GITHUB_STEP_SUMMARY")
        lines = markdown.replace("\r", "\n").rstrip("\n").split("\n")
        whole = _utf8("\n".join(map(printable, lines)))
        text = self._secrets.hidden(whole, _MAX_SUMMARY_CUTS).encode() + b"\n\n"
        if len(text) > self._summary_left:
            fitting, _, _ = text[: self._summary_left].rpartition(b"\n")
            text = fitting + _SUMMARY_CUT if fitting else b""
        if not path or not text:
            return
        try:
            append(path, text)
            self._summary_left = max(0, self._summary_left - len(text))
        except (OSError, ValueError) as error:
            self._not_written("GITHUB_STEP_SUMMARY", error)

    def _append(self, variable: str, name: str, value: str) -> bool:
        """Append a value to a file of the runner, and tell whether that worked."""
        path = self._environ.get(variable)
        if not path:
            return False
        try:
            message = prepare_key_value_message(name, self.redact(value))
            append(path, f"{message}\n".encode())
        except Exception as error:  # noqa: BLE001 - the toolkit raises bare ones, and none may end a step
            self._not_written(variable, error)
            return False
        return True

    def _not_written(self, variable: str, error: Exception) -> None:
        if variable not in self._unwritten:
            self._unwritten.add(variable)
            title, what = CONSEQUENCES[variable]
            reason = getattr(error, "strerror", None) or error
            self.warning(title, f"{variable} cannot be written: {reason}. {what}")

    def _annotate(self, kind: str, title: str, message: str, at: Finding | None = None) -> None:
        lines = message.replace("\r", "\n").split("\n")
        text = "\n".join(disarmed(self._readable(line)) for line in lines)
        properties = {"title": disarmed(self._readable(title))}
        if at and at.file:
            place = {"file": self._readable(at.file), "line": at.line, "col": at.column}
            properties = {name: str(value) for name, value in place.items() if value} | properties
        self._command(kind, cut(text, _MAX_ANNOTATION_CHARS), properties)

    def _command(
        self, name: str, message: str, properties: Mapping[str, str] | None = None
    ) -> None:
        with self._output.own_line():
            issue_command(name, dict(properties or {}), message)


def _beginning(line: str) -> str:
    return line if len(line) <= _MAX_READ_CHARS else f"{line[:_MAX_READ_CHARS]} …"


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
