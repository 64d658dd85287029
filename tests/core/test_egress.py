import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.addresses import is_public
from tagwake.core.egress import MAX_ALLOWED, AllowedTarget, Egress
from tagwake.core.errors import InvalidSettings

INTRANET = Egress.of(("10.1.2.0/24", "127.0.0.1:8080", "[::1]:8080", "fd00::/8", "192.168.7.7"))


@given(st.ip_addresses(), st.integers(1, 65_535))
def test_without_a_word_of_the_operator_only_the_internet_is_reached(address: object, port: int) -> None:
    assert Egress().permits(str(address), port) is is_public(str(address))


@pytest.mark.parametrize(
    ("address", "port", "permitted"),
    [
        ("10.1.2.3", 443, True),
        ("10.1.3.3", 443, False),
        ("::ffff:10.1.2.3", 443, True),
        ("64:ff9b::a01:203", 443, False),
        ("127.0.0.1", 8080, True),
        ("127.0.0.1", 8081, False),
        ("::ffff:127.0.0.1", 8080, True),
        ("127.0.0.2", 8080, False),
        ("::1", 8080, True),
        ("::1", 80, False),
        ("fd12::1", 80, True),
        ("192.168.7.7", 1, True),
        ("192.168.7.8", 1, False),
        ("169.254.169.254", 80, False),
        ("1.1.1.1", 80, True),
    ],
)
def test_the_operator_allows_more(address: str, port: int, permitted: bool) -> None:
    assert INTRANET.permits(address, port) is permitted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "hooks.example",
        "10.1.2.3:",
        "10.1.2.3:0",
        "10.1.2.3:65536",
        "10.1.2.3:http",
        "10.1.2.3/8",
        "[::1]8080",
        "[::1",
        "[::1]:",
        "::1/200",
        "10.0.0.0/8:80:80",
        "https://10.1.2.3",
    ],
)
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(InvalidSettings, match="egress"):
        Egress.of((text,))


def test_a_network_may_have_a_port() -> None:
    assert AllowedTarget.parse("10.0.0.0/8:443").covers("10.9.9.9", 443)
    assert not AllowedTarget.parse("10.0.0.0/8:443").covers("10.9.9.9", 80)


def test_the_whole_of_the_setting_has_limits() -> None:
    with pytest.raises(InvalidSettings, match="1001"):
        Egress.of(("10.0.0.1",) * (MAX_ALLOWED + 1))
    with pytest.raises(InvalidSettings, match="proxy"):
        Egress.of((), "socks5://x")


def test_a_proxys_login_is_not_shown() -> None:
    assert "s3cret" not in repr(Egress.of((), "http://me:s3cret@proxy:3128"))
