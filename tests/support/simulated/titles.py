"""What the titles of the action's errors mean: the only place that knows the action's own words."""

_WORDS = {
    "defect": ("bug in this action",),
    "stopped": ("workflow cancelled",),
    "timed out": ("timed out",),
    "lost": ("lost contact",),
    "unconfirmed": ("start not confirmed",),
    "elsewhere": ("another model",),
    "no version": ("version not created",),
    "ended": ("training failed", "training canceled", "training aborted"),
    "api": ("replicate",),
}


def kind(title: str) -> str:
    """Return what an error's title says: a key of `_WORDS`, or nothing for any other."""
    low = title.lower()
    return next((kind for kind, words in _WORDS.items() if any(it in low for it in words)), "")
