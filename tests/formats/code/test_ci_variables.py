"""Images that a CI file names through a variable of its own."""

import pytest

from tagwake.formats.code.reader import CodeReader

D = "sha256:" + "9c" * 32


def found(path: str, text: str) -> list[tuple[str, int, str, str]]:
    references = CodeReader()(path, text.encode()).references
    return [(each.form.value, each.line, each.text, each.registry or "") for each in references]


def gitlab(text: str) -> list[tuple[str, int, str, str]]:
    return found(".gitlab-ci.yml", text)


def test_a_variable_that_is_the_image_is_read_where_it_is_set() -> None:
    text = "variables:\n  GO: q.io/go:1\n  OTHER: q.io/other:1\nimage: $GO\njob:\n  image: ${GO}\n"
    assert gitlab(text) == [("tag", 2, "q.io/go:1", "q.io")]


def test_it_is_read_wherever_it_is_set() -> None:
    text = (
        f"variables:\n  GO: q.io/go:1@{D}\nworkflow:\n  rules:\n    - variables:\n        GO: q.io/go:2\n"
        "a:\n  variables: {GO: bare}\n  image: {name: $GO}\n  services: [$GO, name: $DB]\n"
    )
    assert gitlab(text) == [
        ("tag+digest", 2, f"q.io/go:1@{D}", "q.io"),
        ("tag", 6, "q.io/go:2", "q.io"),
        ("name", 8, "bare", "docker.io"),
        ("templated", 10, "$DB", ""),
    ]


def test_a_described_variable_has_its_value() -> None:
    text = "variables:\n  GO:\n    description: what to build with\n    value: q.io/go:1\nimage: $GO\n"
    assert gitlab(text) == [("tag", 4, "q.io/go:1", "q.io")]


@pytest.mark.parametrize(
    "text",
    [
        "variables: {A: $B, B: $A}\nimage: $A\n",
        "variables: {A: ''}\nimage: $A\n",
        "image: $CI_REGISTRY_IMAGE\n",
        "variables: {T: '1'}\nimage: q.io/a:$T\n",
    ],
)
def test_what_the_file_does_not_say_is_filled_in_elsewhere(text: str) -> None:
    assert [form for form, *_ in gitlab(text)] == ["templated"]


@pytest.mark.parametrize(
    "prefix",
    [
        "${CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX}/",
        "$CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX/",
        "${CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX}/",
    ],
)
def test_the_dependency_proxy_stands_for_docker_hub(prefix: str) -> None:
    text = f"variables:\n  N: {prefix}n:1@{D}\nimage: {prefix}go:1\na:\n  image: $N\n  services:\n    - '{prefix}me/db:2'\n"
    assert gitlab(text) == [
        ("tag+digest", 2, f"n:1@{D}", "docker.io"),
        ("tag", 3, "go:1", "docker.io"),
        ("tag", 7, "me/db:2", "docker.io"),
    ]


def test_a_substitution_of_cloud_build_is_read_where_it_is_set() -> None:
    text = (
        "steps:\n  - name: ${_GO}\n  - name: $_OTHER\nsubstitutions:\n  _GO: q.io/go:1\n  _OUT: q.io/out:1\n"
    )
    assert found("cloudbuild.yaml", text) == [
        ("templated", 3, "$_OTHER", ""),
        ("tag", 5, "q.io/go:1", "q.io"),
    ]


def test_an_alias_of_a_variable_is_followed_in_every_kind() -> None:
    text = "variables:\n  - &go q.io/go:1\nsteps:\n  build:\n    image: *go\n"
    assert found(".woodpecker/a.yaml", text) == [("tag", 2, "q.io/go:1", "q.io")]


def test_images_in_what_ansible_defines_for_others() -> None:
    text = (
        "- community.docker.docker_compose_v2:\n    definition:\n      services:\n        web: {image: q.io/web:1}\n"
        '- openstack.cloud.server:\n    image: ubuntu-22.04\n- x:\n    image: "{{ a }}/b:{{ c }}"\n'
    )
    assert found("roles/x/tasks/main.yml", text) == [("tag", 4, "q.io/web:1", "q.io")]


def test_many_jobs_with_many_variables_end() -> None:
    jobs = "".join(f"j{n}:\n  variables: {{A: q.io/a:{n}}}\n  image: $A\n" for n in range(5000))
    assert len(gitlab(jobs)) == 5000
