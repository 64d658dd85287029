"""Text where a reference should stand, longer or deeper than any reference: said so, shown in part, never an error."""

import pytest
from tests import invariants

from tagwake.core.pin import Form
from tagwake.formats.code.reader import CodeReader

PLACES = {
    "web.container": "[Container]\nImage=@\n",
    "compose.yaml": "services:\n  a:\n    image: @\n",
    "Dockerfile": "FROM @\n",
    "job.nomad": 'config { image = "@" }\n',
    "Jenkinsfile": "agent { docker { image '@' } }\n",
    "Earthfile": "FROM @\n",
    "devcontainer.json": '{"image": "@"}\n',
}


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("depth", [2, 10, 500, 2000, 100_000])
def test_defaults_in_defaults(path: str, depth: int) -> None:
    invariants.check(path, PLACES[path].replace("@", "${A:-" * depth + "x:1" + "}" * depth).encode())


@pytest.mark.parametrize(
    "path", ["web.container", "Dockerfile", "job.nomad", "Jenkinsfile", "Earthfile", "devcontainer.json"]
)
def test_a_megabyte_is_no_reference(path: str) -> None:
    (reference,) = CodeReader()(path, PLACES[path].replace("@", "x" * 1_000_000).encode()).references
    assert reference.form is Form.INVALID
    assert reference.reason == "longer than 4096 characters"
    assert len(reference.text) <= 4096
