"""Files that were not read are counted by reason, never dropped."""

from tagwake.core.skipped_file import SkippedFile
from tagwake.formats.report.skipped import skipped_lines
from tagwake.formats.report.style import Style

FILES = [SkippedFile(f"{n}.bin", "binary") for n in range(3)] + [SkippedFile("secret", "permission denied")]


def test_counted_by_reason():
    said = list(skipped_lines(FILES, show_all=False, style=Style()))
    assert said == ["", "4 files were not read (3 binary, 1 permission denied): `--all` lists them"]
    assert list(skipped_lines(FILES[:1], show_all=False, style=Style()))[1].startswith("1 file was not read")


def test_all_names_each():
    said = list(skipped_lines(FILES, show_all=True, style=Style()))
    assert [line.split() for line in said[2:]] == [[file.path, *file.reason.split()] for file in FILES]


def test_none_is_nothing_said():
    assert list(skipped_lines([], show_all=True, style=Style())) == []
