"""The upload corpus: each file is read or refused in time, with what is wrong, and whoever asked lives on."""

import csv
import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from measures.operations import sheets
from measures.operations.parsing import limits
from measures.rules.imports.files import unreadable
from measures.rules.imports.sheets import Spreadsheet
from tests.figures import Figure
from tests.workbooks import archive, bare, sheet_of

SECONDS = 10
TOOK: dict[str, float] = {}
FAR = sheet_of('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
ONE = sheet_of('<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>')


def a_bomb() -> bytes:
    """200 MB of blanks in about 200 kB."""
    return bare(ONE, **{"xl/media/image1.png": b"\0" * 200_000_000})


def a_long_cell() -> bytes:
    """One cell of 60 MB: what 400 MB would be, and quicker made."""
    return bare(sheet_of('<row r="1"><c r="A1" t="inlineStr"><is><t>' + "a" * 60_000_000 + "</t></is></c></row>"))


def one_that_lies() -> bytes:
    """Its list says that a part is small."""
    data = bytearray(bare(ONE, **{"xl/sharedStrings.xml": "<sst>" + "a" * 1_000_000 + "</sst>"}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            size = int.from_bytes(data[place + at : place + at + 4], "little")
            if size > 1_000_000:
                data[place + at : place + at + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def one_with_a_part_twice() -> bytes:
    target = io.BytesIO(bare(ONE))
    with pytest.warns(UserWarning), zipfile.ZipFile(target, "a") as made:
        made.writestr("xl/worksheets/sheet1.xml", FAR)
    return target.getvalue()


CORPUS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (a_bomb, "too-heavy"),
    "many parts": (lambda: archive({f"a{number}": b"" for number in range(1_100)}), "not-xlsx"),
    "a cell at the far end": (lambda: bare(FAR), "too-far"),
    "a cell of 60 MB": (a_long_cell, "too-long"),
    "an external entity": (lambda: bare(sheet_of("", before=XXE)), "doctype"),
    "a billion laughs": (lambda: bare(sheet_of("", before=LAUGHS)), "doctype"),
    "entities in UTF-16": (lambda: bare(sheet_of("", before=LAUGHS).encode("utf-16")), "doctype"),
    "names outside": (lambda: bare(ONE, **{"../../etc/cron.d/x": "x"}), "not-xlsx"),
    "an absolute name": (lambda: bare(ONE, **{"/etc/passwd": "x"}), "not-xlsx"),
    "a part twice": (one_with_a_part_twice, "not-xlsx"),
    "a size that lies": (one_that_lies, "not-xlsx"),
    "macros": (lambda: bare(ONE, **{"xl/vbaProject.bin": b"\0"}), "macros"),
    "a ZIP of something else": (lambda: archive({"a.txt": b"hello"}), "not-xlsx"),
    "a ZIP that is cut": (lambda: bare(ONE)[:-40], "not-xlsx"),
    "XML that is none": (lambda: bare("<worksheet><row"), "not-xlsx"),
    "a place that is none": (lambda: bare(sheet_of('<row r="1"><c r="1A"><v>1</v></c></row>')), "not-xlsx"),
    "the old format": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "old-format"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0\1\2\3" * 100, "not-a-table"),
    "text with a NUL": (lambda: b"measure,kpi\n\0,1\n", "not-a-table"),
    "UTF-16": (lambda: "measure,kpi\n".encode("utf-16"), "encoding"),
    "half-width kana or accents": (lambda: b"measure\n\xc3\xb1\n", "encoding"),
    "a quote that never ends": (lambda: b'measure,kpi\n"' + b"a" * 100_000, "not-a-table"),
    "too many rows": (lambda: b"a\n" * 6_000, "too-far"),
}


def read(data: bytes, folder: Path) -> tuple[Spreadsheet, float]:
    path, begun = folder / "given", time.monotonic()
    path.write_bytes(data)
    found = sheets.read(path)
    return found, time.monotonic() - begun


@pytest.mark.parametrize("name", CORPUS)
def test_it_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    make, code = CORPUS[name]
    found, seconds = read(make(), tmp_path)
    assert found.refused == code
    assert unreadable(found.refused)
    TOOK[name] = seconds


def test_the_slowest_of_them_is_told(figure: Figure) -> None:
    if TOOK:
        seconds, name = max((seconds, name) for name, seconds in TOOK.items())
        figure(f"upload corpus: {len(TOOK)} files refused, the slowest ({name}) in {seconds:.2f} s (goal {SECONDS} s)")


def test_a_far_cell_is_named(tmp_path: Path) -> None:
    assert read(bare(FAR), tmp_path)[0].where == {"sheet": "one", "cell": "XFD1048576"}


def test_without_our_look_at_it_a_far_cell_ends_the_child_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault that the marks are there for: the parser alone, in the same limits, aborts."""
    alone = (
        "import sys\nfrom measures.operations.parsing import limits\nlimits.confine()\n"
        "from python_calamine import CalamineWorkbook\n"
        "CalamineWorkbook.from_filelike(sys.stdin.buffer).get_sheet_by_index(0).to_python(False)\n"
    )
    monkeypatch.setattr(sheets, "PROGRAM", [*sheets.PROGRAM[:3], "-c", alone])
    assert read(bare(FAR), tmp_path)[0].refused == "too-heavy"


@pytest.mark.parametrize(
    "fault",
    ["while True: pass", "bytearray(600 * 1024 * 1024)", "import os; os.abort()", "print('x' * 40_000_000)"],
    ids=["for ever", "memory", "abort", "a long answer"],
)
def test_a_child_that_goes_wrong_is_ended_and_said_so(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    confined = "from measures.operations.parsing import limits\nlimits.confine()\n"
    monkeypatch.setattr(sheets, "PROGRAM", [*sheets.PROGRAM[:3], "-c", confined + fault])
    monkeypatch.setattr(sheets, "WALL_SECONDS", 1)
    found, _ = read(b"x", tmp_path)
    assert found.refused == "too-heavy"


def test_the_child_sees_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "import json, os\nprint(json.dumps({'refused': ' '.join(sorted(os.environ)), 'where': {}}))"
    monkeypatch.setattr(sheets, "PROGRAM", [*sheets.PROGRAM[:3], "-c", told])
    assert set(read(b"x", tmp_path)[0].refused.split()) <= {"LC_ALL", "LC_CTYPE", "PWD"}
    assert limits.MEMORY_BYTES == 512 * 1024 * 1024


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_table_is_read_in_each_encoding(encoding: str, tmp_path: Path) -> None:
    target = io.StringIO()
    csv.writer(target).writerows([["指標", "値"], ["中小企業の割合", '16.1, "速報"\n二行目']])
    found, _ = read(target.getvalue().encode(encoding), tmp_path)
    (page,) = found.pages
    assert [cell.text for row in page.rows.values() for cell in row.values()] == [
        "指標",
        "値",
        "中小企業の割合",
        '16.1, "速報"\n二行目',
    ]
