"""A run's log as a terminal shows it: a progress bar that is drawn again replaces itself."""

_SHOWN = 100_000  # characters from the log's end


def shown(log: str | None) -> str:
    """Return the end of a log, with each line as it was drawn last."""
    text = (log or "").replace("\r\n", "\n")
    cut = text[-_SHOWN:]
    lines = cut.split("\n")
    if len(cut) < len(text):
        lines[0] = "…"
    return "\n".join(_last_drawn(line) for line in lines)


def _last_drawn(line: str) -> str:
    return next((part for part in reversed(line.split("\r")) if part), "")
