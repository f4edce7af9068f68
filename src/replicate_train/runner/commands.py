"""The GitHub runner as seen from inside the container: log, annotations, files, state.

The only module that imports `actions_toolkit`, and where its gaps are closed: it never flushes,
has no summary and no stop-commands, and raises bare exceptions when a file is missing. Its `core`
is not imported: it falls back to the retired `::set-output`, its `set_failed` leaves the process,
and it loads an HTTP library of its own, for a seventh of the time until the first request.

Everything printed goes to standard output: the runner reads standard error first when both have
text, and would shuffle the log.
"""

import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from actions_toolkit.command import issue_command
from actions_toolkit.file_command import prepare_key_value_message

from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.files import CONSEQUENCES, append
from replicate_train.runner.redaction import SHORTEST, Secrets
from replicate_train.runner.text import cut, disarmed, printable

MAX_ANNOTATIONS = 10  # errors, and warnings, and notices that GitHub shows of a step
_MAX_READ_CHARS = 100_000  # of a line: what follows is dropped unread
_MAX_LINE_CHARS = 4_000  # of a foreign line in the log
_MAX_ANNOTATION_CHARS = 4_000  # the runner cuts a message at 4,096 characters
_MAX_SUMMARY_BYTES = 900_000  # GitHub drops the whole summary at 1 MiB
_SUMMARY_CUT = b"\n\nThe rest does not fit into the job summary.\n\n"


class Runner:
    """What the step says, and where. Secrets are masked and never written out."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._secrets = Secrets()
        self._exposed: set[str] = set()  # inputs whose value is too short to be hidden
        self._fence = ""
        self._unwritten: set[str] = set()  # variables of files that could not be written
        self._line_open = False  # a line is being written, or was interrupted half way
        self._summary_left = _MAX_SUMMARY_BYTES

    @property
    def debugging(self) -> bool:
        """Whether step debugging is on (`RUNNER_DEBUG=1`)."""
        return self._environ.get("RUNNER_DEBUG") == "1"

    def mask(self, secret: str, name: str = "") -> None:
        """Hide a value from here on, in the runner's log and in all that this class writes.

        Of a value of several lines each line is hidden, too. `name` is what the warning calls it,
        the input that has this value by default.

        A value or a line of fewer than `SHORTEST` characters is not hidden. Such a text is part of
        words, names and numbers by chance; the runner would replace it in all of them, for the rest
        of the job, and whoever knows the words would read the value from the gaps. A warning, one
        for each input, says so instead. Real tokens are longer, and `SHORTEST` characters of the
        usual 64 are more than anybody guesses.
        """
        if 0 < len(secret.strip()) < SHORTEST:
            self._not_hidden(name or self._input_that_is(secret))
            return
        for part in dict.fromkeys([secret, *secret.splitlines()]):
            if len(part.strip()) >= SHORTEST:
                self._command("add-mask", part)
                self._secrets.add(part)

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
        """The most characters that a masked value takes, however it is written."""
        return self._secrets.longest

    def redact(self, text: str) -> str:
        """Return the text, fit for UTF-8, with every masked value replaced by ***."""
        return self._secrets.hidden(_utf8(text))

    def _readable(self, line: str) -> str:
        """Return one line as it may be shown: printable and without secrets.

        What is not for reading goes first: it may stand in the middle of a secret.
        """
        whole = line if len(line) <= _MAX_READ_CHARS else f"{line[:_MAX_READ_CHARS]} …"
        return self.redact(printable(whole))

    def say(self, text: str = "") -> None:
        """Print lines of our own, which may quote foreign text; none of them is a command."""
        for line in text.replace("\r", "\n").split("\n"):
            self._print(cut(disarmed(self._readable(line)), _MAX_LINE_CHARS))

    def relay(self, lines: Iterable[str]) -> None:
        """Print foreign lines as they are, inside a fence in which the runner obeys nothing."""
        for line in lines:
            if self._line_open:  # it may be the fence's first line that is not whole
                self.end_fence()
            if not self._fence:
                self._fence = secrets.token_hex(16)
                self._print(f"::stop-commands::{self._fence}")
            self._print(cut(self._readable(line), _MAX_LINE_CHARS))

    @contextmanager
    def relaying(self) -> Iterator[None]:
        """Make sure that no fence is left standing at the end of the block.

        Where a signal ends it, nothing is written: the reader of the log may be stalled, and what
        the signal asks for comes first. The fence is then closed by the next command, or by
        `end_fence`.
        """
        try:
            yield
        except Exception:
            self.end_fence()
            raise
        self.end_fence()

    def end_fence(self) -> None:
        """Let the runner obey commands again, if a fence stands."""
        if self._fence:
            self._print(f"::{self._fence}::")
            self._fence = ""

    def notice(self, title: str, message: str) -> None:
        """Show a notice on the run's page."""
        self._annotate("notice", title, message)

    def warning(self, title: str, message: str, at: Finding | None = None) -> None:
        """Show a warning on the run's page, and at a place in a file if there is one."""
        self._annotate("warning", title, message, at)

    def error(self, title: str, message: str, at: Finding | None = None) -> None:
        """Show an error on the run's page; the exit status is the caller's."""
        self._annotate("error", title, message, at)

    def debug(self, text: str) -> None:
        """Print what only step debugging shows."""
        for line in text.splitlines():
            self._command("debug", self._readable(line))

    def set_output(self, name: str, value: str) -> None:
        """Set a step output at once, so that it stands even if the step is killed next.

        Where that is not possible, it is printed; a failure is a warning, the first time.
        """
        if not self._append("GITHUB_OUTPUT", name, value):
            self.say(f"output {name}={value}")

    def save_state(self, name: str, value: str) -> None:
        """Save a value for the post step. A failure is a warning, the first time."""
        self._append("GITHUB_STATE", name, value)

    def summarise(self, markdown: str) -> None:
        """Add to the job summary, as much as GitHub shows. A failure is a warning likewise."""
        path = self._environ.get("GITHUB_STEP_SUMMARY")
        lines = markdown.replace("\r", "\n").rstrip("\n").split("\n")
        text = self.redact("\n".join(map(printable, lines))).encode() + b"\n\n"
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
        """Add a value to a file of the runner's, and tell whether it is there."""
        path = self._environ.get(variable)
        if not path:
            return False
        try:
            message = prepare_key_value_message(name, self.redact(value))
            append(path, f"{message}\n".encode())
        except Exception as error:  # noqa: BLE001 - the toolkit's are bare, and none may end a step
            self._not_written(variable, error)
            return False
        return True

    def _not_written(self, variable: str, error: Exception) -> None:
        if variable not in self._unwritten:
            self._unwritten.add(variable)
            title, what = CONSEQUENCES[variable]
            self.warning(title, f"The file of {variable} cannot be written: {error}. {what}")

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
        self.end_fence()
        with self._own_line():
            issue_command(name, dict(properties or {}), message)

    def _print(self, line: str) -> None:
        with self._own_line():
            sys.stdout.write(line + "\n")

    @contextmanager
    def _own_line(self) -> Iterator[None]:
        """Begin a new line where the last one was interrupted, and note that one is open."""
        if self._line_open:
            sys.stdout.write("\n")
        self._line_open = True
        yield
        sys.stdout.flush()
        self._line_open = False


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
