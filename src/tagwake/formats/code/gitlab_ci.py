"""GitLab CI: ``image`` and ``services`` of jobs, of ``default`` and of the file; strings, or mappings with ``name``.

Values with ``$VARIABLE`` are ``templated`` (GitLab, "CI/CD YAML syntax reference", keywords ``image`` and ``services``).
"""

import re

from tagwake.formats.code.yaml_nodes import Document, Mapping, Node, Sequence
from tagwake.formats.code.yaml_reading import Reading

CLAIMS = re.compile(
    r"(?:^|/|[-_.])gitlab-ci(?:[-_.][^/]*)?\.ya?ml\Z|(?:^|/)\.gitlab(?:-ci)?/.*\.ya?ml\Z", re.IGNORECASE
)
NEEDLES = ("image", "services")
_NO_JOBS = frozenset({"variables", "stages", "workflow", "include", "spec", "cache"})


def find(reading: Reading, document: Document) -> None:
    """Add what jobs run in, and beside."""
    reading.document = document
    top = document.top
    if top is None:
        return
    _job(reading, top)
    for key, node in top.entries.items():
        job = reading.resolved(node)
        if isinstance(job, Mapping) and key not in _NO_JOBS and key != "image":
            _job(reading, job)


def _job(reading: Reading, job: Mapping) -> None:
    _image(reading, reading.look(job, "image"))
    services = reading.look(job, "services")
    if isinstance(services, Sequence):
        for item in services.items:
            _image(reading, reading.resolved(item))


def _image(reading: Reading, node: Node | None) -> None:
    if isinstance(node, Mapping):
        docker = reading.look(node, "docker")
        platform = reading.string(reading.look(docker, "platform")) if isinstance(docker, Mapping) else ""
        reading.image(
            reading.look(node, "name"), platform=platform if "/" in platform and "$" not in platform else None
        )
    else:
        reading.image(node)
