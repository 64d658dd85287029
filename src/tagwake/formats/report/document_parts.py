"""The parts that the JSON documents of several verbs share, each with what a schema says of it."""

from typing import Annotated

from msgspec import Meta

Span = Annotated[tuple[int, int], Meta(description="Byte offsets in the file, half open.")]
DigestText = Annotated[
    str, Meta(pattern="^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$", description="algorithm:hex")
]
Line = Annotated[int, Meta(ge=1, description="Counts from 1.")]
Column = Annotated[int, Meta(ge=1, description="Counts from 1, in characters.")]
Number = Annotated[int, Meta(ge=0)]
Path = Annotated[str, Meta(description="Relative to root, with / between its parts.")]
Root = Annotated[str, Meta(description="The PATH as typed; several PATHs' deepest common folder.")]
Text = Annotated[str, Meta(description="The reference as it is written.")]
Registry = Annotated[str, Meta(description="Normalised: lower case, docker.io where none is written.")]
Repository = Annotated[
    str, Meta(description="Normalised: library/ before a one-component name of Docker Hub.")
]
Image = Annotated[str, Meta(description="Name and tag as written, without the digest.")]
Reason = Annotated[str, Meta(description="One line.")]
