"""Files that machines write: what they name is a record of what was, and rewriting it would falsify it."""

import re

_LOCKS = re.compile(
    r"\.lock(?:\.(?:json|ya?ml|toml|hcl|edn))?$|-lock\.json$|^pnpm-lock\.ya?ml$|^go(?:\.work)?\.sum$|^npm-shrinkwrap\.json$"
    r"|(?:^|[._-])checksums?(?:\.txt)?$|[._-]?sha(?:256|512)(?:sums?)?(?:\.txt)?$",
    re.IGNORECASE,
)
_MARKS = (
    (
        re.compile(
            rb'"spdxVersion"\s*:|"SPDXID"\s*:|"bomFormat"\s*:|SPDXVersion:\s|"\$schema"\s*:\s*"[^"]*syft'
        ),
        "bill of materials",
    ),
    (re.compile(rb'"https://in-toto\.io/Statement|"payloadType"\s*:|"dev\.sigstore'), "attestation"),
    (re.compile(rb'"mediaType"\s*:\s*"application/vnd\.(?:oci|docker)\.'), "manifest of a registry"),
    (re.compile(rb'"\$schema"\s*:\s*"[^"]*sarif|"version"\s*:\s*"2\.1\.0"\s*,\s*"runs"\s*:'), "report"),
)
_HEAD = 4096


def machine_file(path: str, data: bytes) -> str | None:
    """The rule that ignores a whole file, or ``None``: lock files by name; SBOMs, attestations, manifests by content."""
    name = path.rpartition("/")[2]
    if _LOCKS.search(name):
        return "lock file"
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] not in {b"{", b"["} and not head.startswith(b"SPDXVersion:"):
        return None
    for mark, rule in _MARKS:
        if mark.search(head):
            return rule
    return None
