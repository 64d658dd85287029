"""Variables of CI files whose whole value is an image: ``image: $BUILDER`` is read where the file sets ``BUILDER``."""

import re

from tagwake.formats.code.yaml_nodes import Document, Mapping, Node, Scalar
from tagwake.formats.code.yaml_reading import Reading

_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))\Z")


class Variables:
    """What a document sets under such keys (``variables``): strings, or mappings with a ``value``."""

    __slots__ = ("_document", "_key", "_reading", "_values")

    def __init__(self, reading: Reading, document: Document, key: str) -> None:
        self._reading = reading
        self._document = document
        self._key = key
        self._values: dict[str, list[Scalar]] | None = None

    def taken(self, node: Node | None) -> list[Scalar] | None:
        """Every value of the variable that ``node`` is, the first time that it is asked for, and none after that.

        ``None`` where it is no variable, or one that is set nowhere here.
        """
        variable = _VARIABLE.match(self._reading.string(node))
        if variable is None:
            return None
        if self._values is None:
            self._values = self._all()
        name = variable[1] or variable[2]
        values = self._values.get(name)
        if values:
            self._values[name] = []
        return values

    def _all(self) -> dict[str, list[Scalar]]:
        values: dict[str, list[Scalar]] = {}
        reading = self._reading
        for mapping in self._document.mappings:
            if mapping.key != self._key:
                continue
            for name in mapping.entries:
                value = reading.look(mapping, name)
                if isinstance(value, Mapping):
                    value = reading.look(value, "value")
                raw = reading.string(value)
                if isinstance(value, Scalar) and raw and not _VARIABLE.match(raw):
                    values.setdefault(name, []).append(value)
        return values
