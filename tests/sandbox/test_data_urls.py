"""The `data:` URLs that engines and clients send."""

import pytest

from replicate_sandbox.engine.data_urls import file_content


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ("data:text/plain,abc", b"abc"),
        ("data:text/plain;base64,YWJj", b"abc"),
        ("data:,", b""),
        ("https://a.example/data:,", None),
        (None, None),
        ("data: twelve lines of it", None),
        ("data:text/plain;base64,A", None),
        ("data:text/plain;base64,é", None),
        ("data:text/plain,\ud800", None),
    ],
)
def test_only_a_valid_data_url_is_a_file(value: object, content: bytes | None) -> None:
    assert file_content(value) == content
