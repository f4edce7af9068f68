"""Which proxy the environment names for an address."""

from ssl import create_default_context

import httpx
import pytest

from replicate_train.diagnostics.errors import InputError
from replicate_train.net.proxies import ProxyTransport, passwords, proxy_for
from replicate_train.net.unreachable import advice

API = "https://api.replicate.com/v1"
PROXY = {"https": "http://proxy.test:3128"}


@pytest.mark.parametrize(
    ("url", "settings", "proxy"),
    [
        (API, {}, ""),
        (API, {"https": ""}, ""),
        (API, PROXY, "http://proxy.test:3128"),
        (API, {"https": "proxy.test:3128"}, "http://proxy.test:3128"),
        (API, {"https": "https://u:p@proxy.test"}, "https://u:p@proxy.test"),
        (API, {"http": "http://proxy.test"}, ""),
        (API, {"all": "http://[fd00::1]:3128"}, "http://[fd00::1]:3128"),
        (API, {"all": "http://all.test", "https": "http://tls.test"}, "http://tls.test"),
        ("http://box:8123/v1", {"http": "http://proxy.test", **PROXY}, "http://proxy.test"),
    ],
)
def test_the_proxy_of_an_address(url: str, settings: dict[str, str], proxy: str) -> None:
    assert proxy_for(httpx.URL(url), settings) == proxy


@pytest.mark.parametrize(
    ("url", "no_proxy", "excluded"),
    [
        (API, "*", True),
        (API, "localhost,*", True),
        (API, "replicate.com", True),
        (API, ".replicate.com", True),
        (API, "*.replicate.com", True),
        (API, "API.Replicate.COM", True),
        (API, "licate.com", False),
        (API, "https://api.replicate.com", True),
        (API, "api.replicate.com:443", True),
        (API, "api.replicate.com:8443", False),
        (API, "fd00::/8,::1,[::1]", False),
        (API, "not/a/network, ::bad::, :, .", False),
        ("https://[fd12::5]/v1", "fd00::/8", True),
        ("https://[fd12::5]/v1", "[fd00::]/8,10.0.0.0/8", False),
        ("https://[::1]:8123/v1", "::1", True),
        ("https://[::1]:8123/v1", "[::1]", True),
        ("https://[::1]:8123/v1", "[::1]:8123", True),
        ("https://[::1]:8123/v1", "[::1]:1", False),
        ("https://[2001:db8::1]/v1", "fd00::/8", False),
        ("https://10.1.2.3/v1", "10.0.0.0/8", True),
        ("https://10.1.2.3/v1", "10.1.2.3", True),
        ("https://10.1.2.3/v1", "fd00::/8 192.168.0.0/16", False),
        ("https://localhost:1/v1", "localhost", True),
    ],
)
def test_what_no_proxy_excludes(url: str, no_proxy: str, excluded: bool) -> None:
    settings = PROXY | {"no": no_proxy}
    assert (proxy_for(httpx.URL(url), settings) == "") is excluded


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"all": "socks5://u:secret@proxy.test"}, "ALL_PROXY: socks5:// proxies are not supported"),
        ({"https": "socks5h://proxy.test"}, "HTTPS_PROXY: socks5h:// proxies are not supported"),
        ({"https": "ftp://proxy.test"}, "HTTPS_PROXY: ftp:// proxies are not supported"),
        ({"https": "http://"}, "HTTPS_PROXY: not a valid proxy URL"),
        ({"https": "http://u:secret@proxy:port"}, "HTTPS_PROXY: not a valid proxy URL"),
        ({"all": "http://[fd00::1"}, "ALL_PROXY: not a valid proxy URL"),
        ({"all": "http://a b"}, "ALL_PROXY: not a valid proxy URL"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named(settings: dict[str, str], said: str) -> None:
    with pytest.raises(InputError) as caught:
        ProxyTransport(create_default_context, settings).check(API)
    error = caught.value
    assert error.what == said
    assert f"Set {said.partition(':')[0].lower()} to an empty value" in error.fix
    assert "secret" not in f"{error.what}{error.why}{error.fix}"


def test_a_proxy_that_is_not_asked_for_may_be_anything() -> None:
    settings = {"all": "socks5://proxy.test", "no": "replicate.com"}
    ProxyTransport(create_default_context, settings).check(API)


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, set()),
        ({"HTTPS_PROXY": "http://proxy.test:3128"}, {""}),
        ({"HTTPS_PROXY": "http://user@proxy.test"}, {""}),
        ({"https_proxy": "http://user:p%40ss@proxy.test"}, {"p%40ss", "p@ss"}),
        ({"ALL_PROXY": "http://u:one@a", "http_proxy": "https://u:two@b"}, {"one", "two"}),
        ({"HTTP_PROXY": "http://u:a:b@c@proxy.test"}, {"a:b@c"}),
        ({"HTTPS_PROXY": "u:secret@proxy.test:3128"}, {"secret"}),
    ],
)
def test_the_passwords_of_proxies(environ: dict[str, str], found: set[str]) -> None:
    assert {*passwords(environ)} - {""} == found - {""}


@pytest.mark.parametrize(
    ("error", "says", "settings"),
    [
        (httpx.ConnectError("no route to host"), "Check `api-url`", False),
        (httpx.ConnectTimeout(""), "Check `api-url`", False),
        (httpx.ProxyError("407 Proxy Authentication Required"), "the password", True),
        (httpx.ProxyError("403 Forbidden"), "that it allows the host", True),
        (httpx.ProxyError("503 Service Unavailable"), "the proxy in HTTP_PROXY", False),
        (
            httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: x"),
            "set SSL_CERT_FILE for this step",
            True,
        ),
    ],
)
def test_what_to_do_about_a_connection(error: Exception, says: str, settings: bool) -> None:
    fix, only_settings = advice(error)
    assert says in fix
    assert only_settings == settings
