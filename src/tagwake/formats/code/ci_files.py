"""Smaller kinds of CI and build files whose images stand under one key or two: each is a row of a table.

Sources: the products' own references of their configuration files; file patterns as in facts on references, 4.1.
"""

import re
from collections.abc import Callable, Iterator

from tagwake.formats.code.yaml_nodes import Document, Mapping, Node, Scalar, Sequence, ancestors
from tagwake.formats.code.yaml_reading import Reading

Find = Callable[[Reading, Document], None]


def _values(reading: Reading, node: Node | None) -> Iterator[Node | None]:
    """The items of a sequence, or the values of a mapping, aliases followed."""
    node = reading.resolved(node)
    if isinstance(node, Sequence):
        yield from (reading.resolved(item) for item in node.items)
    elif isinstance(node, Mapping):
        yield from (reading.resolved(value) for value in node.entries.values())


def _string_or(reading: Reading, node: Node | None, key: str) -> None:
    """An image as a string, or as a mapping in which a key names it."""
    node = reading.resolved(node)
    reading.image(reading.look(node, key) if isinstance(node, Mapping) else node)


def circleci(reading: Reading, document: Document) -> None:
    """CircleCI: ``docker: [{image}]`` of jobs and executors; ``machine: {image}`` is a virtual machine."""
    for mapping in document.mappings:
        if "docker" in mapping.entries:
            for item in _values(reading, mapping.entries["docker"]):
                if isinstance(item, Mapping):
                    reading.image(reading.look(item, "image"))


def cloud_build(reading: Reading, document: Document) -> None:
    """Google Cloud Build: ``steps[].name`` is the builder's image; ``images`` are what the build pushes.

    A substitution that is the whole name is read where the file sets it.
    """
    from tagwake.formats.code.ci_variables import Variables

    top = document.top
    substitutions = Variables(reading, document, "substitutions")
    for item in _values(reading, top.entries.get("steps") if top else None):
        if isinstance(item, Mapping):
            name = reading.look(item, "name")
            values = substitutions.taken(name)
            for node in [name] if values is None else values:
                reading.image(node)


def bitbucket(reading: Reading, document: Document) -> None:
    """Bitbucket Pipelines: ``image`` (a string, or ``name``) of the file, of steps and of services; pipes by image."""
    for mapping in document.mappings:
        if "image" in mapping.entries:
            _string_or(reading, mapping.entries["image"], "name")
        pipe = reading.look(mapping, "pipe") if "pipe" in mapping.entries else None
        if reading.string(pipe).startswith("docker://"):
            reading.image(pipe)


def drone(reading: Reading, document: Document) -> None:
    """Drone, Woodpecker, Vela and Codefresh: ``image`` of steps, services and clone steps, as a list or by name."""
    places = {"steps", "services", "pipeline", "clone"}
    for mapping in document.mappings:
        around = mapping.parent
        if (
            "image" in mapping.entries
            and around is not None
            and (around.key in places or mapping.key in places)
        ):
            reading.image(mapping.entries["image"])


def in_containers(reading: Reading, document: Document) -> None:
    """Prow, Semaphore and Cirrus CI: ``image`` of a container, or of an item of ``containers``."""
    for mapping in document.mappings:
        around = mapping.parent
        places = {mapping.key, around.key if isinstance(around, Sequence) else ""}
        if "image" in mapping.entries and any(
            place.lower().endswith(("container", "containers")) for place in places
        ):
            reading.image(mapping.entries["image"])


def buildkite(reading: Reading, document: Document) -> None:
    """Buildkite: ``image`` of plugins, ``plugins: [{docker#v5: {image}}]``, and of pods that they start."""
    for scalar in document.scalars:
        if scalar.key == "image" and any(around.key == "plugins" for around in ancestors(scalar)):
            reading.image(scalar)


def azure(reading: Reading, document: Document) -> None:
    """Azure Pipelines: ``resources.containers[].image``, and a job's ``container`` unless it names one of those."""
    named: set[str] = set()
    for mapping in document.mappings:
        if "container" in mapping.entries and _is_resource(mapping):
            named.add(reading.string(mapping.entries["container"]))
            reading.image(reading.look(mapping, "image"))
    for mapping in document.mappings:
        if "container" in mapping.entries and not _is_resource(mapping):
            node = reading.look(mapping, "container")
            if isinstance(node, Mapping):
                reading.image(reading.look(node, "image"))
            elif reading.string(node) not in named:
                reading.image(node, certain=False)


def _is_resource(mapping: Mapping) -> bool:
    return isinstance(mapping.parent, Sequence) and mapping.parent.key == "containers"


_ANSIBLE_RUNS = frozenset(
    {"docker_container", "podman_container", "docker_swarm_service", "docker_container_exec"}
)
_WITH_TAG = re.compile(r"[^{}\s]+/[^{}\s]+:[^{}\s]+\Z")
_ANSIBLE_PULLS = frozenset({"docker_image", "podman_image", "docker_image_pull"})


def ansible(reading: Reading, document: Document) -> None:
    """Ansible: ``image`` of the modules that run containers, ``name`` and ``tag`` of those that pull images.

    Elsewhere, as in what a module defines for Compose or Kubernetes, an ``image`` counts that has a path and a tag.
    """
    from tagwake.formats.code.split_reference import Split

    for mapping in document.mappings:
        module = mapping.key.rpartition(".")[2]
        if module in _ANSIBLE_RUNS:
            reading.image(reading.look(mapping, "image"))
        elif module in _ANSIBLE_PULLS and reading.string(reading.look(mapping, "source")) in {"", "pull"}:
            name, tag = reading.look(mapping, "name"), reading.look(mapping, "tag")
            is_split = isinstance(name, Scalar) and isinstance(tag, Scalar) and reading.string(tag)
            if is_split and isinstance(name, Scalar) and isinstance(tag, Scalar):
                Split(reading, {"repository": name, "tag": tag}).add()
            else:
                reading.image(name)
    for scalar in document.scalars:
        if scalar.key == "image" and _WITH_TAG.match(reading.string(scalar)):
            reading.image(scalar, certain=False)


def devfile(reading: Reading, document: Document) -> None:
    """Devfile: ``components[].container.image``."""
    for mapping in document.mappings:
        if mapping.key == "container" and "image" in mapping.entries:
            reading.image(mapping.entries["image"])


def concourse(reading: Reading, document: Document) -> None:
    """Concourse: ``source: {repository, tag}`` of image resources; a resource without a tag follows ``latest``."""
    from tagwake.formats.code.keyed_image import keyed_images

    for mapping in document.mappings:
        around = mapping.parent
        if mapping.key != "source" or not isinstance(around, Mapping):
            continue
        if reading.string(around.entries.get("type")) not in {"registry-image", "docker-image"}:
            continue
        if isinstance(reading.look(mapping, "tag"), Scalar):
            keyed_images(reading, mapping, tag_only=True)
        else:
            found = reading.image(reading.look(mapping, "repository"))
            if found is not None:
                found.slot = None


def cloudformation(reading: Reading, document: Document) -> None:
    """CloudFormation, SAM and ECS: ``Image`` of containers and ``ImageUri`` of functions."""
    for scalar in document.scalars:
        is_container = scalar.key == "Image" and any(
            around.key
            in {
                "ContainerDefinitions",
                "containerDefinitions",
                "ContainerProperties",
                "Environment",
                "ContainerOverrides",
            }
            for around in ancestors(scalar)
        )
        if (is_container or scalar.key in {"ImageUri", "ImageIdentifier"}) and not reading.string(
            scalar
        ).startswith("aws/"):
            reading.image(scalar, certain=False)


def ko(reading: Reading, document: Document) -> None:
    """ko: ``defaultBaseImage``, and the values of ``baseImageOverrides``."""
    top = document.top
    if top is not None:
        reading.image(reading.look(top, "defaultBaseImage"))
        for node in _values(reading, top.entries.get("baseImageOverrides")):
            reading.image(node)


def helmfile(reading: Reading, document: Document) -> None:
    """Helmfile: ``values`` of releases that stand in the file, and ``set`` parameters."""
    from tagwake.formats.code import helm
    from tagwake.formats.code.keyed_image import keyed_parameters

    for mapping in document.mappings:
        around = mapping.parent
        if mapping.key == "values" or (isinstance(around, Sequence) and around.key == "values"):
            helm.find(reading, document, mapping)
        parameters = mapping.sequence("set")
        if parameters is not None:
            keyed_parameters(reading, parameters)


_ALL = (
    "image",
    "Image",
    "name",
    "tag",
    "container",
    "docker",
    "pipe",
    "steps",
    "services",
    "igest",
    "epository",
)
KINDS: tuple[tuple[str, re.Pattern[str], tuple[str, ...], Find], ...] = (
    ("circleci", re.compile(r"(?:^|/)(?:\.circleci/.+|circle)\.ya?ml\Z"), ("image", "docker"), circleci),
    ("cloud-build", re.compile(r"(?:^|/)[^/]*cloudbuild[^/]*\.ya?ml\Z", re.IGNORECASE), ("steps", "substitutions"), cloud_build),
    ("bitbucket-pipelines", re.compile(r"-pipelines\.ya?ml\Z(?<!azure-pipelines\.yml)(?<!azure-pipelines\.yaml)"),
     ("image", "pipe"), bitbucket),
    ("woodpecker", re.compile(r"(?:^|/)\.woodpecker(?:/.+|[^/]*)\.ya?ml\Z"), ("image",), drone),
    ("drone", re.compile(r"(?:^|/)\.?drone(?:[-_.][^/]*)?\.ya?ml\Z"), ("image",), drone),
    ("vela", re.compile(r"(?:^|/)\.vela(?:/.+|[^/]*)\.ya?ml\Z"), ("image",), drone),
    ("codefresh", re.compile(r"(?:^|/)\.?codefresh(?:/.+|[^/]*)\.ya?ml\Z"), ("image",), drone),
    ("cirrus-ci", re.compile(r"(?:^|/)\.cirrus\.ya?ml\Z"), ("image",), in_containers),
    ("semaphore", re.compile(r"(?:^|/)\.semaphore/.+\.ya?ml\Z"), ("image",), in_containers),
    ("prow", re.compile(r"(?:^|/)\.prow(?:/.+)?\.ya?ml\Z"), ("image",), in_containers),
    ("buildkite", re.compile(r"(?:^|/)\.?buildkite(?:/.+|[^/]*)\.ya?ml\Z"), ("image",), buildkite),
    ("azure-pipelines", re.compile(r"(?:^|/)(?:\.azure(?:-pipelines|-devops)?/.+|[^/]*azure-?pipelines?[^/]*)\.ya?ml\Z", re.IGNORECASE),
     ("image", "container"), azure),
    ("ansible", re.compile(r"(?:^|/)(?:tasks|handlers|playbooks)/.*\.ya?ml(?:\.j2)?\Z|(?:^|/)(?:playbook|site)[^/]*\.ya?ml\Z"),
     ("docker_", "podman_", "image"), ansible),
    ("devfile", re.compile(r"(?:^|/)\.?devfile\.ya?ml\Z"), ("image",), devfile),
    ("ko", re.compile(r"(?:^|/)\.ko\.ya?ml\Z"), (), ko),
    ("helmfile", re.compile(r"(?:^|/)helmfile(?:[-_.][^/]*|\.d/.+)?\.ya?ml(?:\.gotmpl)?\Z"), (), helmfile),
)  # fmt: skip
"""Name of the syntax, paths, needles and reader of each kind."""
