"""Links for people: the service's own where they are plain, else built from names and ids."""

import pytest

from replicate_train.replicate import links
from replicate_train.replicate.schemas import Model, Training, Urls

PLAIN = "https://sandbox.example.com:8123/you/m?tab=1#top"
ODD = [
    None,
    "",
    "you/m",
    "javascript:alert(1)",
    "ftp://example.com/x",
    "https://",
    "https://user:word@example.com/",
    "https://example.com/a b",
    "https://example.com/a\nb",
    *(f"https://example.com/{sign}" for sign in "<>\"'`()[]{}|\\^"),
]


@pytest.mark.parametrize("url", ODD)
def test_what_is_no_plain_link_is_built(url: str | None) -> None:
    model = Model(owner="you", name="m", url=url)
    training = Training(id="tr1", status="starting", urls=Urls(web=url or ""))
    assert links.model_page(model) == "https://replicate.com/you/m"
    assert links.training_page(training) == "https://replicate.com/p/tr1"
    assert links.web_link(url) == ""


@pytest.mark.parametrize("url", [PLAIN, "http://127.0.0.1:8123/p/tr1"])
def test_a_plain_link_is_taken(url: str) -> None:
    assert links.model_page(Model(owner="you", name="m", url=url)) == url
    assert links.training_page(Training(id="t", status="starting", urls=Urls(web=url))) == url
    assert links.web_link(url) == url


@pytest.mark.parametrize("value", [7, ["https://example.com"], {"url": PLAIN}, True])
def test_only_a_text_is_a_link(value: object) -> None:
    assert links.web_link(value) == ""


def test_the_other_pages() -> None:
    assert links.version_page("https://x/you/m", "a" * 64) == f"https://x/you/m/versions/{'a' * 64}"
    assert links.TRAININGS == "https://replicate.com/trainings"
    assert links.CREATE_MODEL == "https://replicate.com/create"
