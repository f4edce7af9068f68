"""Times as the service writes them: UTC, six decimals, and a Z (recorded)."""

from datetime import UTC, datetime


def now() -> str:
    """Return the current time."""
    return timestamp(datetime.now(UTC))


def timestamp(moment: datetime) -> str:
    """Return a time in UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds_between(first: str, last: str) -> float:
    """Return the seconds from one timestamp to another."""
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()
