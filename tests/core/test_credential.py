from tagwake.core.credential import Credential


def test_nothing_of_a_credential_shows_but_its_source() -> None:
    credential = Credential("~/.docker/config.json", "robot", "s3cret", "refresh", "bearer")
    assert repr(credential) == "Credential(source='~/.docker/config.json')"
