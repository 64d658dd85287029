"""The main job, as users run it: the command, a git repository, and a registry over real HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.tool import git, tagwake

from tagwake.testing.registry import EmbeddedRegistry, answering

pytestmark = pytest.mark.e2e


@pytest.fixture
def registry() -> Iterator[EmbeddedRegistry]:
    with EmbeddedRegistry().in_thread() as running:
        yield running


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    git(folder, "init", "-q")
    return folder


def commit(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "files")


def outcomes(document: dict[str, object]) -> dict[str, str]:
    references = document["references"]
    assert isinstance(references, list)
    return {f"{each['path']}:{each['line']}": each["outcome"] for each in references}


def test_update_moves_what_is_behind_and_nothing_else(registry: EmbeddedRegistry, repository: Path) -> None:
    old, kept = (
        registry.store.push_index("acme/api", "1", seed="old"),
        registry.store.push_image("acme/db", "9"),
    )
    image, database = f"{registry.host}/acme/api:1", f"{registry.host}/acme/db:9"
    deploy = (
        "apiVersion: v1\r\nkind: Pod\r\nspec:\r\n  containers:\r\n"
        f"  - image: '{image}@{old}'\r\n  - image: {database}@{kept}"
    )
    script = f"docker run {image}@{old} # and {image}@{old}\nsed 's/{old}/x/'\n"
    commit(
        repository,
        {"deploy.yaml": deploy, "run.sh": script, "utf16.ps1": ("\ufeff" + script).encode("utf-16-le")},
    )
    new = registry.store.push_index("acme/api", "1", seed="new")

    status = tagwake(repository, "status", "--format", "json")
    assert status.status == 0, status.err
    assert outcomes(status.json()) == {
        "deploy.yaml:5": "behind",
        "deploy.yaml:6": "current",
        "run.sh:1": "behind",
        "utf16.ps1:1": "behind",
    }
    dry = tagwake(repository, "update", "--dry-run")
    assert dry.status == 0, dry.err
    assert git(repository, "status", "--porcelain") == "", "a dry run writes nothing"

    update = tagwake(repository, "update", "--format", "json")
    assert update.status == 0, update.err
    document = update.json()
    assert document["lookups"] == 2
    assert document["summary"]["updated"] == 5
    assert document["summary"]["current"] == 1
    assert (repository / "deploy.yaml").read_bytes() == deploy.replace(old, new).encode()
    moved = script.replace(f"@{old}", f"@{new}")
    assert (repository / "run.sh").read_bytes() == moved.encode()
    assert (repository / "utf16.ps1").read_bytes() == ("\ufeff" + moved).encode("utf-16-le")

    git(repository, "commit", "-qam", "updated")
    again = tagwake(repository, "update", "--format", "json")
    assert again.status == 0
    assert set(outcomes(again.json()).values()) == {"current"}
    assert git(repository, "status", "--porcelain") == "", "a second run changes nothing"


def test_pin_adds_digests_and_status_checks_for_them(registry: EmbeddedRegistry, repository: Path) -> None:
    digest = registry.store.push_index("acme/base", "12")
    latest = registry.store.push_index("acme/base", "latest", seed="latest")
    commit(
        repository,
        {"Dockerfile": f"FROM {registry.host}/acme/base:12 AS a\nFROM {registry.host}/acme/base\n"},
    )
    registry.log.clear()
    check = tagwake(repository, "status", "--check=unpinned")
    assert check.status == 1, check.err
    assert list(registry.log) == [], "this check asks no registry"

    pin = tagwake(repository, "pin", "--format", "json")
    assert pin.status == 0, pin.err
    assert pin.json()["summary"]["pinned"] == 2
    assert (repository / "Dockerfile").read_text() == (
        f"FROM {registry.host}/acme/base:12@{digest} AS a\nFROM {registry.host}/acme/base:latest@{latest}\n"
    )
    assert tagwake(repository, "status", "--check=unpinned").status == 0
    again = tagwake(repository, "pin", "--format", "json")
    assert again.json()["summary"]["current"] == 2


def test_a_platforms_image_follows_its_platform(registry: EmbeddedRegistry, repository: Path) -> None:
    import json

    old = registry.store.push_index("acme/api", "1", seed="old")
    child = json.loads(registry.store.content("acme/api", old))["manifests"][1]["digest"]
    commit(repository, {"run.sh": f"docker run {registry.host}/acme/api:1@{child}\n"})
    new = registry.store.push_index("acme/api", "1", seed="new")
    expected = json.loads(registry.store.content("acme/api", new))["manifests"][1]["digest"]
    assert tagwake(repository, "update").status == 0
    assert (repository / "run.sh").read_text() == f"docker run {registry.host}/acme/api:1@{expected}\n"
    assert outcomes(tagwake(repository, "status", "--format", "json").json()) == {"run.sh:1": "current"}


def test_what_cannot_be_looked_up_stops_nothing_else(registry: EmbeddedRegistry, repository: Path) -> None:
    old = registry.store.push_image("acme/api", "1", seed="old")
    image = f"{registry.host}/acme/api:1@{old}"
    missing = f"{registry.host}/acme/nowhere:1@{old}"
    refused = f"{registry.host}/acme/secret:1@{old}"
    commit(repository, {"run.sh": f"docker run {image}\ndocker run {missing}\ndocker run {refused}\n"})
    registry.faults.add(answering(403, path="*/acme/secret/*"))
    new = registry.store.push_image("acme/api", "1", seed="new")
    update = tagwake(repository, "update", "--format", "json")
    assert update.status == 3
    document = update.json()
    assert outcomes(document) == {
        "run.sh:1": "updated",
        "run.sh:2": "unresolved",
        "run.sh:3": "unresolved",
    }
    reasons = [reference["reason"] for reference in document["references"]]
    assert "404" in reasons[1]
    assert "403" in reasons[2]
    assert document["lookups"] == 3
    assert new in (repository / "run.sh").read_text()


def test_a_digest_that_is_gone_is_broken_and_is_moved(registry: EmbeddedRegistry, repository: Path) -> None:
    old = registry.store.push_image("acme/api", "1", seed="old")
    commit(repository, {"run.sh": f"docker run {registry.host}/acme/api:1@{old}\n"})
    new = registry.store.push_image("acme/api", "1", seed="new")
    registry.store.delete("acme/api", old)
    check = tagwake(repository, "status", "--check", "--format", "json")
    assert check.status == 1
    assert outcomes(check.json()) == {"run.sh:1": "broken"}
    update = tagwake(repository, "update", "--format", "json")
    assert update.status == 0
    assert outcomes(update.json()) == {"run.sh:1": "updated"}
    assert new in (repository / "run.sh").read_text()


def test_a_pin_whose_tag_is_gone_too_is_broken_and_stays(
    registry: EmbeddedRegistry, repository: Path
) -> None:
    old = registry.store.push_image("acme/api", "1", seed="old")
    registry.store.push_image("acme/api", "2", seed="other")
    text = f"docker run {registry.host}/acme/api:1@{old}\n"
    commit(repository, {"run.sh": text})
    registry.store.delete("acme/api", old)
    update = tagwake(repository, "update", "--format", "json")
    assert update.status == 3
    (reference,) = update.json()["references"]
    assert reference["outcome"] == "broken"
    assert "does not serve" in reference["reason"]
    assert "no tag 1" in reference["reason"]
    assert (repository / "run.sh").read_text() == text


def test_a_held_digest_is_not_proposed_until_it_is_let_go(
    registry: EmbeddedRegistry, repository: Path
) -> None:
    old = registry.store.push_image("acme/api", "1", seed="old")
    image = f"{registry.host}/acme/api:1"
    commit(repository, {"run.sh": f"docker run {image}@{old}\n", "tagwake.toml": "# ours\n"})
    new = registry.store.push_image("acme/api", "1", seed="new")
    assert tagwake(repository, "hold", f"{image}@{new}", "--reason", "fails").status == 0
    update = tagwake(repository, "update", "--format", "json")
    assert update.status == 0
    (reference,) = update.json()["references"]
    assert (reference["outcome"], reference["reason"]) == ("held", "fails (tagwake.toml)")
    assert tagwake(repository, "unhold", f"{image}@{new}").status == 0
    assert (repository / "tagwake.toml").read_text() == "# ours\n"
    assert outcomes(tagwake(repository, "update", "--format", "json").json()) == {"run.sh:1": "updated"}


def test_a_digest_is_set_by_hand_once_the_registry_serves_it(
    registry: EmbeddedRegistry, repository: Path
) -> None:
    first = registry.store.push_image("acme/api", "1", seed="first")
    second = registry.store.push_image("acme/api", "1", seed="second")
    image = f"{registry.host}/acme/api"
    commit(repository, {"run.sh": f"docker run {image}:1@{second}\n"})
    nobody = "sha256:" + "f" * 64
    refused = tagwake(repository, "update", "--to", f"{image}:1@{nobody}", "--format", "json")
    assert refused.status == 3
    assert outcomes(refused.json()) == {"run.sh:1": "unresolved"}
    assert tagwake(repository, "update", "--to", f"{image}:2@{first}").status == 2
    back = tagwake(repository, "update", "--to", f"{image}@{first}", "--format", "json")
    assert back.status == 0, back.err
    assert back.json()["lookups"] == 0
    assert (repository / "run.sh").read_text() == f"docker run {image}:1@{first}\n"


def test_since_looks_only_at_what_was_added_or_changed(registry: EmbeddedRegistry, repository: Path) -> None:
    commit(repository, {"Dockerfile": f"FROM {registry.host}/acme/old:1\n"})
    commit(repository, {"Dockerfile": f"FROM {registry.host}/acme/old:1\nFROM {registry.host}/acme/new:1\n"})
    check = tagwake(repository, "status", "--check=unpinned", "--since", "HEAD~1", "--format", "json")
    assert check.status == 1, check.err
    assert outcomes(check.json()) == {"Dockerfile:2": "unpinned"}
    assert tagwake(repository, "status", "--check=unpinned", "--since", "HEAD").status == 0


def test_an_upstream_is_asked_and_never_written(registry: EmbeddedRegistry, repository: Path) -> None:
    old = registry.store.push_image("acme/api", "1", seed="old")
    settings = f'[registries."mirror.example/hub"]\nupstream = "{registry.host}/acme"\n'
    commit(repository, {"run.sh": f"docker run mirror.example/hub/api:1@{old}\n", "tagwake.toml": settings})
    new = registry.store.push_image("acme/api", "1", seed="new")
    update = tagwake(repository, "update")
    assert update.status == 0, update.err + update.out
    assert (repository / "run.sh").read_text() == f"docker run mirror.example/hub/api:1@{new}\n"
