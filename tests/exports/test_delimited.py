"""How values become CSV text, and what a file says that broke off."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from measures.exports.delimited import BOM, INCOMPLETE, ROWS_A_CHUNK, cell, stream
from tests.exports.made import a_table


def text(*rows: tuple[Any, ...]) -> str:
    return b"".join(stream(a_table(rows))).decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_quoted_and_a_number_never(start: str) -> None:
    assert cell(f"{start}1+1") == f"'{start}1+1"
    assert cell(f"1{start}1") == f"1{start}1"
    assert cell(Decimal("-1.5")) == "-1.5"
    assert cell(-3) == "-3"


@pytest.mark.parametrize(
    "text_", ['=HYPERLINK("http://a.example")', "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "+1", "\t=1"]
)
def test_known_formulas_stay_text(text_: str) -> None:
    assert cell(text_).startswith("'")
    assert cell(text_)[1:] == text_


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ("", ""),
        (0, "0"),
        (Decimal("0"), "0"),
        (False, "false"),
        (True, "true"),
        (Decimal("1E+3"), "1000"),
        (Decimal("16.10"), "16.10"),
        (Decimal("1E-7"), "0.0000001"),
        (date(2019, 9, 19), "2019-09-19"),
        (datetime(2019, 9, 19, 15, 0, tzinfo=UTC), "2019-09-20T00:00:00.000000+09:00"),
        ("１５％", "１５％"),
    ],
)
def test_a_value_is_written_bare_and_blank_is_not_zero(value: Any, shown: str) -> None:
    assert cell(value) == shown


def test_a_file_begins_with_a_byte_order_mark_and_ends_its_lines_with_crlf() -> None:
    assert text(("x", None), ("y", 0)) == f"{BOM}a,b\r\nx,\r\ny,0\r\n"
    assert text() == f"{BOM}a,b\r\n"


def test_commas_quotes_and_line_breaks_stay_in_their_cell() -> None:
    tricky = ('a,"b"', "c\r\nd")
    rows = list(csv.reader(io.StringIO(text(tricky).removeprefix(BOM), newline="")))
    assert rows == [["a", "b"], list(tricky)]


def test_rows_leave_in_chunks_and_the_first_before_the_last_is_read() -> None:
    read = []

    def rows() -> Iterator[tuple[int, int]]:
        for number in range(ROWS_A_CHUNK * 3):
            read.append(number)
            yield number, number

    chunks = stream(a_table(rows()))
    head, first = next(chunks), next(chunks)
    assert len(read) == ROWS_A_CHUNK
    assert (head.count(b"\r\n"), first.count(b"\r\n")) == (1, ROWS_A_CHUNK)
    assert b"".join(chunks).count(b"\r\n") == ROWS_A_CHUNK * 2


@pytest.mark.parametrize("whole", [0, 3, ROWS_A_CHUNK, ROWS_A_CHUNK + 3])
def test_a_file_that_broke_off_says_so_in_its_last_line_and_keeps_the_chunks_before(whole: int) -> None:
    def rows() -> Iterator[tuple[int, int]]:
        yield from ((number, number) for number in range(whole))
        raise ConnectionError("the secret reason")

    broken = b"".join(stream(a_table(rows()))).decode()
    assert broken.endswith(INCOMPLETE)
    # The rows of the chunk that was not finished are lost with it.
    assert broken.count("\r\n") == whole - whole % ROWS_A_CHUNK + 2
    assert "secret" not in broken
    assert INCOMPLETE not in text(*((number, number) for number in range(whole)))
