"""What the titles of the action's errors mean: the only place that knows the action's own words."""

_WORDS = {
    "defect": ("defect", "bug in this action"),
    "stopped": ("stopped by the workflow", "workflow was cancelled", "step was cancelled"),
    "timed out": ("took too long", "timed out"),
    "lost": ("can no longer be followed", "lost contact"),
    "unconfirmed": ("not known whether", "could not confirm"),
    "elsewhere": ("another model", "other model"),
    "no version": ("made no version", "version not created", "version not found"),
    "ended": ("did not succeed", "training failed", "training was cancel", "training aborted"),
    "api": ("replicate's api", "replicate api"),
}


def kind(title: str) -> str:
    """Return what an error's title says: a key of `_WORDS`, or nothing for any other."""
    low = title.lower()
    return next((kind for kind, words in _WORDS.items() if any(it in low for it in words)), "")
