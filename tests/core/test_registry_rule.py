import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.errors import InvalidInput
from tagwake.core.registry_rule import Endpoint, RegistryRule, bare_host, endpoint_of, is_loopback


def test_without_rules_a_registry_is_asked_by_its_own_name() -> None:
    assert endpoint_of([], "ghcr.io", "acme/api") == Endpoint("ghcr.io", "ghcr.io", "acme/api")


def test_docker_hub_is_served_by_another_host_than_its_name() -> None:
    found = endpoint_of([], "docker.io", "library/debian")
    assert (found.registry, found.host, found.repository) == (
        "docker.io",
        "registry-1.docker.io",
        "library/debian",
    )


@pytest.mark.parametrize(
    ("repository", "host", "asked"),
    [
        ("acme/api", "api.example", "api"),
        ("acme/api/tools", "api.example", "api/tools"),
        ("acme/apis", "acme.example", "all/apis"),
        ("acme2/api", "other.example:5000", "x/acme2/api"),
    ],
)
def test_the_longest_prefix_of_whole_components_wins(repository: str, host: str, asked: str) -> None:
    rules = [
        RegistryRule("ghcr.io", upstream="other.example:5000/x"),
        RegistryRule("ghcr.io/acme/api", upstream="api.example/api"),
        RegistryRule("ghcr.io/acme", upstream="acme.example/all"),
    ]
    for order in (rules, rules[::-1]):
        found = endpoint_of(order, "ghcr.io", repository)
        assert (found.host, found.repository) == (host, asked)


def test_a_mirror_of_docker_hub_leads_back_to_it() -> None:
    rules = [RegistryRule("mirror.example/hub", upstream="docker.io")]
    assert endpoint_of(rules, "mirror.example", "hub/debian").repository == "library/debian"
    assert endpoint_of(rules, "mirror.example", "hub/acme/api").host == "registry-1.docker.io"
    assert endpoint_of(rules, "mirror.example", "hubble/x").host == "mirror.example"


def test_docker_hub_goes_by_any_of_its_names() -> None:
    rules = [RegistryRule("index.docker.io", upstream="mirror.example/hub")]
    assert endpoint_of(rules, "docker.io", "library/debian").repository == "hub/library/debian"


def test_the_upstream_brings_its_own_transport_and_is_followed_once() -> None:
    rules = [
        RegistryRule("a.example", upstream="b.example", concurrency=3),
        RegistryRule("b.example", upstream="c.example", ca="b.pem", plain_http=True, concurrency=5),
    ]
    found = endpoint_of(rules, "a.example", "x")
    assert found == Endpoint("b.example", "b.example", "x", plain_http=True, ca="b.pem", concurrency=3)


def test_the_rule_that_matched_decides_before_the_upstreams() -> None:
    rules = [
        RegistryRule("a.example", upstream="b.example", ca="a.pem"),
        RegistryRule("b.example", ca="b.pem"),
    ]
    assert endpoint_of(rules, "a.example", "x").ca == "a.pem"


def test_a_rule_that_leaves_no_repository_is_refused() -> None:
    with pytest.raises(InvalidInput, match="names no repository"):
        endpoint_of([RegistryRule("a.example/api", upstream="b.example")], "a.example", "api")


@pytest.mark.parametrize(
    "text", ["", "/", "a.example/", "/a", "a b", "https://a.example", "a.example/X", "a.example/x:1", "a@b"]
)
def test_what_is_no_host_and_prefix_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no registry"):
        RegistryRule(text)
    with pytest.raises(InvalidInput, match="is no registry"):
        RegistryRule("a.example", upstream=text)


def test_a_concurrency_is_positive() -> None:
    with pytest.raises(InvalidInput, match="1 at least"):
        RegistryRule("a.example", concurrency=0)


@pytest.mark.parametrize(
    "text", ["registry", "registry/x", "localhost", "localhost:5000/a", "[::1]:5000", "Foo"]
)
def test_hosts_of_every_shape_are_taken(text: str) -> None:
    assert RegistryRule(text).prefix == text


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("localhost", True),
        ("localhost:5000", True),
        ("a.localhost:1", True),
        ("127.0.0.1:5000", True),
        ("127.9.9.9", True),
        ("[::1]:5000", True),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("10.0.0.1", False),
        ("[::2]", False),
    ],
)
def test_loopback_is_known_by_name(host: str, is_here: bool) -> None:
    assert is_loopback(host) is is_here


@given(st.ip_addresses(v=6), st.integers(0, 65535))
def test_a_bare_host_has_neither_port_nor_brackets(address: object, port: int) -> None:
    assert bare_host(f"[{address}]:{port}") == str(address)
    assert bare_host(f"[{address}]") == str(address)


_part = st.from_regex(r"[a-z0-9]{1,5}", fullmatch=True)


@given(st.lists(_part, min_size=1, max_size=5), st.integers(0, 5), st.lists(_part, max_size=3))
def test_the_upstream_takes_exactly_the_prefixs_place(parts: list[str], cut: int, path: list[str]) -> None:
    cut = min(cut, len(parts) - 1)
    rule = RegistryRule("/".join(["a.example", *parts[:cut]]), upstream="/".join(["b.example", *path]))
    found = endpoint_of([rule], "a.example", "/".join(parts))
    assert found.repository == "/".join([*path, *parts[cut:]])
