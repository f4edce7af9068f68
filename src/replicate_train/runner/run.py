"""The name of the workflow run that this step belongs to."""

from collections.abc import Mapping


def workflow_run(environ: Mapping[str, str]) -> str:
    """Return `owner/repository/run id/job`; empty outside a workflow.

    The run id stays the same when a run is re-run, so all its attempts have the same text (source:
    GitHub's documentation of default environment variables).
    """
    names = ("GITHUB_REPOSITORY", "GITHUB_RUN_ID", "GITHUB_JOB")
    parts = [environ.get(name, "") for name in names]
    return "/".join(parts) if all(parts) else ""
