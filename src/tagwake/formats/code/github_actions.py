"""GitHub Actions, and the Gitea and Forgejo kinds: workflows, and ``action.yml`` anywhere.

Images are ``uses: docker://…``, a job's ``container`` (a string, or its ``image``), ``services.<name>.image``, a docker
action's ``runs.image`` and what a matrix hands to them (facts on references, forms 48 to 50). ``uses: owner/repo@v1``
is an action, and ``runs.image: Dockerfile`` is built.
"""

import re

from tagwake.formats.code.yaml_nodes import Document, Mapping, Node, Scalar, ancestors
from tagwake.formats.code.yaml_reading import Reading

CLAIMS = re.compile(
    r"(?:^|/)\.(?:github|gitea|forgejo)/workflows?/.*\.ya?ml\Z|(?:^|/)action\.ya?ml\Z", re.IGNORECASE
)
NEEDLES = ("docker:", "ontainer", "mage", "services", "matrix")
_DOCKER = "docker://"


def find(reading: Reading, document: Document) -> None:
    """Add the images of a workflow or an action."""
    reading.document = document
    top = document.top
    if top is None:
        return
    runs = reading.look(top, "runs")
    if isinstance(runs, Mapping):
        image = reading.look(runs, "image")
        if reading.string(image).startswith(_DOCKER):
            reading.image(image)
    jobs = reading.look(top, "jobs")
    for node in jobs.entries.values() if isinstance(jobs, Mapping) else ():
        job = reading.resolved(node)
        if isinstance(job, Mapping):
            _job(reading, job)
    for scalar in document.scalars:
        if scalar.key == "uses" and reading.string(scalar).startswith(_DOCKER):
            reading.image(scalar)
        elif _is_matrix(scalar):
            reading.image(scalar, certain=False)


def _job(reading: Reading, job: Mapping) -> None:
    _container(reading, reading.look(job, "container"))
    services = reading.look(job, "services")
    if isinstance(services, Mapping):
        for node in services.entries.values():
            _container(reading, reading.resolved(node))


def _container(reading: Reading, node: Node | None) -> None:
    reading.image(reading.look(node, "image") if isinstance(node, Mapping) else node)


def _is_matrix(scalar: Scalar) -> bool:
    """Whether a value is one of a matrix, under a key that says that it is a container's image."""
    keys = [scalar.key, *(around.key for around in ancestors(scalar))]
    if "matrix" not in keys[:5]:
        return False
    return next(key for key in keys if key).lower().rstrip("s").endswith(("image", "container"))
