"""Rules of the settings that leave references out, each with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from tagwake.core.image_glob import ImageGlob
from tagwake.core.path_glob import Glob
from tagwake.core.pin import PlacedReference


@dataclass(frozen=True, slots=True)
class IgnoreRule:
    """One entry of ``[scan] ignore``: an image pattern, a path pattern, or both, which then both must fit."""

    image: ImageGlob | None = None
    path: Glob | None = None
    reason: str = ""

    def covers(self, path: str, reference: PlacedReference) -> bool:
        """Whether the rule leaves out this reference; ``path`` is relative to the folder of the settings."""
        if self.path is not None and not self.path.matches(path):
            return False
        return self.image is None or self.image.matches(reference)

    def describe(self) -> str:
        """One line for people: the rule, and why it stands."""
        rule = ", ".join(
            f"{name} = {value}"
            for name, value in (("image", self.image), ("path", self.path and self.path.text))
            if value is not None
        )
        return f"{rule}: {self.reason}" if self.reason else rule


def ignored_by(rules: Iterable[IgnoreRule], path: str, reference: PlacedReference) -> str | None:
    """What leaves the reference out, one line, or ``None``: the first rule that covers it."""
    for rule in rules:
        if rule.covers(path, reference):
            return rule.describe()
    return None
