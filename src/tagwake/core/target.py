"""Where a pin should point by what its registry answers: the questions that are open, or the target."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidInput
from tagwake.core.manifest import Descriptor, Manifest
from tagwake.core.platform import Platform
from tagwake.core.question import Answers, DescribeDigest, Question, ReadManifest, ReadPlatform, ResolveTag
from tagwake.core.reference import Stream
from tagwake.core.resolution import Failure, Unresolved

_TELLS_NO_MORE = frozenset(
    {
        Failure.UNAUTHORIZED,
        Failure.RATE_LIMITED,
        Failure.TIMEOUT,
        Failure.DNS,
        Failure.TLS,
        Failure.CONNECTION,
        Failure.INTERRUPTED,
    }
)
"""After these there is no use in asking for the old digest: the repository's answer would be the same."""


@dataclass(frozen=True, slots=True)
class Pursuit:
    """A stream to look up, for a pin with the digest ``old`` (``None``: to be pinned).

    :param platform: a literal platform beside the reference, as written.
    :param deep: ask for every manifest that a pinned index names, too.
    """

    stream: Stream
    old: Digest | None = None
    platform: str | None = None
    deep: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be said of a pin.

    :param new: what it should point to; ``None`` where that is not known.
    :param gone: why the pinned digest counts as no longer served; empty where it is served, or nobody knows.
    :param failure: why ``new`` is not known; empty where it is.
    :param unsupported: why the pin cannot be followed at all.
    :param note: what is special about the move.
    :param index: for one platform's image, the index that the tag points to and that names ``new``.
    :param doubts: questions of a deep look that nobody answered, one line each.
    """

    new: Digest | None = None
    gone: str = ""
    failure: str = ""
    unsupported: str = ""
    note: str = ""
    index: Digest | None = None
    doubts: tuple[str, ...] = ()


def _gone(digest: Digest) -> str:
    return f"the registry does not serve {digest.short} any more"


class _Open(Exception):
    """Questions that must be answered first."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__()
        self.questions = tuple(questions)


def pursue(pursuit: Pursuit, answers: Answers) -> Target | tuple[Question, ...]:
    """The target as far as the answers reach, or the questions to ask next; call it again with their answers.

    The same walk asks and judges, so that nothing is judged that was not asked.
    """
    try:
        return _Walk(pursuit, answers).target()
    except _Open as still:
        return still.questions


class _Walk:
    def __init__(self, pursuit: Pursuit, answers: Answers) -> None:
        self._pursuit = pursuit
        self._answers = answers
        self._at = (pursuit.stream.registry, pursuit.stream.repository)

    def target(self) -> Target:
        tag = self._ask(ResolveTag(self._pursuit.stream))
        old = self._pursuit.old
        if isinstance(tag, Unresolved):
            return self._without_tag(tag)
        assert isinstance(tag, Descriptor)
        if old is None:
            return Target(tag.digest)
        if old.algorithm != tag.digest.algorithm:
            return Target(
                unsupported=f"pinned by {old.algorithm}, and the registry names {tag.digest.algorithm} digests only"
            )
        if old == tag.digest:
            return self._looked_into(Target(tag.digest), is_index=tag.is_index)
        return self._moved(tag, old)

    def _without_tag(self, failure: Unresolved) -> Target:
        old = self._pursuit.old
        if old is None or failure.failure in _TELLS_NO_MORE:
            return Target(failure=failure.reason)
        pinned = self._ask(DescribeDigest(*self._at, old))
        if isinstance(pinned, Unresolved) and pinned.failure is Failure.NOT_FOUND:
            return Target(gone=_gone(old), failure=failure.reason)
        return Target(failure=failure.reason)

    def _moved(self, tag: Descriptor, old: Digest) -> Target:
        """The tag's digest is another than the pinned one: it moved, or the pin is for one platform of it."""
        pinned = self._ask(DescribeDigest(*self._at, old))
        if isinstance(pinned, Unresolved):
            return self._unknown_pin(tag, old, pinned)
        assert isinstance(pinned, Descriptor)
        if pinned.is_index:
            note = "" if tag.is_index else "the tag is one image now, and no index"
            return self._looked_into(Target(tag.digest, note=note), is_index=True)
        if not tag.is_index:
            return Target(tag.digest)
        return self._child(tag, old)

    def _unknown_pin(self, tag: Descriptor, old: Digest, pinned: Unresolved) -> Target:
        """The pinned digest told nothing of itself."""
        is_gone = pinned.failure is Failure.NOT_FOUND
        gone = _gone(old) if is_gone else ""
        if not tag.is_index:
            return Target(tag.digest, gone)
        index = self._ask(ReadManifest(*self._at, tag.digest))
        if isinstance(index, Unresolved):
            return Target(gone=gone, failure=index.reason)
        assert isinstance(index, Manifest)
        if any(child.descriptor.digest == old for child in index.children):
            if not is_gone:
                return Target(old)
            return Target(gone=gone, failure="the tag's index still names it")
        if is_gone:
            return Target(tag.digest, gone)
        return Target(
            failure=f"whether {old.short} is an index or one platform's image cannot be told: {pinned.reason}"
        )

    def _child(self, tag: Descriptor, old: Digest) -> Target:
        """The pin is one image and the tag an index: the pin stays on its platform."""
        index = self._ask(ReadManifest(*self._at, tag.digest))
        if isinstance(index, Unresolved):
            return Target(failure=index.reason)
        assert isinstance(index, Manifest)
        if any(child.descriptor.digest == old for child in index.children):
            return Target(old)
        platform = self._platform(old)
        if isinstance(platform, Unresolved):
            return Target(failure=f"the platform of {old.short} cannot be told: {platform.reason}")
        child = index.child_for(platform)
        if child is None:
            return Target(failure=f"the tag has no image for {platform} any more")
        served = self._ask(DescribeDigest(*self._at, child.descriptor.digest))
        if isinstance(served, Unresolved):
            return Target(failure=f"the image for {platform} is named, and not served: {served.reason}")
        return Target(child.descriptor.digest, note=f"the image for {platform}", index=tag.digest)

    def _platform(self, old: Digest) -> Platform | Unresolved:
        """The platform of the pinned image by its own config, else by what is written beside the reference."""
        platform: object = self._ask(ReadManifest(*self._at, old))
        if isinstance(platform, Manifest):
            platform = self._ask(ReadPlatform(*self._at, platform))
        assert isinstance(platform, Platform | Unresolved)
        if isinstance(platform, Platform) and platform.is_real:
            return platform
        if self._pursuit.platform is not None:
            try:
                return Platform.parse(self._pursuit.platform)
            except InvalidInput as error:
                return Unresolved(Failure.UNSUPPORTED, str(error))
        if isinstance(platform, Platform):
            return Unresolved(Failure.UNSUPPORTED, "its config names none")
        return platform

    def _looked_into(self, target: Target, *, is_index: bool) -> Target:
        """With ``deep``: the target, and ``gone`` where the pinned index names an image that is not served."""
        old = self._pursuit.old
        if not self._pursuit.deep or not is_index or old is None:
            return target
        index = self._ask(ReadManifest(*self._at, old))
        if isinstance(index, Unresolved):
            return replace(target, doubts=(f"{old.short} could not be looked into: {index.reason}",))
        assert isinstance(index, Manifest)
        questions = [DescribeDigest(*self._at, child.descriptor.digest) for child in index.children]
        answers = self._ask_all(questions)
        missing, doubts = [], []
        for child, answer in zip(index.children, answers, strict=True):
            if not isinstance(answer, Unresolved):
                continue
            name = f"{child.descriptor.digest.short} ({child.platform or 'no platform'})"
            if answer.failure is Failure.NOT_FOUND:
                missing.append(name)
            else:
                doubts.append(f"{name} of {old.short} could not be looked up: {answer.reason}")
        if not missing:
            return replace(target, doubts=tuple(doubts))
        gone = f"the registry does not serve {', '.join(missing)} of the pinned index"
        if target.new == old:  # there is nothing to move to
            return replace(
                target, gone=gone, failure="the tag still points to this index", doubts=tuple(doubts)
            )
        return replace(target, gone=gone, doubts=tuple(doubts))

    def _ask(self, question: Question) -> object:
        return self._ask_all((question,))[0]

    def _ask_all(self, questions: Sequence[Question]) -> list[object]:
        open_questions = [question for question in questions if question not in self._answers]
        if open_questions:
            raise _Open(open_questions)
        return [self._answers[question] for question in questions]
