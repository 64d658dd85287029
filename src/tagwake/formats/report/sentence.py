"""One sentence on a reference, for places that show it alone: an annotation, an alert."""

from tagwake.core.outcome import Outcome
from tagwake.core.report import ReferenceOutcome

MEANING = {
    Outcome.IGNORED: "A rule says that this reference is ignored.",
    Outcome.INVALID: "An image reference that is malformed.",
    Outcome.UNSUPPORTED: "An image reference that tagwake cannot follow.",
    Outcome.TEMPLATED: "An image reference that is filled in elsewhere.",
    Outcome.UNTAGGED: "A pin without a tag: it can be deployed, and not followed.",
    Outcome.UNPINNED: "An image reference without a digest: what it deploys can change.",
    Outcome.PINNED: "An image reference that got its digest.",
    Outcome.HELD: "A pin whose next digest is held back by tagwake.toml.",
    Outcome.BROKEN: "A pin whose digest the registry no longer serves: it cannot be pulled.",
    Outcome.UNRESOLVED: "A reference whose tag could not be looked up.",
    Outcome.BLOCKED: "A pin whose next digest the policy refuses.",
    Outcome.WAITING: "A pin whose next digest is not due yet.",
    Outcome.BEHIND: "A pin whose tag has moved on to another digest.",
    Outcome.UPDATED: "A pin that was moved to its tag's digest.",
    Outcome.CURRENT: "A pin that is its tag's digest.",
}
"""What each outcome means, in one sentence."""

REMEDY = {
    Outcome.UNPINNED: "`tagwake pin` adds the digest",
    Outcome.BEHIND: "`tagwake update` moves it",
    Outcome.BROKEN: "`tagwake update` moves it where the tag is still served",
}
"""What to do about an outcome, where one command does it."""


def sentence(each: ReferenceOutcome) -> str:
    """What this reference is, why, and what to do about it."""
    subject = f"{each.reference.image or each.reference.text} is {each.outcome.value}"
    if each.outcome is Outcome.BEHIND and each.old is not None and each.new is not None:
        subject += f" ({each.old.short} -> {each.new.short})"
    elif each.reason:
        subject += f": {each.reason}"
    remedy = REMEDY.get(each.outcome)
    return f"{subject}; {remedy}" if remedy and remedy.split("`")[1] not in subject else subject
