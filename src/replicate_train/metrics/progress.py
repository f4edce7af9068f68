"""A reading in words: `step 500 of 1,000 (50 %), loss 0.2865, 1.2 steps/s, 7 min left`."""

from collections.abc import Iterator

from replicate_train.metrics.reading import Reading, is_training_loss

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400  # seconds


def describe(reading: Reading) -> str:
    """Return what is known of the progress, as a list of phrases; empty where nothing is."""
    return ", ".join(_phrases(reading))


def time_span(seconds: float) -> str:
    """Return seconds as a rounded duration: 40 s, 7 min, 1 h 5 min, 2 d 3 h."""
    if seconds < _MINUTE:
        return f"{max(0, seconds):.0f} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min"
    if seconds < _DAY:
        return _two(seconds, _HOUR, "h", _MINUTE, "min")
    return _two(seconds, _DAY, "d", _HOUR, "h")


def number(value: float) -> str:
    """Return a metric's value with four significant digits."""
    return f"{value:.4g}"


def _phrases(reading: Reading) -> Iterator[str]:
    step, total = reading.step, reading.total
    if step is not None:
        yield f"step {step:,} of {total:,} ({100 * step // total} %)" if total else f"step {step:,}"
    elif reading.epoch is not None:
        of = f" of {reading.epochs:,}" if reading.epochs else ""
        yield f"epoch {reading.epoch:,.10g}{of}"
    for name, value in reading.values.items():
        if is_training_loss(name):
            yield f"{name.replace('_', ' ')} {number(value)}"
            break
    if reading.per_second:
        yield _rate(reading.per_second)
    if reading.seconds_left is not None and step != total:
        yield f"{time_span(reading.seconds_left)} left"


def _rate(per_second: float) -> str:
    if per_second < 1:
        return f"{1 / per_second:,.1f} s/step"
    return f"{per_second:,.1f} steps/s"


def _two(seconds: float, large: int, large_name: str, small: int, small_name: str) -> str:
    first, rest = divmod(int(seconds), large)
    second = f" {rest // small} {small_name}" if rest // small else ""
    return f"{first} {large_name}{second}"
