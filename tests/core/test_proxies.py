import pytest

from tagwake.core.proxies import Proxies


def proxy(environment: dict[str, str], host: str, scheme: str = "https") -> str | None:
    return Proxies.from_environment(environment).proxy_for(scheme, host)


def test_each_scheme_has_its_variable() -> None:
    environment = {"HTTPS_PROXY": "http://s.example:1", "HTTP_PROXY": "http://p.example:2"}
    assert proxy(environment, "ghcr.io") == "http://s.example:1"
    assert proxy(environment, "ghcr.io", "http") == "http://p.example:2"
    assert proxy({}, "ghcr.io") is None


def test_lower_case_counts_after_upper_case() -> None:
    assert proxy({"https_proxy": "http://a"}, "ghcr.io") == "http://a"
    assert proxy({"https_proxy": "http://a", "HTTPS_PROXY": "http://b"}, "ghcr.io") == "http://b"


def test_a_proxy_without_a_scheme_speaks_http() -> None:
    assert proxy({"HTTPS_PROXY": "proxy.example:3128"}, "ghcr.io") == "http://proxy.example:3128"


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1:5000", "[::1]:5000"])
def test_this_machine_is_reached_directly(host: str) -> None:
    assert proxy({"HTTPS_PROXY": "http://a"}, host) is None


@pytest.mark.parametrize(
    ("exempt", "host", "is_direct"),
    [
        ("*", "ghcr.io", True),
        ("ghcr.io", "ghcr.io", True),
        ("ghcr.io", "GHCR.io:443", True),
        ("GHCR.IO", "ghcr.io", True),
        ("ghcr.io", "pkg.ghcr.io", True),
        (".ghcr.io", "pkg.ghcr.io", True),
        ("*.ghcr.io", "pkg.ghcr.io", True),
        ("ghcr.io", "notghcr.io", False),
        ("ghcr.io:5000", "ghcr.io:5000", True),
        ("ghcr.io:5000", "ghcr.io:5001", False),
        ("ghcr.io:5000", "ghcr.io", False),
        ("a.example, ghcr.io", "ghcr.io", True),
        ("a.example ghcr.io", "ghcr.io", True),
        ("10.0.0.0/8", "10.1.2.3:5000", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.0.0.0/8", "ten.example", False),
        ("10.1.2.3", "10.1.2.3:5000", True),
        ("fd00::/8", "[fd00::1]:5000", True),
        ("fd00::1", "[fd00::1]:5000", True),
        ("[fd00::1]", "[fd00::1]", True),
        ("10.0.0.0/99", "10.0.0.1", False),
        ("", "ghcr.io", False),
        (",.,", "ghcr.io", False),
    ],
)
def test_exempt_hosts_are_reached_directly(exempt: str, host: str, is_direct: bool) -> None:
    found = proxy({"HTTPS_PROXY": "http://proxy", "NO_PROXY": exempt}, host)
    assert (found is None) is is_direct


def test_a_login_in_the_proxys_url_does_not_show() -> None:
    read = Proxies.from_environment({"HTTPS_PROXY": "http://u:s3cret@a", "HTTP_PROXY": "http://u:s3cret@a"})
    assert "s3cret" not in repr(read)
