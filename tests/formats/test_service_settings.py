"""What a settings file of the service says, and what is said of one that cannot be read."""

from datetime import timedelta

import pytest

from tagwake.core.budget import POLITE, Budget
from tagwake.core.errors import InvalidSettings
from tagwake.core.reference import Stream
from tagwake.core.registry_rule import RegistryRule
from tagwake.core.service_settings import SecretPlace, ServiceSettings
from tagwake.core.watch_pattern import WatchPattern
from tagwake.formats.service_settings import FILE, read_service_settings

EVERYTHING = """
[[sources]]
kind = "harbor"
name = "main"
registry = "Harbor.example:8443"
secret_env = ["HARBOR_NEW", "HARBOR_OLD"]

[[sources]]
kind = "gar"
name = "cloud"
login = "identity"
audience = "https://tagwake.example"
subject = "push@project.iam.example"
keys_file = "keys.json"

[[sources]]
kind = "zot"
name = "lab"
login = "basic"
username = "zot"
secret_file = "/run/secrets/zot"
registry = "zot.example"
renames = { "cache" = "" }

[[repositories]]
image = "cgr.dev/chainguard/go"

[[repositories]]
image = "debian:1*"
signatures = true

[[immutable]]
image = "ghcr.io/acme/*"
except = ["*:latest"]

[poll]
rate = 2
burst = 10

[poll.hosts."registry.example:5000"]
rate = 50.5

[retention]
sightings = "36h"
attempts = "2w"

[egress]
allow = ["10.0.0.0/8", "127.0.0.1:9000"]
proxy = "http://proxy.example:3128"

[access]
rate = 5
burst = 7

[registries."mirror.example"]
upstream = "docker.io"
"""


def test_everything_that_can_be_said():
    settings = read_service_settings(EVERYTHING.encode())
    harbor, gar, zot = settings.sources
    assert (harbor.kind, harbor.name, harbor.registry) == ("harbor", "main", "harbor.example:8443")
    assert harbor.secrets == (
        SecretPlace("HARBOR_NEW", None, f"{FILE}:6:15"),
        SecretPlace("HARBOR_OLD", None, f"{FILE}:6:29"),
    )
    assert (gar.login, gar.audience, gar.keys_file) == ("identity", "https://tagwake.example", "keys.json")
    assert (zot.username, zot.secrets[0].file) == ("zot", "/run/secrets/zot")
    assert zot.renames == (("cache", ""),)
    assert settings.repositories == (
        WatchPattern("cgr.dev", "chainguard/go"),
        WatchPattern("docker.io", "library/debian", "1*", signatures=True),
    )
    assert settings.must_not_move(Stream("ghcr.io", "acme/api", "1"))
    assert (settings.usual, settings.budgets) == (
        Budget(2, 10),
        {"registry.example:5000": Budget(50.5, 50.5)},
    )
    assert (settings.sightings_kept, settings.attempts_kept) == (timedelta(hours=36), timedelta(weeks=2))
    assert settings.egress.permits("10.1.2.3", 80)
    assert settings.rate == Budget(5, 7)
    assert settings.registries == (RegistryRule("mirror.example", "docker.io", False, None, 16),)
    assert settings.source == FILE


def test_nothing_need_be_said():
    assert read_service_settings(b"") == ServiceSettings(source=FILE)
    assert ServiceSettings().usual == POLITE


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[pol]\nrate = 1", "1:2: unknown key 'pol': did you mean 'poll'?"),
        ("[poll]\nrat = 1", "2:1: unknown key 'rat': did you mean 'rate'?"),
        ("[poll.hosts.'a.example']\nbrust = 1", "2:1: unknown key 'brust': did you mean 'burst'?"),
        (
            "[[sources]]\nkind = 'zot'\nname = 'x'\nregistri = 'a'",
            "4:1: unknown key 'registri': did you mean 'registry'?",
        ),
        ("[[immutable]]\nimage = 'a'\nexcpt = []", "3:1: unknown key 'excpt': did you mean 'except'?"),
        ("[retention]\nsightings = '7'", "2:1: sightings wants a time such as 7d"),
        ("[retention]\nsightings = '0d'", "2:1: sightings wants a time"),
        ("[retention]\nattempts = '9999w'", "2:1: attempts is ten years at most"),
        ("[poll]\nrate = 0", "2:1: rate wants a number above 0"),
        ("[poll]\nrate = nan", "2:1: rate wants a number above 0"),
        ("[poll]\nrate = true", "2:1: rate wants a number above 0"),
        ("[poll]\nburst = 0.5", "2:1: burst wants a number from 1"),
        ("[poll.hosts.'A/B']\nrate = 1", "no host of a registry"),
        ("[egress]\nallow = ['everywhere']", "2:1: egress: 'everywhere' is no address"),
        ("[egress]\nproxy = 'socks://x'", "2:1: egress: `proxy` starts with"),
        ("[[sources]]\nkind = 'zot'", "a source wants a kind and a name"),
        ("[[sources]]\nkind = 'zut'\nname = 'x'", "there is no kind 'zut': there are distribution"),
        ("[[sources]]\nkind = 'zot'\nname = 'x'\nlogin = 'magic'", "login is one of header"),
        ("[[sources]]\nkind = 'zot'\nname = 'x'\nsecret = 'hunter2'", "no secret stands here"),
        ("[[sources]]\nkind = 'zot'\nname = 'x'\nsecret_env = 'a b'", "wants the name of a variable"),
        ("[[sources]]\nkind = 'zot'\nname = 'x'\nsecret_file = ''", "wants the path of a file"),
        ("[[sources]]\nkind = 'zot'\nname = 'x'\nregistry = 'a/b'", "no host of a registry"),
        (
            "[[sources]]\nkind='zot'\nname='x'\n[[sources]]\nkind='zot'\nname='x'",
            "4:3: there are two sources zot/x",
        ),
        ("[[repositories]]\nsignatures = true", "a repository wants an image"),
        ("[[repositories]]\nimage = 'A B'", "2:1: 'A B' is no pattern of images"),
        ("[[immutable]]\nexcept = []", "wants an image pattern"),
        ("[[immutable]]\nimage = ''", "wants patterns of 1 to 1000 characters"),
        ("[registries.'a.example']\nconcurency = 3", "did you mean 'concurrency'?"),
        ("x", "no valid TOML"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(text, told):
    with pytest.raises(InvalidSettings) as refusal:
        read_service_settings(text.encode())
    message = str(refusal.value)
    assert message.startswith(f"{FILE}:")
    assert told in message
    assert "hunter2" not in message
    assert "\n" not in message
