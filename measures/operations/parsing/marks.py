"""What the parser of workbooks does not tell of a cell, read from the XML: formulas, errors, percentages, hidden rows.

It is read first, since one cell at the far end makes the parser ask for the memory of all the empty ones before it.
"""

import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from measures.operations.parsing.limits import LONGEST_TEXT, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Refused
from measures.rules.imports.places import named, number_of

CHUNK = 64 * 1024
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
PERCENT_IDS = {9, 10}


@dataclass
class Marks:
    """By (row, column), counted from 1: "formula", "error" or "percent"; and which rows are hidden."""

    kinds: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)


def names_and_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """By the name of a sheet, the part that holds it."""
    book, relations = _Elements({"sheet"}), _Elements({"Relationship"})
    book.read(archive, "xl/workbook.xml")
    relations.read(archive, "xl/_rels/workbook.xml.rels")
    targets = {one.get("Id", ""): one.get("Target", "") for one in relations.found}
    found = {}
    for one in book.found:
        target = targets.get(one.get("r:id") or one.get("id", ""), "")
        found[one.get("name", "")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return found


def percent_styles(archive: zipfile.ZipFile) -> set[int]:
    """The numbers of the cell styles that show a share as a percentage."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    reader = _Styles()
    reader.read(archive, "xl/styles.xml")
    return reader.percent


def of_sheet(archive: zipfile.ZipFile, part: str, name: str, percent: set[int]) -> Marks:
    reader = _Sheet(name, percent)
    reader.read(archive, part)
    return reader.marks


class _Reader:
    """Reads a part as it is unpacked, and resolves nothing."""

    def read(self, archive: zipfile.ZipFile, part: str) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = False
        parser.StartElementHandler = lambda name, given: self.begin(name.rpartition(":")[2], given)
        parser.EndElementHandler = lambda name: self.end(name.rpartition(":")[2])
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            with archive.open(part) as file:
                while chunk := file.read(CHUNK):
                    parser.Parse(chunk, False)
                parser.Parse(b"", True)
        except (expat.ExpatError, KeyError, ValueError):
            raise Refused("not-xlsx") from None

    def begin(self, name: str, given: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...

    def _doctype(self, *args: Any) -> None:
        raise Refused("doctype")


class _Elements(_Reader):
    """Collects the attributes of some elements."""

    def __init__(self, wanted: set[str]) -> None:
        self.wanted = wanted
        self.found: list[dict[str, str]] = []

    def begin(self, name: str, given: dict[str, str]) -> None:
        if name in self.wanted:
            self.found.append(given)


class _Styles(_Reader):
    def __init__(self) -> None:
        self.percent: set[int] = set()
        self._formats: set[int] = set(PERCENT_IDS)
        self._inside, self._count = False, 0

    def begin(self, name: str, given: dict[str, str]) -> None:
        if name == "numFmt" and "%" in QUOTED.sub("", given.get("formatCode", "")):
            self._formats.add(int(given.get("numFmtId", "0")))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            if int(given.get("numFmtId", "0")) in self._formats:
                self.percent.add(self._count)
            self._count += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False


class _Sheet(_Reader):
    def __init__(self, name: str, percent: set[int]) -> None:
        self.marks, self._name, self._percent = Marks(), name, percent
        self._row, self._column, self._count, self._length = 0, 0, 0, 0
        self._cell: dict[str, str] = {}
        self._is_full = False

    def begin(self, name: str, given: dict[str, str]) -> None:
        if name == "row":
            self._row, self._column = int(given.get("r", self._row + 1)), 0
            if given.get("hidden") in ("1", "true"):
                self.marks.hidden_rows.append(self._row)
        elif name == "c":
            self._cell, self._is_full, self._length = given, False, 0
            self._row, self._column = _place(given.get("r"), self._row, self._column)
        elif name in ("v", "f", "is") and self._cell:
            self._is_full = True
            if name == "f":
                self.marks.kinds[self._row, self._column] = "formula"

    def text(self, data: str) -> None:
        self._length += len(data)
        if self._length > LONGEST_TEXT:
            raise Refused("too-long", sheet=self._name, cell=named(self._row, self._column))

    def end(self, name: str) -> None:
        if name != "c":
            return
        if self._is_full:
            self._count += 1
            self._note()
        self._cell, self._length = {}, 0

    def _note(self) -> None:
        if self._row > MOST_ROWS or self._column > MOST_COLUMNS or self._count > MOST_CELLS:
            raise Refused("too-far", sheet=self._name, cell=named(self._row, self._column))
        place = (self._row, self._column)
        if self._cell.get("t") == "e":
            self.marks.kinds.setdefault(place, "error")
        elif self._cell.get("t", "n") == "n" and int(self._cell.get("s", "0")) in self._percent:
            self.marks.kinds.setdefault(place, "percent")


def _place(reference: str | None, row: int, column: int) -> tuple[int, int]:
    """Row and column of a cell that names them, or the next one of the row."""
    if reference is None:
        return row, column + 1
    found = CELL.fullmatch(reference)
    if not found:
        raise Refused("not-xlsx")
    return int(found[2]), number_of(found[1])
