"""The inputs: what is accepted, what is refused with which message, what is never repeated."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from replicate_train.diagnostics.errors import ActionError, InputError
from replicate_train.inputs.model import Inputs, Mode, OnStop
from replicate_train.inputs.read import read_inputs
from replicate_train.net.urls import is_private

NEEDED = {"api-token": "r8_x", "model-name": "you/m", "trainer": "a/b"}


def read(**inputs: str) -> Inputs:
    given_ = NEEDED | {name.replace("_", "-"): value for name, value in inputs.items()}
    reading = read_inputs({f"INPUT_{name.upper()}": value for name, value in given_.items()})
    reading.require()
    return reading.inputs


def problems(**inputs: str) -> str:
    with pytest.raises(InputError) as caught:
        read(**inputs)
    return messages(caught.value)


def messages(error: ActionError) -> str:
    return "\n".join(f"{one.subject}: {one.what} {one.fix}" for one in error.findings)


def test_the_defaults_are_those_of_the_interface() -> None:
    inputs = read()
    assert inputs.api_url == "https://api.replicate.com/v1"
    assert (inputs.visibility, inputs.hardware) == (None, "")
    assert (inputs.mode, inputs.on_cancel, inputs.create_model) == (Mode.TRAIN, OnStop.CANCEL, True)
    assert (inputs.timeout, inputs.max_poll_interval) == (19800, 15)


def test_an_empty_value_means_not_given() -> None:
    assert read(visibility="", owner="  ", timeout="\n") == read()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90m", 5400),
        ("2h", 7200),
        ("1h30m", 5400),
        ("45s", 45),
        ("5", 300),
        ("1h1m1s", 3661),
        ("120h30m15s", 433815),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert read(max_poll_interval=text).max_poll_interval == seconds


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("api_token", "r8 x", "must not contain spaces, line breaks or special characters. Copy"),
        ("api_token", "r8_x\ny", "Copy the token again"),
        ("api_token", "r8_ä", "Copy the token again"),
        ("api_token", "'r8_x'", "must not start with a quotation mark"),
        ("api_url", "http://example.com/v1", "must start with `https://` (`http://` is only for"),
        ("api_url", "http://2130706433/v1", "must start with `https://`"),
        ("api_url", "http://8.8.8.8/v1", "must start with `https://`"),
        ("api_url", "http://[2001:db8::1]/v1", "must start with `https://`"),
        ("api_url", "http://172.32.0.1", "must start with `https://`"),
        ("api_url", "ftp://localhost", "must be a URL that starts with `https://`"),
        ("api_url", "https://u:p@example.com/v1", "must not contain a user name or a password"),
        ("api_url", "https://example.com/v1?x=1", "must not contain a query"),
        ("api_url", "https://example.com:x/v1", "is not a valid URL (invalid port)"),
        ("api_url", "https://xn--/v1", "is not a valid URL (invalid host name)"),
        ("model_name", "you/m/x", "must be `name` or `owner/name`, and contain only letters"),
        ("model_name", "../m", "letters, digits"),
        ("owner", "a b", "must contain only letters, digits, `-`, `_` and `.`, with a letter"),
        ("timeout", "0", "must be more than 0 seconds and at most one year"),
        ("timeout", "9999999999", "at most one year"),
        ("timeout", "9" * 400, "must be a duration of at most 11 characters, such as `1h30m`"),
        (
            "trainer",
            "a/b:latest",
            "must not end with `:latest`. `owner/name` uses the la",
        ),
        ("visibility", "secret", "must be `public` or `private`"),
        ("create_model", "yes", "must be true or false"),
        ("mode", "fly", "must be `train`, `start`, `wait`, `create` or `plan`"),
        ("trainer", "a", "must be `owner/name` or `owner/name:version-id`, such as"),
        ("trainer", "https://replicate.com/a/b", "owner/name"),
        ("trainer", "a/b:../x", "owner/name"),
        ("timeout", "5x", "must be a duration such as `45s`, `90m`, `2h` or `1h30m`"),
        ("max_poll_interval", "0s", "must be more than 0 seconds and at most one year"),
        ("max_poll_interval", "-1", "must be a duration"),
        ("max_poll_interval", "٣", "must be a duration"),
        ("dataset", "s3://bucket/train.zip", "`s3://` is not supported in this release"),
        ("dataset", "images\n!GS://bucket/x", "`gs://` is not supported"),
        ("dataset", "az://c/p", "Use an `https://` URL, for example a signed one"),
        ("dataset", "hf://datasets/o/n@main/x.zip", "`hf://` is not supported"),
        ("webhook", "http://example.com", "must start with `https://`"),
        (
            "webhook_events",
            "start",
            "requires `webhook` Set `webhook`, or remove `webhook-events`.",
        ),
        ("webhook_events", "start, stop", "unknown event `stop`. Available: start, output, logs"),
        ("readme", "../README.md", "must be inside the workspace, without `..`"),
        ("logs_file", "a\nb", "must be a single path"),
        ("github_url", "example.com", "must be a URL"),
        (
            "training_id",
            "https://replicate.com/p/x",
            "must be a training ID such as `zz4ibbonubfz7carwiefibzgga`, not a",
        ),
    ],
)
def test_what_is_refused(name: str, text: str, expected: str) -> None:
    found = problems(**{name: text})
    assert found.startswith(name.replace("_", "-"))
    assert expected in found


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8123/v1",
        "http://localhost/v1",
        "http://[::1]:1/v1",
        "http://[fd00::1]/v1",
        "http://10.1.2.3/v1",
        "http://172.17.0.1:80/v1",
        "http://192.168.0.9/v1",
        "http://host.docker.internal:8123/v1",
        "http://replicate-sandbox:8123/v1",
        "https://gateway.example.com/replicate/v1/",
    ],
)
def test_addresses_that_may_be_spoken_to(url: str) -> None:
    assert read(api_url=url).api_url == url.rstrip("/")


@given(st.ip_addresses(v=4))
def test_only_private_addresses_do_without_tls(address: object) -> None:
    octets = [int(part) for part in str(address).split(".")]
    private = (
        octets[0] in {10, 127}
        or octets[:2] == [192, 168]
        or (octets[0] == 172 and 16 <= octets[1] <= 31)
    )
    assert is_private(str(address)) is private


def test_all_problems_are_reported_at_once() -> None:
    given_ = {"INPUT_MODE": "wait", "INPUT_TIMEOUT": "x", "INPUT_WEBHOOK-EVENTS": "start"}
    reading = read_inputs(given_)
    names = [finding.subject for finding in reading.wrong]
    assert names == ["api-token", "timeout", "training-id", "webhook-events"]
    assert reading.inputs.mode is Mode.WAIT
    assert reading.inputs.timeout == Inputs().timeout
    assert not reading.has("mode", "timeout")
    assert reading.has("mode", "owner")


def test_two_owners_that_disagree() -> None:
    said = "model-name: has the owner `you`, but `owner` is `me` Remove `owner`, or set both"
    assert problems(owner="me").startswith(said)


def test_what_a_mode_requires() -> None:
    given_ = {"INPUT_API-TOKEN": "r8_x", "INPUT_MODE": "wait"}
    (finding,) = read_inputs(given_).wrong
    assert finding.subject == "training-id"
    assert finding.what == "required in `mode: wait`, but empty"


def test_a_missing_token_says_how_to_pass_it() -> None:
    (finding,) = read_inputs({"INPUT_MODEL-NAME": "you/m", "INPUT_TRAINER": "a/b"}).wrong
    assert (finding.subject, finding.what) == ("api-token", "required, but empty")
    assert "`api-token: ${{ secrets.REPLICATE_API_TOKEN }}`" in finding.fix


@pytest.mark.parametrize(
    ("wrong", "what"),
    [({"timeout": "x"}, "1 input is not valid"), ({"timeout": "", "owner": "?", "mode": "x"}, "")],
)
def test_the_error_counts_the_inputs(wrong: dict[str, str], what: str) -> None:
    with pytest.raises(InputError) as caught:
        read(**wrong)
    assert caught.value.what == (what or "2 inputs are not valid")
    assert caught.value.fix.startswith("Correct them under `with:` in the workflow.")


def refusal_of(text: str) -> str:
    environ = {"INPUT_API-TOKEN": text + " x", "INPUT_MODE": text, "INPUT_TIMEOUT": text}
    with pytest.raises(ActionError) as caught:
        read_inputs(environ).require()
    return messages(caught.value)


@given(st.text(min_size=9).filter(lambda text: text.strip() == text))
def test_no_value_that_may_be_secret_is_repeated(secret: str) -> None:
    assume(secret not in refusal_of("\0"))  # Hypothesis tries words of the source, too
    assert secret not in refusal_of(secret)


def test_the_tokens_are_not_in_the_inputs_text() -> None:
    assert "r8_x" not in repr(read(github_token="ghs_x"))
    assert "ghs_x" not in repr(read(github_token="ghs_x"))


def test_an_input_of_a_later_release_is_an_error() -> None:
    said = problems(dataset_storage="x")
    assert said == (
        "dataset-storage: not available in this release Remove `dataset-storage` from `with:`."
    )


@pytest.mark.parametrize("name", ["description", "webhook", "dataset", "model_name"])
def test_the_token_is_refused_where_it_would_be_shown(name: str) -> None:
    token = "r8_" + "a" * 37
    said = problems(api_token=token, **{name: f"https://x.test/{token}"})
    assert f"{name.replace('_', '-')}: contains the API token, and would be shown" in said
    assert "Remove it. If it was ever committed, revoke the token." in said
    assert token not in said


def test_a_mapping_may_be_indented_and_begin_below() -> None:
    assert read(training_input="\n\n  a: 1\n  b: 2\n").training_input == "\n\n  a: 1\n  b: 2\n"
