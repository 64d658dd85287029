"""What a settings file says, and what is said of one that cannot be read."""

from datetime import date

import pytest

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidSettings
from tagwake.core.outcome import Outcome
from tagwake.core.registry_rule import RegistryRule
from tagwake.core.settings import CHECK_FAILS_ON, MAX_FILE_BYTES, Settings
from tagwake.formats.settings import SettingsLayer, merge, read_layer

EVERYTHING = """
requires = ">=1.0"
extends = ["shared.toml"]

[scan]
include = ["deploy/**"]
exclude = ["vendor/", "!vendor/ours/**"]
max_file_size = "2 MiB"
follow_untagged = "latest"
ignore = [
  { image = "ghcr.io/acme/*", reason = "built here" },
  { path = "docs/**" },
]

[check]
fail = ["unpinned", "behind"]

[registries."mirror.example/hub"]
upstream = "docker.io"
plain_http = true
ca = "ca.pem"
concurrency = 4

[[hold]]
image = "debian:12"
digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
reason = "fails in staging"
until = 2026-12-01

[[hold]]
image = "alpine"
until = "2026-12-02"
"""


def layer(text: str, version: str = "1.0.0", table: tuple[str, ...] = ()) -> SettingsLayer:
    read = read_layer(text.encode(), "tagwake.toml", version, table=table)
    assert read is not None
    return read


def test_everything_that_can_be_said() -> None:
    read = layer(EVERYTHING)
    assert read.extends == (("shared.toml", "tagwake.toml:3:12"),)
    settings = merge([read], source="tagwake.toml")
    scan = settings.scan
    assert scan.include == ("deploy/**",)
    assert scan.exclude == ("vendor/", "!vendor/ours/**")
    assert scan.max_file_bytes == 2 * 1024 * 1024
    assert [rule.describe() for rule in scan.ignore] == [
        "image = ghcr.io/acme/*: built here",
        "path = docs/**",
    ]
    assert [(rule.image.pattern, rule.tag) for rule in scan.follow_untagged] == [("*", "latest")]
    assert settings.check_fail == (Outcome.UNPINNED, Outcome.BEHIND)
    assert settings.registries == (RegistryRule("mirror.example/hub", "docker.io", True, "ca.pem", 4),)
    first, second = settings.holds
    assert (first.image.pattern, first.digest, first.reason, first.until, first.source) == (
        "debian:12",
        Digest("sha256", "a" * 64),
        "fails in staging",
        date(2026, 12, 1),
        "tagwake.toml",
    )
    assert (second.digest, second.until) == (None, date(2026, 12, 2))


def test_nothing_is_required() -> None:
    assert merge([layer("")]) == Settings()
    assert merge([]) == Settings(scan=Settings().scan, check_fail=CHECK_FAILS_ON)
    assert Settings().scan.max_file_bytes == MAX_FILE_BYTES


def test_a_tag_an_image_may_be_followed() -> None:
    read = layer('[scan.follow_untagged]\n"cgr.dev/*" = "latest"\n"*" = "stable"\n')
    assert [(rule.image.pattern, rule.tag) for rule in read.follow_untagged] == [
        ("cgr.dev/*", "latest"),
        ("*", "stable"),
    ]


@pytest.mark.parametrize(
    ("size", "count"),
    [("1000", 1000), ('"10kB"', 10_000), ('"1 MiB"', 1 << 20), ('"1gb"', 10**9), ('"7"', 7)],
)
def test_a_size_is_bytes_or_has_a_unit(size: str, count: int) -> None:
    assert layer(f"[scan]\nmax_file_size = {size}\n").max_file_bytes == count


def test_the_table_of_pyproject() -> None:
    text = (
        '[project]\nname = "x"\n[tool.tagwake.check]\nfail = ["behind"]\n[[tool.tagwake.hold]]\nimage = "x"\n'
    )
    read = layer(text, table=("tool", "tagwake"))
    assert read.check_fail == (Outcome.BEHIND,)
    assert len(read.holds) == 1
    assert read_layer(b"[project]\n", "pyproject.toml", "1.0", table=("tool", "tagwake")) is None
    with pytest.raises(
        InvalidSettings, match=r"^tagwake\.toml:2:1: unknown key 'scam': did you mean 'scan'\?$"
    ):
        layer("[tool.tagwake]\nscam = 1\n", table=("tool", "tagwake"))
    with pytest.raises(InvalidSettings, match=r"tagwake\.toml:2:1: tagwake wants a table"):
        layer("[tool]\ntagwake = 1\n", table=("tool", "tagwake"))


def test_the_nearest_file_decides_and_lists_add_up() -> None:
    near = layer(
        '[scan]\nexclude = ["a"]\n[check]\nfail = []\n[registries."x.example"]\nplain_http = true\n[[hold]]\nimage = "n"\n'
    )
    far = layer(
        '[scan]\nexclude = ["!a"]\ninclude = ["b"]\nmax_file_size = 5\n[check]\nfail = ["behind"]\n'
        '[registries."x.example"]\nconcurrency = 2\n[registries."y.example"]\n[[hold]]\nimage = "f"\n'
    )
    settings = merge([near, far])
    assert settings.scan.exclude == ("!a", "a"), "the last pattern that fits decides, and the nearest is last"
    assert settings.scan.include == ("b",)
    assert settings.scan.max_file_bytes == 5
    assert settings.check_fail == ()
    assert settings.registries == (RegistryRule("x.example", plain_http=True), RegistryRule("y.example"))
    assert [hold.image.pattern for hold in settings.holds] == ["n", "f"]


@pytest.mark.parametrize("encoded", [b"\xef\xbb\xbf[check]\nfail = []\n", b"[check]\r\nfail = []\r\n"])
def test_a_mark_at_the_start_and_carriage_returns_are_fine(encoded: bytes) -> None:
    read = read_layer(encoded, "tagwake.toml", "1.0")
    assert read is not None
    assert read.check_fail == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("scam = 1", "1:1: unknown key 'scam': did you mean 'scan'?"),
        ("[scan]\nexlude = []", "2:1: unknown key 'exlude': did you mean 'exclude'?"),
        ("[check]\nfial = []", "2:1: unknown key 'fial': did you mean 'fail'?"),
        ('[[hold]]\nimage = "x"\nuntill = 1', "3:1: unknown key 'untill': did you mean 'until'?"),
        ('[registries."x.example"]\nplain = true', "2:1: unknown key 'plain': did you mean 'plain_http'?"),
        ('[scan]\nignore = [{ pth = "x" }]', "2:13: unknown key 'pth': did you mean 'path'?"),
        (
            "[policy]\ncooldown = 1",
            "1:2: this version of tagwake has no [policy]: take it out, or use a later one",
        ),
        ("[propose]", "1:2: this version of tagwake has no [propose]: take it out, or use a later one"),
        ('requires = ">=2"\nscam = 1', "1:1: this code base requires tagwake >=2, and this is 1.0.0"),
        (
            'requires = "2"',
            '1:1: requires: \'2\' is no requirement: write one like ">=1.2" or ">=1.2, <2"',
        ),
        ("requires = 2", "1:1: requires wants a string, and this is a number"),
        ("scan = 1", "1:1: scan wants a table, and this is a number"),
        ('[scan]\nexclude = "a"', "2:1: exclude wants an array of strings, and this is a string"),
        ("[scan]\nexclude = [1]", "2:12: exclude wants an array of strings, and this is a number"),
        (
            '[scan]\nexclude = ["a", ""]',
            "2:17: the pattern '' selects nothing: write a path such as docs/** or *.md",
        ),
        ("[scan]\nignore = [1]", "2:11: ignore wants an array of tables, and this is a number"),
        ("[scan]\nignore = [{}]", "2:11: an ignore rule wants an image pattern, a path pattern, or both"),
        ('[scan]\nignore = [{image=""}]', "2:12: image wants a pattern of 1 to 1000 characters"),
        (
            '[scan]\nmax_file_size = "big"',
            '2:1: max_file_size wants a number of bytes, or a text such as "16 MiB"',
        ),
        (
            "[scan]\nmax_file_size = 0",
            '2:1: max_file_size wants a number of bytes, or a text such as "16 MiB"',
        ),
        (
            "[scan]\nmax_file_size = true",
            '2:1: max_file_size wants a number of bytes, or a text such as "16 MiB"',
        ),
        ('[scan]\nfollow_untagged = "a b"', "2:1: 'a b' is no tag"),
        ('[scan.follow_untagged]\n"*" = ":x"', "2:1: ':x' is no tag"),
        (
            "[scan]\nfollow_untagged = 1",
            "2:1: follow_untagged wants a tag, or a table of image patterns and their tags",
        ),
        (
            '[check]\nfail = ["unpinned", "bad"]',
            "2:21: 'bad' is no outcome: there are " + ", ".join(Outcome),
        ),
        ('[registries."x.example"]\nconcurrency = 0', "2:1: concurrency wants a number from 1 to 1000"),
        ('[registries."x.example"]\nconcurrency = "4"', "2:1: concurrency wants a number from 1 to 1000"),
        (
            '[registries."x.example"]\nplain_http = 1',
            "2:1: plain_http wants true or false, and this is a number",
        ),
        ('[registries]\n"x.example" = 1', "2:1: x.example wants a table, and this is a number"),
        ('[[hold]]\nreason = "x"', "1:3: a hold wants an image"),
        (
            '[[hold]]\nimage = "x"\ndigest = "sha256:12"',
            "3:1: sha256 has 64 hex digits, and here are 2",
        ),
        (
            '[[hold]]\nimage = "x"\nuntil = "soon"',
            "3:1: until wants a date such as 2026-12-01, and this is a string",
        ),
        (
            '[[hold]]\nimage = "x"\nuntil = 2026-12-01T00:00:00Z',
            "3:1: until wants a date such as 2026-12-01, and this is a date or time",
        ),
        (
            'extends = ["https://example.com/x.toml"]',
            "1:12: this version of tagwake extends files of this code base only, and 'https://example.com/x.toml' is elsewhere",
        ),
        (
            'extends = ["github.com/a/b@0123456:x.toml"]',
            "1:12: this version of tagwake extends files of this code base only, and 'github.com/a/b@0123456:x.toml' is elsewhere",
        ),
        ('extends = [""]', "1:12: extends wants paths of files, and this is empty"),
        ("a = 1\nb = ", "2:5: no valid TOML: Invalid value"),
        ("a = 1\na = 2", "2:6: no valid TOML: Cannot overwrite a value"),
    ],
)
def test_a_complaint_names_the_place_and_what_is_wanted(text: str, complaint: str) -> None:
    with pytest.raises(InvalidSettings) as caught:
        layer(text)
    assert str(caught.value) == f"tagwake.toml:{complaint}"


def test_a_registry_that_is_none_is_said_with_its_place() -> None:
    with pytest.raises(InvalidSettings, match=r"^tagwake\.toml:1:13: .*is no registry"):
        layer('[registries."not a host"]\nplain_http = true\n')


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"#" * (1024 * 1024 + 1), "tagwake.toml: larger than 1024 KiB, which no settings file is"),
        (b"a = 1\nb = '\xff'", "tagwake.toml:2:1: not UTF-8, which TOML is written in"),
        (b"a = " + b"[" * 100_000, "tagwake.toml: nested too deeply"),
        (b"a = " + b"9" * 5000, "tagwake.toml: no valid TOML: "),
    ],
)
def test_bytes_that_are_no_settings(data: bytes, complaint: str) -> None:
    with pytest.raises(InvalidSettings) as caught:
        read_layer(data, "tagwake.toml", "1.0")
    assert str(caught.value).startswith(complaint)
