"""Where a pin should point, for every answer that a registry gives; the twin of the registry answers."""

import pytest

from tagwake.core.digest import Digest
from tagwake.core.question import DescribeDigest, Question, ReadManifest, ReadPlatform, ResolveTag
from tagwake.core.reference import Reference
from tagwake.core.resolution import Failure
from tagwake.core.target import Pursuit, Target, pursue
from tagwake.testing.twins.registry import RegistryTwin

IMAGE = "ghcr.io/acme/api:2"
NAME = "ghcr.io/acme/api"
GONE = Digest("sha256", "f" * 64)


def pursuit(old: Digest | None, *, platform: str | None = None, deep: bool = False) -> Pursuit:
    stream = Reference.parse(IMAGE).stream
    assert stream is not None
    return Pursuit(stream, old, platform, deep)


async def chase(registry: RegistryTwin, wanted: Pursuit) -> Target:
    """Ask question by question, as a run does."""
    answers: dict[Question, object] = {}
    for _ in range(10):
        target = pursue(wanted, answers)  # type: ignore[arg-type]
        if isinstance(target, Target):
            return target
        assert target, "no target and no question"
        for question in target:
            assert question not in answers, "asked twice"
            match question:
                case ResolveTag(stream):
                    answers[question] = await registry.resolve(stream)
                case DescribeDigest(host, repository, digest):
                    answers[question] = await registry.describe(host, repository, digest)
                case ReadManifest(host, repository, digest):
                    answers[question] = await registry.manifest(host, repository, digest)
                case ReadPlatform(host, repository, image):
                    answers[question] = await registry.platform(host, repository, image)
    pytest.fail("questions without end")


@pytest.fixture
def registry() -> RegistryTwin:
    return RegistryTwin()


async def test_a_pin_that_its_tag_points_to_is_current_and_needs_one_question(registry: RegistryTwin) -> None:
    digest = registry.push_index(IMAGE, "1")
    assert await chase(registry, pursuit(digest)) == Target(digest)
    assert [what for what, _ in registry.calls] == ["resolve"]


async def test_a_reference_without_a_digest_gets_what_the_tag_points_to(registry: RegistryTwin) -> None:
    digest = registry.push_index(IMAGE, "1")
    assert await chase(registry, pursuit(None)) == Target(digest)


async def test_an_index_follows_the_index(registry: RegistryTwin) -> None:
    old, new = registry.push_index(IMAGE, "1"), registry.push_index(IMAGE, "2")
    assert await chase(registry, pursuit(old)) == Target(new)


async def test_an_image_follows_the_image(registry: RegistryTwin) -> None:
    old, new = registry.push_image(IMAGE, "1"), registry.push_image(IMAGE, "2")
    assert await chase(registry, pursuit(old)) == Target(new)


async def test_an_index_follows_a_tag_that_is_one_image_now(registry: RegistryTwin) -> None:
    old, new = registry.push_index(IMAGE, "1"), registry.push_image(IMAGE, "2")
    assert await chase(registry, pursuit(old)) == Target(new, note="the tag is one image now, and no index")


@pytest.mark.parametrize("platform", ["linux/amd64", "linux/arm64", "linux/arm/v6", "linux/arm/v7"])
async def test_one_platforms_image_follows_its_platform_and_never_the_index(
    registry: RegistryTwin, platform: str
) -> None:
    platforms = ("linux/amd64", "linux/arm64/v8", "linux/arm/v7", "linux/arm/v6")
    old = registry.push_index(IMAGE, "1", platforms=platforms)
    new = registry.push_index(IMAGE, "2", platforms=platforms)
    key = {"linux/arm64": "linux/arm64/v8"}.get(platform, platform)
    target = await chase(registry, pursuit(registry.children(NAME, old)[key]))
    assert target.new == registry.children(NAME, new)[key]
    assert (target.note, target.index) == (f"the image for {key}", new)
    asked = [what for what in registry.calls if what[0] == "describe"]
    assert asked[-1][1].endswith(str(target.new)), "the image it moves to is asked for"


async def test_one_platforms_image_of_the_index_that_the_tag_points_to_is_current(
    registry: RegistryTwin,
) -> None:
    digest = registry.push_index(IMAGE, "1")
    child = registry.children(NAME, digest)["linux/arm64"]
    assert await chase(registry, pursuit(child)) == Target(child)


async def test_a_platform_that_the_tag_has_no_more_is_no_reason_for_the_index(registry: RegistryTwin) -> None:
    old = registry.push_index(IMAGE, "1", platforms=("linux/amd64", "linux/s390x"))
    registry.push_index(IMAGE, "2", platforms=("linux/amd64", "linux/arm64"))
    target = await chase(registry, pursuit(registry.children(NAME, old)["linux/s390x"]))
    assert target == Target(failure="the tag has no image for linux/s390x any more")


async def test_an_image_that_the_index_names_and_nobody_serves_is_not_moved_to(
    registry: RegistryTwin,
) -> None:
    old, new = registry.push_index(IMAGE, "1"), registry.push_index(IMAGE, "2")
    registry.delete(NAME, registry.children(NAME, new)["linux/amd64"])
    target = await chase(registry, pursuit(registry.children(NAME, old)["linux/amd64"]))
    assert target.new is None
    assert target.failure.startswith("the image for linux/amd64 is named, and not served: 404")


async def test_a_platform_written_beside_the_reference_stands_in_for_a_config_that_is_gone(
    registry: RegistryTwin,
) -> None:
    old, new = registry.push_index(IMAGE, "1"), registry.push_index(IMAGE, "2")
    registry.platforms.clear()
    child = registry.children(NAME, old)["linux/arm64"]
    told = await chase(registry, pursuit(child, platform="linux/arm64"))
    assert told.new == registry.children(NAME, new)["linux/arm64"]
    untold = await chase(registry, pursuit(child))
    assert untold.new is None
    assert untold.failure.startswith(f"the platform of {child.short} cannot be told: 404")


async def test_a_pinned_digest_that_is_gone_moves_to_the_tag(registry: RegistryTwin) -> None:
    new = registry.push_image(IMAGE, "2")
    target = await chase(registry, pursuit(GONE))
    assert target == Target(new, gone="the registry does not serve ffffffffffff any more")


async def test_a_pinned_digest_that_is_gone_moves_to_the_index_where_the_tag_has_one(
    registry: RegistryTwin,
) -> None:
    new = registry.push_index(IMAGE, "2")
    target = await chase(registry, pursuit(GONE))
    assert (target.new, bool(target.gone), target.failure) == (new, True, "")


async def test_an_image_that_is_gone_and_that_the_index_still_names_has_nowhere_to_go(
    registry: RegistryTwin,
) -> None:
    index = registry.push_index(IMAGE, "1")
    child = registry.children(NAME, index)["linux/amd64"]
    registry.delete(NAME, child)
    target = await chase(registry, pursuit(child))
    assert target.new is None
    assert target.gone
    assert target.failure == "the tag's index still names it"


@pytest.mark.parametrize("failure", sorted(set(Failure) - {Failure.NOT_FOUND}))
async def test_a_pinned_digest_that_tells_nothing_is_not_gone(
    registry: RegistryTwin, failure: Failure
) -> None:
    old, new = registry.push_image(IMAGE, "1"), registry.push_image(IMAGE, "2")
    registry.fail(f"{NAME}@{old}", failure)
    assert await chase(registry, pursuit(old)) == Target(new)


async def test_whether_index_or_image_is_not_guessed(registry: RegistryTwin) -> None:
    old = registry.push_index(IMAGE, "1")
    registry.push_index(IMAGE, "2")
    registry.fail(f"{NAME}@{old}", Failure.TIMEOUT, "no answer in 10 s")
    target = await chase(registry, pursuit(old))
    assert target.new is None
    assert target.gone == ""
    assert "no answer in 10 s" in target.failure


@pytest.mark.parametrize("failure", sorted(Failure))
async def test_a_tag_that_tells_nothing_is_a_failure_with_its_reason(
    registry: RegistryTwin, failure: Failure
) -> None:
    old = registry.push_image(IMAGE, "1")
    registry.fail(IMAGE, failure, "because")
    assert await chase(registry, pursuit(old)) == Target(failure="because")


async def test_a_tag_and_a_digest_that_are_both_gone(registry: RegistryTwin) -> None:
    target = await chase(registry, pursuit(GONE))
    assert target.gone
    assert target.failure.startswith("404")
    assert target.new is None


@pytest.mark.parametrize(
    "failure",
    [
        Failure.UNAUTHORIZED,
        Failure.RATE_LIMITED,
        Failure.TIMEOUT,
        Failure.DNS,
        Failure.TLS,
        Failure.CONNECTION,
    ],
)
async def test_a_host_that_tells_nothing_is_not_asked_again(registry: RegistryTwin, failure: Failure) -> None:
    registry.fail(IMAGE, failure)
    await chase(registry, pursuit(GONE))
    assert [what for what, _ in registry.calls] == ["resolve"]


async def test_sha512_is_followed_where_the_registry_answers_in_it(registry: RegistryTwin) -> None:
    old = registry.push_image(IMAGE, "1", algorithm="sha512")
    new = registry.push_image(IMAGE, "2", algorithm="sha512")
    assert await chase(registry, pursuit(old)) == Target(new)


async def test_sha512_is_unsupported_where_the_registry_answers_in_sha256(registry: RegistryTwin) -> None:
    old = registry.push_image(IMAGE, "1", algorithm="sha512")
    registry.push_image(IMAGE, "2")
    target = await chase(registry, pursuit(old))
    assert target == Target(unsupported="pinned by sha512, and the registry names sha256 digests only")


class TestDeep:
    async def test_every_image_that_the_pinned_index_names_is_asked_for(self, registry: RegistryTwin) -> None:
        digest = registry.push_index(IMAGE, "1")
        assert await chase(registry, pursuit(digest, deep=True)) == Target(digest)
        asked = {name for what, name in registry.calls if what == "describe"}
        assert asked == {f"{NAME}@{child}" for child in registry.children(NAME, digest).values()}

    async def test_a_missing_image_breaks_the_pin(self, registry: RegistryTwin) -> None:
        digest = registry.push_index(IMAGE, "1")
        child = registry.children(NAME, digest)["linux/arm64"]
        registry.delete(NAME, child)
        target = await chase(registry, pursuit(digest, deep=True))
        assert target.gone == f"the registry does not serve {child.short} (linux/arm64) of the pinned index"
        assert target.failure == "the tag still points to this index"
        new = registry.push_index(IMAGE, "2")
        target = await chase(registry, pursuit(digest, deep=True))
        assert (target.new, bool(target.gone), target.failure) == (new, True, "")

    async def test_an_image_that_tells_nothing_is_a_doubt_and_breaks_nothing(
        self, registry: RegistryTwin
    ) -> None:
        digest = registry.push_index(IMAGE, "1")
        child = registry.children(NAME, digest)["linux/arm64"]
        registry.fail(f"{NAME}@{child}", Failure.TIMEOUT, "no answer")
        target = await chase(registry, pursuit(digest, deep=True))
        assert target.gone == ""
        assert target.doubts == (
            f"{child.short} (linux/arm64) of {digest.short} could not be looked up: no answer",
        )

    async def test_an_index_that_cannot_be_read_is_a_doubt(self, registry: RegistryTwin) -> None:
        digest = registry.push_index(IMAGE, "1")
        registry.fail(f"{NAME}@{digest}", Failure.SERVER, "502")
        target = await chase(registry, pursuit(digest, deep=True))
        assert target == Target(digest, doubts=(f"{digest.short} could not be looked into: 502",))
