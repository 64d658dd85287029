"""What a finder found: a reference at byte offsets of a source, before lines are counted."""

from dataclasses import dataclass, field, replace

from tagwake.core.pin import Form, Slot, Span
from tagwake.core.reference import Reference


@dataclass(slots=True)
class Finding:
    """A reference found in a source; offsets are bytes of ``Source.data``, half open.

    :param span: the whole reference as written, without quotes and without a scheme like ``docker://``; for ``split``
        from its first part to the end of its last, for ``tag-value`` the value of the tag, which holds the digest.
    :param text: as written; for one split over keys, ``name:tag@digest`` put together.
    :param reference: as read; ``None`` for ``templated`` and ``invalid``.
    :param digest_span: of ``sha256:…`` (or of bare hex), ``None`` without a digest.
    :param slot: where ``pin`` writes a digest; ``None`` where there is one, or no place for one.
    :param parts: for ``split`` and ``tag-value``: the spans of the values of its keys.
    :param tag: the tag where it stands apart from the reference (a comment's).
    """

    span: Span
    text: str
    form: Form
    reference: Reference | None = None
    digest_span: Span | None = None
    slot: Slot | None = None
    parts: dict[str, Span] = field(default_factory=dict)
    platform: str | None = None
    reason: str = ""
    tag: str | None = None

    def moved(self, by: int) -> "Finding":
        """The same finding of a source in which this one's text begins ``by`` bytes later."""
        return replace(
            self,
            span=_moved(self.span, by),
            digest_span=None if self.digest_span is None else _moved(self.digest_span, by),
            slot=None if self.slot is None else replace(self.slot, span=_moved(self.slot.span, by)),
            parts={key: _moved(span, by) for key, span in self.parts.items()},
        )


def _moved(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by
