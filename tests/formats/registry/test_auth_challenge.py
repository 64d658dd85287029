import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.formats.registry.auth_challenge import MAX_PARAMETERS, Challenge, read_challenges

BEARER = (
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"'
)
PARAMETERS = {
    "realm": "https://auth.docker.io/token",
    "service": "registry.docker.io",
    "scope": "repository:a/b:pull",
}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", []),
        ("Basic", [("basic", {})]),
        ('Basic realm="x"', [("basic", {"realm": "x"})]),
        (BEARER, [("bearer", PARAMETERS)]),
        (BEARER.upper().replace("HTTPS", "https"), None),
        (f'Basic realm="a, b", {BEARER}', [("basic", {"realm": "a, b"}), ("bearer", PARAMETERS)]),
        (f'{BEARER}, Basic realm="x"', [("bearer", PARAMETERS), ("basic", {"realm": "x"})]),
        ("Negotiate", [("negotiate", {})]),
        ('Negotiate dGVzdA==, Basic realm="x"', [("negotiate", {}), ("basic", {"realm": "x"})]),
        ('Negotiate, Basic realm="x"', [("negotiate", {}), ("basic", {"realm": "x"})]),
        (r'Basic realm="say \"hi\" \\ there"', [("basic", {"realm": 'say "hi" \\ there'})]),
        ('Bearer realm = "x" , service= "y"', [("bearer", {"realm": "x", "service": "y"})]),
        ('Bearer   realm="x",,service="y",', [("bearer", {"realm": "x", "service": "y"})]),
        ('Bearer realm="x" service="y"', [("bearer", {"realm": "x", "service": "y"})]),
        (
            "Bearer realm=https://x/token?a=b,service=y",
            [("bearer", {"realm": "https://x/token?a=b", "service": "y"})],
        ),
        ('bEaReR REALM="x"', [("bearer", {"realm": "x"})]),
        ('Bearer realm="first",realm="second"', [("bearer", {"realm": "first"})]),
        ('Bearer realm="never closed', [("bearer", {"realm": "never closed"})]),
        ('realm="of nothing"', []),
        ('Bearer error="invalid_token"', [("bearer", {"error": "invalid_token"})]),
        ('Bearer realm=""', [("bearer", {"realm": ""})]),
        ('\x00"junk" Basic realm="x"', [("junk", {}), ("basic", {"realm": "x"})]),
    ],
)
def test_challenges(header: str, expected: list[tuple[str, dict[str, str]]] | None) -> None:
    found = [(each.scheme, dict(each.parameters)) for each in read_challenges(header)]
    if expected is None:
        assert [scheme for scheme, _ in found] == ["bearer"]
        assert set(found[0][1]) == set(PARAMETERS)
    else:
        assert found == expected


@given(st.text(max_size=400))
def test_any_text_is_read(header: str) -> None:
    for challenge in read_challenges(header):
        assert challenge.scheme == challenge.scheme.lower() != ""


_token = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)


@given(
    st.lists(
        st.tuples(
            _token, st.dictionaries(_token, st.text(st.characters(codec="latin-1"), max_size=12), min_size=1)
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_written_by_the_grammar_reads_back(written: list[tuple[str, dict[str, str]]]) -> None:
    """RFC 9110, 5.6.4: within a quoted string a backslash quotes the next character."""

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    header = ", ".join(
        f"{scheme} " + ", ".join(f"{name}={quoted(text)}" for name, text in parameters.items())
        for scheme, parameters in written
    )
    total = sum(len(parameters) for _, parameters in written) + len(written)
    if total <= MAX_PARAMETERS and len(header) < 8000:
        assert read_challenges(header) == tuple(Challenge(*each) for each in written)


def test_a_header_without_end_is_read_to_a_limit() -> None:
    found = read_challenges("Bearer " + ", ".join(f'a{n}="x"' for n in range(10_000)))
    assert sum(len(each.parameters) for each in found) < MAX_PARAMETERS
