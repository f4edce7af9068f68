"""Which addresses are spoken to without TLS: judged by the host that httpx connects to."""

import re
from ipaddress import ip_address, ip_network

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from replicate_train.net.urls import safe_address, web_address

PRIVATE = [
    ip_network(one)
    for one in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7",
        "::ffff:127.0.0.0/104", "::ffff:10.0.0.0/104", "::ffff:172.16.0.0/108",
        "::ffff:192.168.0.0/112",
    )
]  # fmt: skip

ACCEPTED = [
    "http://localhost:8123/v1",
    "http://LOCALHOST/v1",
    "http://host.docker.internal:8123",
    "http://replicate:8080/v1",
    "http://my_service-2/v1",
    "http://127.0.0.1:8123/v1",
    "http://10.1.2.3",
    "http://172.31.0.1",
    "http://192.168.1.1",
    "http://[::1]:8123/v1",
    "http://[fd00::1]",
    "http://[::ffff:127.0.0.1]",
    "http://bücher/v1",
    "https://evil。com/v1",
    "https://api.replicate.com/v1",
]
REFUSED = [
    "http://evil.com",
    "http://evil。com",
    "http://evil\uff0ecom",
    "http://evil｡com",
    "http://evil%2ecom",
    "http://evil%E3%80%82com",
    "http://localhost@evil.com",
    "http://localhost:80@evil.com",
    "http://@localhost",
    "http://user@localhost",
    "http://localhost\\@evil.com",
    "http://localhost\\.evil.com",
    "http:\\\\localhost",
    "http://127.0.0.1.evil.com",
    "http://localhost.evil.com",
    "http://localhost.",
    "http://127.0.0.1.",
    "http://evil.",
    "http://.",
    "http://[fe80::1%25eth0]",
    "http://[::1%25lo]",
    "http://[::1%eth0]",
    "http://[::ffff:8.8.8.8]",
    "http://[::ffff:808:808]",
    "http://[2001:db8::1]",
    "http://[::1]evil.com",
    "http://[::1",
    "http://8.8.8.8",
    "http://0.0.0.0",
    "http://169.254.169.254",
    "http://172.32.0.1",
    "http://2130706433",
    "http://134744072",
    "http://0x7f000001",
    "http://0X08080808",
    "http://0x8.0x8.0x8.0x8",
    "http://017700000001",
    "http://010.0.0.1",
    "http://127.1",
    "http://\uff11\uff12\uff17.0.0.1",
    "http://\uff11\uff13\uff14\uff17\uff14\uff14\uff10\uff17\uff12",
    "http://localhost;evil.com",
    "http://localhost,evil.com",
    "http://a*b",
    "http://",
    "http:///v1",
    "http:localhost",
    "http://localhost:99999",
    "http://localhost:80:90",
    "ftp://localhost",
]


@pytest.mark.parametrize("url", ACCEPTED)
def test_what_may_be_spoken_to(url: str) -> None:
    assert safe_address(url).geturl().lower() == url.lower()


@pytest.mark.parametrize("url", REFUSED)
def test_what_may_not_be_spoken_to_without_tls(url: str) -> None:
    with pytest.raises(ValueError, match=r"must|is not a valid URL"):
        safe_address(url)


PRIVATE_ONLY = (
    "`http://` is only for loopback and private addresses, `localhost`, `host.docker.internal` and "
    "names without a dot)"
)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://a b", "must be one URL, without spaces or line breaks"),
        ("https://a\\b", "must be a URL without backslashes"),
        ("https://a:x", "is not a valid URL (invalid port)"),
        ("https://ü..b", "is not a valid URL (invalid host name)"),
        ("https://xn--/v1", "is not a valid URL (invalid host name)"),
        ("ftp://a", "must be a URL that starts with `https://`"),
        ("https://u:p@a", "must not contain a user name or a password"),
        (
            "http://evil.com",
            f"must start with `https://` ({PRIVATE_ONLY}",
        ),
    ],
)
def test_each_refusal_has_its_message(url: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        safe_address(url)


hosts = st.one_of(
    st.text(
        st.sampled_from("ab1290.-_:[]%@\\/?#x。\uff0e｡²①ⅼßİ\u00ad\u200d\u0660,;*"), max_size=12
    ),
    st.ip_addresses().map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
    st.integers(0, 2**33).flatmap(lambda one: st.sampled_from([str(one), hex(one), f"0{one:o}"])),
    st.text(max_size=8),
)
tails = st.sampled_from(["", ".", ".evil.com", "。com", "@evil.com", "%25lo", "\\@b", ":80", "/v1"])


@given(st.sampled_from(["", "localhost", "127.0.0.1", "a"]), hosts, tails)
@example("", "evil。com", "")
def test_whatever_is_accepted_is_near_for_httpx(begin: str, host: str, tail: str) -> None:
    text = f"http://{begin}{host}{tail}"
    try:
        safe_address(text)
    except ValueError:
        return
    sent = httpx.URL(text)
    name = sent.raw_host.decode("ascii")
    assert sent.scheme == "http"
    assert not sent.userinfo
    try:
        address = ip_address(name)
    except ValueError:
        plain = re.fullmatch(r"[a-z0-9_-]*[a-z_-][a-z0-9_-]*", name)
        assert name == "host.docker.internal" or (plain and not name.startswith("0x"))
    else:
        assert any(address in one for one in PRIVATE if one.version == address.version)


def test_a_page_may_have_any_host() -> None:
    assert web_address("https://bücher.example/a?b").hostname == "bücher.example"
