"""What happened to the deployment and to old versions, and how to go back."""

from collections.abc import Iterator

from replicate_train.publish.retention import Pruned
from replicate_train.report.markdown import code, code_block, details, listed, literal
from replicate_train.report.record import Record
from replicate_train.report.summary.headline import short
from replicate_train.runner.text import counted

_MAX_LISTED = 20  # versions that were deleted or refused


def publication(record: Record) -> str:
    """Return what the deployment ran before and runs now, and which versions were deleted."""
    lines = listed([*_moved(record), *_deleted(record.pruned)])
    back = record.move.way_back(record.inputs.api_url) if record.move else ""
    undo = [details("Move the deployment back", code_block(back, "bash"))] if back else []
    return "\n\n".join([lines, *undo] if lines else undo)


def _moved(record: Record) -> Iterator[str]:
    move = record.move
    if move and move.moved:
        before = code(short(move.before)) if move.before else "no version"
        yield f"Deployment {code(move.reference)}: from {before} to {code(short(move.after))}"
    elif move:
        yield f"Deployment {code(move.reference)}: already ran {code(short(move.after))}"


def _deleted(pruned: Pruned | None) -> Iterator[str]:
    if pruned is None:
        return
    if pruned.deleted:
        ids = ", ".join(code(short(one)) for one in pruned.deleted[:_MAX_LISTED])
        more = f" and {len(pruned.deleted) - _MAX_LISTED:,} more"
        ids += more if len(pruned.deleted) > _MAX_LISTED else ""
        yield f"Deleted {counted(len(pruned.deleted), 'old version')}: {ids}"
    for refusal in pruned.refused[:_MAX_LISTED]:
        yield f"Kept {code(short(refusal.version_id))}: {literal(refusal.reason, linked=False)}"
    if len(pruned.refused) > _MAX_LISTED:
        yield f"Kept {counted(len(pruned.refused) - _MAX_LISTED, 'more version')}"
    if pruned.note:
        yield literal(pruned.note, linked=False)
