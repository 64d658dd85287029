"""Columns give way, names do not."""

from hypothesis import given
from hypothesis import strategies as st

from tagwake.formats.report.table import Cell, Row, set_rows, width, wrap

NAME = st.text("abc/:.-", min_size=0, max_size=70)
NOTE = st.lists(st.text("xyz", min_size=1, max_size=12), max_size=15).map(" ".join)
ROWS = st.integers(1, 4).flatmap(
    lambda n: st.lists(
        st.builds(Row, st.tuples(NAME.map(lambda t: Cell(t or "a")), *[NAME.map(Cell)] * (n - 1)), NOTE),
        min_size=1,
        max_size=6,
    )
)


@given(ROWS, st.integers(60, 160) | st.none())
def test_every_word_of_every_row_is_there_in_order(rows, columns):
    said = " ".join(set_rows(rows, columns)).split()
    wanted = " ".join(" ".join(cell.plain for cell in row.cells) + " " + row.note for row in rows).split()
    assert said == wanted


@given(ROWS, st.integers(60, 160))
def test_a_line_is_wider_than_the_terminal_only_for_a_name_that_is(rows, columns):
    for line in set_rows(rows, columns):
        if width(line) > columns:
            assert len(line.split()) <= 2
            assert max(map(len, line.split())) > columns // 2 - 4


@given(ROWS)
def test_without_a_width_each_row_is_one_line(rows):
    assert len(list(set_rows(rows, None))) == len(rows)


def test_wide_characters_take_two_columns():
    assert width("日本:1") == 6
    assert width("e\u0301") == 1


def test_wrapping_breaks_between_words_only():
    assert wrap("one two three", 8, 0, 2) == ["one two", "  three"]
    assert wrap("unbreakable", 4) == ["unbreakable"]
    assert wrap("one two three", None) == ["one two three"]
