import pytest

from tagwake.core.errors import InvalidSettings, UsageRefused
from tagwake.core.hook_login import BasicLogin, BodySignature, IdentityToken, PathToken, SharedHeader
from tagwake.core.service_settings import ServiceSettings
from tagwake.wiring.service_settings import hook_source, load_service_settings


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder, text, name="tagwake-service.toml"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def test_without_a_file_there_are_defaults(here):
    assert load_service_settings({}) == (ServiceSettings(), str(here))


def test_the_file_is_named_or_stands_here(here):
    write(here, "[poll]\nrate = 1\n")
    write(here / "etc", "[poll]\nrate = 2\n", "two.toml")
    write(here / "etc", "[poll]\nrate = 3\n", "three.toml")
    assert load_service_settings({})[0].usual.rate == 1
    two = {"TAGWAKE_SERVICE_SETTINGS": str(here / "etc" / "two.toml")}
    settings, folder = load_service_settings(two)
    assert (settings.usual.rate, folder) == (2, str(here / "etc"))
    assert load_service_settings(two, "etc/three.toml")[0].usual.rate == 3


def test_a_file_that_is_named_must_be_there(here):
    for environment, path in [({}, "none.toml"), ({"TAGWAKE_SERVICE_SETTINGS": "none.toml"}, None)]:
        with pytest.raises(UsageRefused, match=r"none\.toml: there is no such file"):
            load_service_settings(environment, path)
    with pytest.raises(UsageRefused, match="cannot be read"):
        load_service_settings({}, str(here))


def source(here, text, **environment):
    write(here, f'[[sources]]\nname = "main"\n{text}\n')
    settings, folder = load_service_settings({})
    return hook_source(settings.sources[0], environment, folder)


def test_each_login(here):
    (here / "token").write_text("from a file, 16 or more\n")
    (here / "keys.json").write_text('{"keys":[]}')
    assert source(
        here, 'kind = "harbor"\nsecret_env = ["NEW", "OLD"]', NEW="n", OLD="o"
    ).login == SharedHeader("authorization", ("n", "o"))
    assert source(here, 'kind = "acr"\nheader = "X-Token"\nsecret_env = "S"', S="s").login == SharedHeader(
        "x-token", ("s",)
    )
    assert source(here, 'kind = "zot"\nusername = "z"\nsecret_env = "S"', S="s").login == BasicLogin(
        "z", ("s",)
    )
    assert source(here, 'kind = "gitea"\nsecret_env = "S"', S="s").login == BodySignature(("s",))
    assert source(here, 'kind = "quay"\nsecret_file = "token"').login == PathToken(
        ("from a file, 16 or more",)
    )
    assert source(here, 'kind = "chainguard"\nsubject = "webhook:x"').login == IdentityToken(
        "https://issuer.enforce.dev", "customer", "webhook:x"
    )
    keyed = source(
        here, 'kind = "chainguard"\nsubject = "webhook:x"\nkeys_file = "keys.json"\naudience = "a"'
    )
    assert keyed.login == IdentityToken("https://issuer.enforce.dev", "a", "webhook:x", '{"keys":[]}')
    jfrog = source(here, 'kind = "jfrog"\nlogin = "header"\nsecret_env = "S"\nrenames = { a = "b" }', S="s")
    assert (jfrog.login, jfrog.renames) == (SharedHeader("x-jfrog-event-auth", ("s",)), (("a", "b"),))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('kind = "gitea"\nsecret_env = "ABSENT"', "the variable ABSENT is not set"),
        ('kind = "gitea"\nsecret_file = "absent"', "absent: No such file"),
        ('kind = "gitea"\nsecret_file = "empty"', "empty is empty"),
        ('kind = "gitea"\nsecret_file = "large"', "larger than 64 KiB"),
        ('kind = "gitea"\nsecret_file = "binary"', "is not UTF-8"),
        ('kind = "zot"\nlogin = "basic"', "a basic login wants a username"),
        ('kind = "quay"', "a token in a path wants secret_env"),
        ('kind = "gar"', "an identity token wants an issuer, an audience and a subject"),
    ],
)
def test_a_secret_that_is_not_there_is_told_with_its_place(here, text, told):
    (here / "empty").write_text("\n")
    (here / "large").write_text("x" * 70_000)
    (here / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidSettings, match=told) as refusal:
        source(here, text)
    assert str(refusal.value).startswith("tagwake-service.toml:")
