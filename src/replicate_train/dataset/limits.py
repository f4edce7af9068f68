"""The largest dataset that can be uploaded, and the error for a larger one."""

from collections.abc import Sequence

from replicate_train.dataset.files import DatasetFile
from replicate_train.diagnostics.errors import DatasetError

MAX_UPLOAD = 100 * 1024 * 1024  # bytes; Replicate refuses uploads of this size (413)
_MAX_DETAILS = 3  # files that an error names


def too_large(name: str, size: str, members: Sequence[DatasetFile] = ()) -> DatasetError:
    """Return the error for a dataset that is too large to upload; `size` says how large it is."""
    largest = sorted(members, key=lambda one: -one.size)[:_MAX_DETAILS] if members[1:] else []
    details = [f"{one.name}: {one.size / 1e6:,.1f} MB" for one in largest]
    return DatasetError(
        f"The dataset {name} is too large: {size}",
        why="Replicate accepts uploads of less than 100 MB.",
        fix="Host it elsewhere, and set `dataset` to its https:// URL.",
        details=details,
    )
