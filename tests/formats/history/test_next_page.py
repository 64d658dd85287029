import pytest

from tagwake.formats.history.next_page import read_next, write_next


@pytest.mark.parametrize(
    ("header", "target"),
    [
        (None, None),
        ("", None),
        ('</v2/a/_oci/tag-history/1?n=1&cursor=x>; rel="next"', "/v2/a/_oci/tag-history/1?n=1&cursor=x"),
        ("</x>;rel=next", "/x"),
        ('</x>; title="a, b"; rel="start next"', "/x"),
        ('</p>; rel="prev", </n,1>; rel="next"', "/n,1"),
        ('</p>; rel="prev"', None),
        ('</x>; rel="nextish"', None),
        ("</x", None),
        ("<" * 9000, None),
    ],
)
def test_links(header, target):
    assert read_next(header) == target


def test_what_is_written_is_read():
    assert read_next(write_next("/a?b=c")) == "/a?b=c"
