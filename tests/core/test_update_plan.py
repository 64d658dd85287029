"""One outcome and one reason for every reference, the first that applies, in the order of the outcomes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.hold import Hold
from tagwake.core.image_glob import ImageGlob, Selection
from tagwake.core.outcome import Outcome
from tagwake.core.pin import Form, PlacedReference, Slot
from tagwake.core.reference import Reference
from tagwake.core.settings import FollowRule, ScanRules, Settings
from tagwake.core.target import Pursuit, Target
from tagwake.core.update_plan import (
    Intent,
    Rules,
    Step,
    judge,
    plan,
    plan_by_hand,
    plan_offline,
    pursuit_of,
    settle,
)

OLD, NEW, OTHER = (Digest("sha256", letter * 64) for letter in "abc")
TODAY = date(2026, 11, 25)


def pinned(text: str = "debian:12", digest: Digest | None = OLD, at: int = 0) -> PlacedReference:
    """A reference as the scan gives it: with a digest at a span, or with a slot for one."""
    read = Reference.parse(text if digest is None else f"{text}@{digest}")
    end = at + len(read.text)
    form = Form.TAG if digest is None else Form.TAG_DIGEST if read.tag else Form.DIGEST
    return PlacedReference(
        (at, end),
        read.text,
        form,
        "text",
        1,
        at + 1,
        read.image,
        read.registry,
        read.repository,
        read.tag,
        digest,
        None if digest is None else (end - len(str(digest)), end),
        Slot((end, end)) if digest is None else None,
    )


def variant(reference: PlacedReference, **changes: object) -> PlacedReference:
    from dataclasses import replace

    return replace(reference, **changes)  # type: ignore[arg-type]


def rules(
    *holds: Hold, intent: Intent = Intent.STATUS, follow: str | None = None, only: tuple[str, ...] = ()
) -> Rules:
    scan = ScanRules(follow_untagged=(FollowRule(ImageGlob("*"), follow),) if follow else ())
    return Rules(Settings(scan=scan, holds=holds), intent, TODAY, Selection.of(only))


HOLD_NEW = Hold(ImageGlob("debian"), NEW, "fails in staging", date(2026, 12, 1))
HOLD_ALL = Hold(ImageGlob("debian"), None, "frozen")
BROKEN = pinned()


@pytest.mark.parametrize(
    ("reference", "outcome", "reason"),
    [
        (variant(pinned(), ignored="inline comment"), Outcome.IGNORED, "inline comment"),
        (
            variant(pinned(), ignored="rule", form=Form.INVALID, registry=None, reason="bad"),
            Outcome.IGNORED,
            "rule",
        ),
        (
            variant(pinned(), form=Form.INVALID, registry=None, reason="a repository name is lower case"),
            Outcome.INVALID,
            "a repository name is lower case",
        ),
        (
            variant(pinned(), form=Form.TEMPLATED, registry=None, reason="${V} is filled in elsewhere"),
            Outcome.TEMPLATED,
            "${V} is filled in elsewhere",
        ),
        (
            pinned("debian"),
            Outcome.UNTAGGED,
            "no tag to follow: write one, or name it in [scan] follow_untagged",
        ),
        (pinned(digest=None), Outcome.UNPINNED, "no digest: `tagwake pin` adds it"),
        (
            variant(pinned(digest=None), slot=None),
            Outcome.UNPINNED,
            "no digest, and no place where `tagwake pin` could write one",
        ),
        (
            variant(pinned(), digest_span=None),
            Outcome.UNSUPPORTED,
            "its digest is not written where it could be moved",
        ),
    ],
)
def test_what_needs_no_look_up(reference: PlacedReference, outcome: Outcome, reason: str) -> None:
    settled = settle(reference, "a", rules())
    assert settled is not None
    assert (settled.outcome, settled.reason, settled.old) == (outcome, reason, reference.digest)


def test_what_is_not_chosen_is_ignored_with_the_reason() -> None:
    settled = settle(pinned(), "a", rules(only=("alpine",)))
    assert settled is not None
    assert (settled.outcome, settled.reason) == (Outcome.IGNORED, "not chosen by --only alpine")


@pytest.mark.parametrize(
    ("target", "holds", "outcome", "reason", "write"),
    [
        (Target(OLD), (), Outcome.CURRENT, "", None),
        (Target(OLD), (HOLD_ALL,), Outcome.CURRENT, "", None),
        (Target(NEW), (), Outcome.BEHIND, "the tag points to bbbbbbbbbbbb now", NEW),
        (Target(NEW, note="the image for linux/arm64"), (), Outcome.BEHIND, "the image for linux/arm64", NEW),
        (Target(NEW), (HOLD_NEW,), Outcome.HELD, "until 1 Dec: fails in staging (tagwake.toml)", None),
        (Target(OTHER), (HOLD_NEW,), Outcome.BEHIND, "the tag points to cccccccccccc now", OTHER),
        (Target(NEW), (HOLD_ALL,), Outcome.HELD, "frozen (tagwake.toml)", None),
        (Target(OTHER, index=NEW), (HOLD_NEW,), Outcome.HELD, HOLD_NEW.describe(TODAY), None),
        (Target(failure="401"), (), Outcome.UNRESOLVED, "401", None),
        (Target(failure="401"), (HOLD_ALL,), Outcome.HELD, "frozen (tagwake.toml)", None),
        (Target(failure="401"), (HOLD_NEW,), Outcome.UNRESOLVED, "401", None),
        (Target(NEW, gone="gone"), (), Outcome.BROKEN, "gone", NEW),
        (Target(gone="gone", failure="401"), (), Outcome.BROKEN, "gone; 401", None),
        (
            Target(NEW, gone="gone"),
            (HOLD_NEW,),
            Outcome.BROKEN,
            "gone; held until 1 Dec: fails in staging (tagwake.toml)",
            None,
        ),
        (
            Target(OLD, gone="gone", failure="the tag still points to this index"),
            (),
            Outcome.BROKEN,
            "gone; the tag still points to this index",
            None,
        ),
        (Target(unsupported="sha512"), (), Outcome.UNSUPPORTED, "sha512", None),
        (Target(unsupported="sha512"), (HOLD_ALL,), Outcome.UNSUPPORTED, "sha512", None),
    ],
)
def test_what_a_look_up_means_for_a_pin(
    target: Target, holds: tuple[Hold, ...], outcome: Outcome, reason: str, write: Digest | None
) -> None:
    step = judge("a", pinned(), target, rules(*holds))
    assert (step.outcome.outcome, step.outcome.reason, step.write) == (outcome, reason, write)
    assert (step.outcome.old, step.outcome.new) == (OLD, target.new)


@pytest.mark.parametrize(
    ("target", "holds", "reason", "write"),
    [
        (Target(NEW), (), "no digest: `tagwake pin` adds it", NEW),
        (Target(failure="401"), (), "no digest could be looked up: 401", None),
        (Target(NEW), (HOLD_NEW,), "held until 1 Dec: fails in staging (tagwake.toml)", None),
    ],
)
def test_what_a_look_up_means_for_a_reference_without_a_digest(
    target: Target, holds: tuple[Hold, ...], reason: str, write: Digest | None
) -> None:
    step = judge("a", pinned(digest=None), target, rules(*holds, intent=Intent.PIN))
    assert (step.outcome.outcome, step.outcome.reason, step.write) == (Outcome.UNPINNED, reason, write)


def test_a_pin_without_a_tag_follows_the_tag_that_the_settings_name() -> None:
    reference = pinned("debian")
    assert pursuit_of(reference, rules()) is None
    pursuit = pursuit_of(reference, rules(follow="stable"))
    assert pursuit is not None
    assert str(pursuit.stream) == "docker.io/library/debian:stable"
    assert settle(reference, "a", rules(follow="stable")) is None


def test_a_hold_of_the_tag_that_is_followed_holds_a_reference_without_one() -> None:
    hold = Hold(ImageGlob("debian:latest"), NEW, "fails")
    for reference, under in (
        (pinned("debian"), rules(hold, follow="latest")),
        (pinned("debian", None), rules(hold, intent=Intent.PIN)),
    ):
        step = judge("a", reference, Target(NEW), under)
        assert "fails (tagwake.toml)" in step.outcome.reason
        assert step.write is None
    step = judge("a", pinned("debian"), Target(NEW), rules(hold, follow="stable"))
    assert step.write == NEW


def test_a_bare_name_follows_latest_once_it_is_pinned() -> None:
    pursuit = pursuit_of(pinned("debian", None), rules(intent=Intent.PIN))
    assert pursuit is not None
    assert str(pursuit.stream) == "docker.io/library/debian:latest"


def target_of(*references: PlacedReference, target: Target, under: Rules) -> dict[Pursuit, Target]:
    pursuits = [pursuit_of(reference, under) for reference in references]
    return {pursuit: target for pursuit in pursuits if pursuit is not None}


def test_update_writes_pins_and_pin_writes_the_others() -> None:
    placed = [("a", pinned()), ("a", pinned("alpine:3", None, at=100))]
    references = [reference for _, reference in placed]
    for intent, written in ((Intent.UPDATE, [NEW, None]), (Intent.PIN, [None, NEW])):
        under = rules(intent=intent)
        steps = plan(placed, target_of(*references, target=Target(NEW), under=under), under)
        assert [step.write for step in steps] == written


def test_done_and_undone() -> None:
    behind = judge("a", pinned(), Target(NEW), rules())
    assert (behind.done().outcome, behind.done().reason, behind.done().new) == (Outcome.UPDATED, "", NEW)
    broken = judge("a", pinned(), Target(NEW, gone="gone"), rules())
    assert broken.done().outcome is Outcome.UPDATED
    bare = judge("a", pinned(digest=None), Target(NEW), rules(intent=Intent.PIN))
    assert bare.done().outcome is Outcome.PINNED
    undone = behind.undone("not written: the disk is full")
    assert undone.outcome.outcome is Outcome.BEHIND
    assert undone.outcome.reason == "the tag points to bbbbbbbbbbbb now; not written: the disk is full"
    assert (undone.write, undone.shortfall) == (None, "not written: the disk is full")


def test_one_digest_that_stands_for_two_images_is_not_written() -> None:
    one = variant(pinned(), digest_span=(10, 81))
    two = variant(pinned("alpine:3"), digest_span=(10, 81))
    under = rules(intent=Intent.UPDATE)
    answers = target_of(one, target=Target(NEW), under=under)
    agreed = plan([("a", one), ("a", two)], answers | target_of(two, target=Target(NEW), under=under), under)
    assert [step.write for step in agreed] == [NEW, NEW]
    for other in (Target(OTHER), Target(OLD), Target(failure="401")):
        steps = plan([("a", one), ("a", two)], answers | target_of(two, target=other, under=under), under)
        assert [step.write for step in steps] == [None, None]
        assert steps[0].outcome.outcome is Outcome.UNSUPPORTED
        assert "written once for several images" in steps[0].outcome.reason
    apart = plan([("a", one), ("b", two)], answers | target_of(two, target=Target(OTHER), under=under), under)
    assert [step.write for step in apart] == [NEW, OTHER]


def test_without_look_ups_a_pin_is_unresolved_and_says_so() -> None:
    steps = plan_offline([("a", pinned()), ("a", pinned("alpine", None))], rules(HOLD_ALL))
    assert [step.outcome.outcome for step in steps] == [Outcome.UNRESOLVED, Outcome.UNPINNED]
    assert steps[0].outcome.reason == "not looked up: this check asks no registry"
    assert [step.shortfall for step in steps] == ["", ""]


def test_a_digest_set_by_hand_goes_to_the_references_that_are_wanted() -> None:
    placed = [
        ("a", pinned()),
        ("a", pinned("debian", at=200)),
        ("a", pinned("alpine:3", at=400)),
        ("a", pinned("debian:12", None, at=600)),
    ]
    under = rules(intent=Intent.UPDATE)
    steps = plan_by_hand(
        placed, lambda reference: reference.repository == "library/debian", Target(NEW), under
    )
    assert [(step.outcome.outcome, step.write) for step in steps] == [
        (Outcome.BEHIND, NEW),
        (Outcome.BEHIND, NEW),
        (Outcome.IGNORED, None),
        (Outcome.UNPINNED, None),
    ]
    held = plan_by_hand(placed[:1], lambda _: True, Target(NEW), rules(HOLD_NEW, intent=Intent.UPDATE))
    assert (held[0].outcome.outcome, held[0].write) == (Outcome.HELD, None)


digests = st.sampled_from([OLD, NEW, OTHER])
texts = st.sampled_from(["", "said"])
references = st.builds(
    variant,
    st.sampled_from([pinned(), pinned("debian"), pinned(digest=None), pinned("debian", None)]),
    ignored=st.sampled_from([None, None, "rule"]),
    form=st.sampled_from([Form.TAG_DIGEST, Form.TEMPLATED, Form.INVALID, Form.SPLIT]),
    reason=texts,
)
targets = st.builds(Target, st.none() | digests, texts, texts, texts, texts).filter(
    lambda target: target.new is not None or target.failure or target.unsupported
)


@given(references, targets, st.sampled_from(Intent), st.booleans(), st.booleans())
def test_every_reference_has_one_outcome_and_a_reason(
    reference: PlacedReference, target: Target, intent: Intent, is_held: bool, follows: bool
) -> None:
    """PRODUCT: a reason stands beside every outcome but `updated`, `pinned` and `current`."""
    under = rules(*([HOLD_NEW] if is_held else []), intent=intent, follow="latest" if follows else None)
    pursuit = pursuit_of(reference, under)
    (step,) = plan([("a", reference)], {} if pursuit is None else {pursuit: target}, under)
    outcome = step.outcome.outcome
    assert bool(step.outcome.reason) is (outcome is not Outcome.CURRENT)
    assert outcome not in (Outcome.UPDATED, Outcome.PINNED), "nothing is written yet"
    if step.write is not None:
        assert step.write == target.new != reference.digest
        assert outcome in (Outcome.BEHIND, Outcome.BROKEN, Outcome.UNPINNED)
        assert not (is_held and step.write == NEW), "a held digest is never proposed"
        assert step.done().reason == ""
    assert isinstance(step, Step)
