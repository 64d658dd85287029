"""A platform: operating system, architecture and variant that an image runs on."""

from dataclasses import dataclass

from tagwake.core.errors import InvalidInput

_ALIASES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "armhf": "arm", "i386": "386"}


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform of an index (OCI image specification, Image Index, ``platform``)."""

    os: str
    architecture: str
    variant: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Platform":
        """Read ``os/architecture[/variant]``, as ``--platform`` takes it.

        :raises InvalidInput: when it has not two or three parts.
        """
        parts = text.strip().lower().split("/")
        if len(parts) not in (2, 3) or not all(parts):
            raise InvalidInput(f"{text!r} is no platform: write os/architecture or os/architecture/variant")
        return cls(parts[0], _ALIASES.get(parts[1], parts[1]), parts[2] if len(parts) == 3 else None)

    @property
    def is_real(self) -> bool:
        """False for the ``unknown/unknown`` children that carry attestations."""
        return self.os != "unknown" and self.architecture != "unknown"

    def matches(self, other: "Platform") -> bool:
        """Whether both name one platform; arm64 is arm64/v8 (containerd, ``platforms.Normalize``)."""
        return (self.os, self.architecture, _variant(self)) == (other.os, other.architecture, _variant(other))

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


def _variant(platform: Platform) -> str | None:
    default = {"arm64": "v8", "arm": "v7"}.get(platform.architecture)
    return platform.variant or default
