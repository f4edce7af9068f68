"""The URLs at which an engine downloads files without a token."""

from collections.abc import Iterator

import pytest

from replicate_sandbox.contract.problems import Problem
from replicate_sandbox.service.files import Files, Upload
from replicate_sandbox.service.signed_urls import SignedUrls
from replicate_sandbox.store.store import Store

ADDRESS = "http://127.0.0.1:1"


@pytest.fixture
def files() -> Iterator[Files]:
    store = Store()
    yield Files(store)
    store.close()


def test_files_in_a_list_are_signed_too(files: Files) -> None:
    file = files.create("you", Upload(b"abc", "a.txt", "text/plain", ""))["id"]
    url = f"{ADDRESS}/v1/files/{file}"
    given = {"one": url, "many": [url, "https://x.example", 3], "other": "text"}
    signed = SignedUrls(files, ADDRESS).sign_inputs("you", given)
    assert signed["one"].startswith(f"{url}/download?owner=you&expiry=")
    assert signed["many"] == [signed["one"], "https://x.example", 3]
    assert signed["other"] == "text"


@pytest.mark.parametrize("value", ["{url}", ["{url}"]])
def test_a_file_of_another_account_is_not_signed(files: Files, value: object) -> None:
    file = files.create("you", Upload(b"abc", "a.txt", "text/plain", ""))["id"]
    url = f"{ADDRESS}/v1/files/{file}"
    given = {"data": url if isinstance(value, str) else [url]}
    with pytest.raises(Problem, match="File not found"):
        SignedUrls(files, ADDRESS).sign_inputs("someone-else", given)
