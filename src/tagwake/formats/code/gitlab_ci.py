"""GitLab CI: ``image`` and ``services`` of jobs, of ``default`` and of the file; strings, or mappings with ``name``.

A variable that is the whole image is read where the file sets it. What the prefix of the dependency proxy stands before
is an image of Docker Hub. Other values with ``$VARIABLE`` are ``templated``. (GitLab, "CI/CD YAML syntax reference",
keywords ``image`` and ``services``; "Dependency Proxy".)
"""

import re

from tagwake.formats.code.ci_variables import Variables
from tagwake.formats.code.yaml_nodes import Document, Mapping, Node, Scalar, Sequence
from tagwake.formats.code.yaml_reading import Reading

CLAIMS = re.compile(
    r"(?:^|/|[-_.])gitlab-ci(?:[-_.][^/]*)?\.ya?ml\Z|(?:^|/)\.gitlab(?:-ci)?/.*\.ya?ml\Z", re.IGNORECASE
)
NEEDLES = ("image", "services", "variables")
_PROXY = re.compile(r"\$\{?CI_DEPENDENCY_PROXY_(?:DIRECT_)?GROUP_IMAGE_PREFIX\}?/")
_NO_JOBS = frozenset({"variables", "stages", "workflow", "include", "spec", "cache"})


def find(reading: Reading, document: Document) -> None:
    """Add what jobs run in, and beside."""
    reading.document = document
    top = document.top
    if top is None:
        return
    variables = Variables(reading, document, "variables")
    _job(reading, top, variables)
    for key, node in top.entries.items():
        job = reading.resolved(node)
        if isinstance(job, Mapping) and key not in _NO_JOBS and key != "image":
            _job(reading, job, variables)


def _job(reading: Reading, job: Mapping, variables: Variables) -> None:
    _image(reading, reading.look(job, "image"), variables)
    services = reading.look(job, "services")
    if isinstance(services, Sequence):
        for item in services.items:
            _image(reading, reading.resolved(item), variables)


def _image(reading: Reading, node: Node | None, variables: Variables) -> None:
    """An image, or a variable that is one wherever the file sets it."""
    platform = ""
    if isinstance(node, Mapping):
        docker = reading.look(node, "docker")
        platform = reading.string(reading.look(docker, "platform")) if isinstance(docker, Mapping) else ""
        node = reading.look(node, "name")
    is_literal = "/" in platform and "$" not in platform
    values = variables.taken(node)
    for each in [node] if values is None else values:
        reading.image(_behind_proxy(reading, each), platform=platform if is_literal else None)


def _behind_proxy(reading: Reading, node: Node | None) -> Node | None:
    """What follows the prefix of GitLab's dependency proxy, which hands on images of Docker Hub."""
    prefix = _PROXY.match(reading.string(node))
    if prefix is None or not isinstance(node, Scalar):
        return node
    return Scalar(node.parent, node.key, node.key_start, node.start + prefix.end(), node.end, node.style)
