"""A dataset checked and packed in one go, as the planner does it in two."""

from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from replicate_train.dataset.check import check_dataset
from replicate_train.dataset.format import AcceptedFormats
from replicate_train.dataset.prepare import Prepared, prepare
from replicate_train.runner.workspace import Workspace


def check_and_prepare(
    source: str,
    workspace: Workspace,
    download: Callable[[str], Path],
    accepts: AcceptedFormats,
    scratch: Path | None = None,
) -> Prepared:
    """Return the prepared dataset with all findings; it is packed beside the workspace."""
    checked = check_dataset(source, workspace, download)
    prepared = prepare(checked, accepts, scratch or Path(mkdtemp(dir=workspace.root.parent)))
    findings = (*checked.findings, *prepared.findings)
    return Prepared(prepared.dataset, findings, prepared.notes or checked.notes)
