"""What a reference can be, in the order in which the first that applies is given."""

from generator.markdown import table
from tagwake.core.outcome import Outcome
from tagwake.core.settings import CHECK_FAILS_ON

MEANS = {
    Outcome.IGNORED: "a rule of `tagwake.toml` or a comment `tagwake: ignore` says so",
    Outcome.INVALID: "looks like a reference and cannot be one; the reason says where it goes wrong",
    Outcome.UNSUPPORTED: "a reference that tagwake can read and cannot follow",
    Outcome.TEMPLATED: "a template puts it together, so that no line holds the version",
    Outcome.UNTAGGED: "has a digest and no tag to follow; `follow_untagged` names one",
    Outcome.UNPINNED: "has no digest: what is deployed depends on the day",
    Outcome.PINNED: "had no digest, and `pin` wrote one",
    Outcome.HELD: "the digest that its tag points to is held",
    Outcome.BROKEN: "its registry no longer serves the pinned digest",
    Outcome.UNRESOLVED: "the look-up failed; the reason says how, and whether trying again helps",
    Outcome.BLOCKED: "a policy refuses the new digest",
    Outcome.WAITING: "a policy wants to wait, until the time in the reason",
    Outcome.BEHIND: "its tag points to another digest now",
    Outcome.UPDATED: "was behind or broken, and `update` wrote the new digest",
    Outcome.CURRENT: "its tag points to the pinned digest",
}


def pages() -> dict[str, str]:
    """One page."""
    rows = [(f"`{each}`", MEANS[each]) for each in Outcome]
    fails = " and ".join(f"`{each}`" for each in CHECK_FAILS_ON)
    return {
        "reference/outcomes.md": (
            "# Outcomes\n\n"
            "Every reference that is found has exactly one outcome: the first of these that applies. "
            "A reason stands beside every one but `updated`, `pinned` and `current`.\n\n"
            + table(("outcome", "the reference…"), rows)
            + f"\n`tagwake status --check` fails on {fails}, unless `[check] fail` or `--check=LIST` names others.\n"
        )
    }
