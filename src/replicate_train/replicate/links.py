"""Links to web pages of models, versions and trainings.

Replicate's own link is used where it is a plain web URL (a sandbox has its own pages); otherwise
the link is built from names and ids.
"""

from replicate_train.net.urls import web_address
from replicate_train.replicate.schemas import Model, Training

SITE = "https://replicate.com"
CREATE_MODEL = f"{SITE}/create"
TRAININGS = f"{SITE}/trainings"


def model_page(model: Model) -> str:
    """Return the URL of a model's page."""
    return _web(model.url) or f"{SITE}/{model.full_name}"


def version_page(model_url: str, version_id: str) -> str:
    """Return the URL of a version's page; `model_url` is its model's page."""
    return f"{model_url}/versions/{version_id}"


def training_page(training: Training) -> str:
    """Return the URL of a training's page."""
    return _web(training.urls.web) or f"{SITE}/p/{training.id}"


def web_link(value: object) -> str:
    """Return a foreign value if it is a plain web URL, else an empty string."""
    return _web(value) if isinstance(value, str) else ""


def _web(text: str | None) -> str:
    try:
        web_address(text or "")
    except ValueError:
        return ""
    return "" if set(text or "") & set("<>\"'`()[]{}|\\^") else (text or "")
