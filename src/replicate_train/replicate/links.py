"""Links for people: pages on Replicate's site.

The service's own links are taken where they are plain web addresses (a sandbox has its own
pages); otherwise the page is built from names and ids.
"""

from replicate_train.net.urls import web_address
from replicate_train.replicate.schemas import Model, Training

SITE = "https://replicate.com"
CREATE_MODEL = f"{SITE}/create"
TRAININGS = f"{SITE}/trainings"


def model_page(model: Model) -> str:
    """Return the page of a model."""
    return _web(model.url) or f"{SITE}/{model.full_name}"


def version_page(model_url: str, version_id: str) -> str:
    """Return the page of a version."""
    return f"{model_url}/versions/{version_id}"


def training_page(training: Training) -> str:
    """Return the page of a training."""
    return _web(training.urls.web) or f"{SITE}/p/{training.id}"


def web_link(value: object) -> str:
    """Return a foreign value if it is a plain web address, else nothing."""
    return _web(value) if isinstance(value, str) else ""


def _web(text: str | None) -> str:
    try:
        web_address(text or "")
    except ValueError:
        return ""
    return "" if set(text or "") & set("<>\"'`()[]{}|\\^") else (text or "")
