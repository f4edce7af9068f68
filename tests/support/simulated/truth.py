"""What must be so after a schedule, whatever happened in it; each breach is told in a line."""

from collections.abc import Iterator

from support.simulated import cancels, paying, verdicts
from support.simulated.jobs import Job
from support.simulated.schedule import Schedule
from support.simulated.state import Service


def breaches(schedule: Schedule, service: Service, jobs: list[Job], now: float) -> list[str]:
    """Return everything that is not as it must be, each line led by its rule's name."""
    service.catch_up(now)
    rules = _rules(schedule, service, jobs, now)
    return [f"{rule}: {breach}" for rule, found in rules for breach in found]


def _rules(
    schedule: Schedule, service: Service, jobs: list[Job], now: float
) -> Iterator[tuple[str, Iterator[str]]]:
    yield "cancels none of another run", cancels.foreign(service)
    yield "leaves nothing running", paying.none_left(schedule, service, jobs, now)
    for job in jobs:
        yield "starts once", paying.started_once(job, service)
        for run in job.runs:
            yield "ends twins", paying.twins(run, service)
            yield "cancels with a reason", cancels.with_reason(run, job, service)
            yield "cancels promptly", cancels.prompt(run, service)
            yield "cancels again", cancels.again(run, service)
            yield "status is true", verdicts.status(run, service)
            yield "version is its own", verdicts.version(run, service)
            yield "reason is true", verdicts.reason(run, service, schedule)
            yield "goes on following", verdicts.goes_on(run, service)
            yield "starts its own after another's", verdicts.own_after_foreign(run, service)
            yield "is bounded", verdicts.bounded(run)
            yield "post step holds", verdicts.post(run)
