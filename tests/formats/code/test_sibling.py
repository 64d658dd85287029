"""The repository beside a lone tag, in text that is not parsed."""

import pytest

from tagwake.core.pin import Form
from tagwake.formats.code import any_text

D = "sha256:" + "a1" * 32


@pytest.mark.parametrize(
    ("text", "image"),
    [
        (
            f'{{\n  "image": {{\n    "repository": "ghcr.io/a/b",\n    "tag": "1.2@{D}"\n  }}\n}}',
            "ghcr.io/a/b:1.2",
        ),
        (
            f'{{\n  "tag": "1.2@{D}",\n  "pullPolicy": "Always",\n\n  "repository": "ghcr.io/a/b"\n}}',
            "ghcr.io/a/b:1.2",
        ),
        (f'{{"repository": "a/b", "tag": "1.2@{D}"}}', "a/b:1.2"),
        (f'{{"tag":"1.2@{D}","registry":"quay.io","repository":"a/b"}}', "quay.io/a/b:1.2"),
        (f'[image]\nrepository = "a/b"\ntag = "1.2@{D}"\n', "a/b:1.2"),
        (f"NGINX_IMAGE=nginx\nNGINX_TAG=1.25@{D}\n", "nginx:1.25"),
        (f"export NGINX_TAG='1.25@{D}'\nexport NGINX_REPOSITORY='nginx'\n", "nginx:1.25"),
        (f"NGINX_IMAGE ?= nginx\nNGINX_TAG   ?= 1.25@{D}\n", "nginx:1.25"),
        (f'  image_repository = "a/b"\n  image_tag        = "1.2@{D}"\n', "a/b:1.2"),
        (f'  image     = "a/b"\n  image_tag = "1.2@{D}"\n', "a/b:1.2"),
        (f"```yaml\nimage:\n  repository: a/b\n  pullPolicy: x\n  tag: 1.2@{D}\n```\n", "a/b:1.2"),
        (f"# image:\n#   repository: a/b\n#   tag: 1.2@{D}\n", "a/b:1.2"),
        (f"- repository: a/b\n  tag: 1.2@{D}\n- repository: c/d\n", "a/b:1.2"),
    ],
)
def test_a_sibling_key_names_the_repository(text, image):
    (finding,) = any_text.find(text.encode(), 10)
    assert (finding.form, finding.reference.image) == (Form.TAG_VALUE, image)
    data = text.encode()
    assert data[slice(*finding.digest_span)].decode() == D
    assert data[slice(*finding.parts["repository"])].decode() in image
    assert data[slice(*finding.span)].decode() == f"{finding.reference.tag}@{D}"


@pytest.mark.parametrize(
    "text",
    [
        f"NGINX_TAG=1.25@{D}\n",
        f"REDIS_IMAGE=redis\nNGINX_TAG=1.25@{D}\n",
        f'{{"a": {{"repository": "a/b"}}, "tag": "1.2@{D}"}}',
        f"a:\n  repository: a/b\nb:\n  tag: 1.2@{D}\n",
        f"- repository: a/b\n- tag: 1.2@{D}\n",
        f"repository: a/b\nrepository: c/d\ntag: 1.2@{D}\n",
        f"repository: not a name\ntag: main@{D}\n".replace("not a name", "'not a name'"),
    ],
)
def test_where_no_sibling_or_two_name_one_nothing_is_followed(text):
    (finding,) = any_text.find(text.encode(), 10)
    assert (finding.form, finding.reason) == (Form.TEMPLATED, "a tag whose repository is named elsewhere")
