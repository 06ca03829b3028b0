"""What a cell of a sheet cannot hold is cut, and says so; all else is there to the letter."""

import io

import openpyxl
import pytest

from measures.exports import sheets
from measures.exports.sheets import CUT, MOST_LETTERS
from measures.exports.tables import Type
from tests.exports.made import a_column, a_table, stored

COLUMNS = [a_column("a", Type.TEXT), a_column("b", Type.TEXT)]


@pytest.mark.django_db
@pytest.mark.parametrize("made", [a_table, stored])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("施" * MOST_LETTERS, "施" * MOST_LETTERS),
        ("施" * (MOST_LETTERS + 1), "施" * (MOST_LETTERS - len(CUT)) + CUT),
        ("a" * 100_000, "a" * (MOST_LETTERS - len(CUT)) + CUT),
    ],
)
def test_a_cell_of_32767_letters_is_whole_and_a_longer_one_is_cut_and_says_so(
    made: object, text: str, shown: str
) -> None:
    file = io.BytesIO()
    sheets.write(file, [made([(text, "beside")], COLUMNS)])  # type: ignore[operator]
    ((found, beside),) = openpyxl.load_workbook(file).active.iter_rows(min_row=2, values_only=True)
    assert (found == shown, beside) == (True, "beside")
    assert len(found) <= MOST_LETTERS


def test_a_cell_is_not_cut_within_a_character_that_xml_writes_as_a_word() -> None:
    file = io.BytesIO()
    sheets.write(file, [a_table([("&" * (MOST_LETTERS + 1), "beside")], COLUMNS)])
    ((found, _),) = openpyxl.load_workbook(file).active.iter_rows(min_row=2, values_only=True)
    assert found == "&" * (len(found) - len(CUT)) + CUT
