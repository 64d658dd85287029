"""What services of Compose pull, and what they build."""

from tagwake.formats.code.reader import CodeReader


def found(text: str) -> list[str]:
    return [each.text for each in CodeReader()("compose.yaml", text.encode()).references]


def test_an_image_is_an_output_also_where_the_build_is_merged_in() -> None:
    text = (
        "x-built: &built\n  build: .\n  image: out:1\nservices:\n  a:\n    <<: *built\n    image: out:2\n"
        "  b:\n    <<: [*built]\n    image: out:3\n  c:\n    image: pulled:4\n"
    )
    assert found(text) == ["pulled:4"]


def test_arguments_of_a_build_are_images_by_their_names() -> None:
    text = (
        "services:\n  a:\n    build:\n      args:\n        BASE_IMAGE: q.io/base:1\n        OTHER: q.io/other:1\n"
        "        RUN_IMAGE: ${RUN:-q.io/run:2}\n        BARE_IMAGE: bare\n        SET_IMAGE: $ELSEWHERE\n"
        "  b:\n    build:\n      args:\n        - BASE_IMAGE=q.io/base:3\n        - BASE_IMAGE\n        - OTHER=a/b:1\n"
    )
    assert found(text) == ["q.io/base:1", "q.io/run:2", "q.io/base:3"]
