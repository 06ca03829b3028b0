"""A file as a whole: why it was not read, whether it is the right template, and which of its sheets are which."""

from collections.abc import Mapping
from dataclasses import dataclass

from measures.messages import say
from measures.rules.imports.columns import MARK, OBSERVATIONS, SHEETS, VERSION, Mark, mark_of
from measures.rules.imports.sheets import CellProblem, Page, Place, Spreadsheet


@dataclass(frozen=True, slots=True)
class Parts:
    """The sheets that are read, by their key."""

    pages: Mapping[str, Page]
    problems: tuple[CellProblem, ...]


def mark(file: Spreadsheet) -> Mark | None:
    """What the template says that it was made for."""
    page = next((one for one in file.pages if one.name == MARK), None)
    if page is None:
        return None
    rows = page.rows.values()
    return mark_of({row[1].text: row[2].text for row in rows if 1 in row and 2 in row})


def parts(file: Spreadsheet, *, cycle: str, ministry: str) -> Parts:
    """What is to be read of a file for that cycle and ministry, and what is wrong with it as a whole."""
    if file.refused:
        return Parts({}, (CellProblem(_where(file), file.refused, unreadable(file.refused)),))
    if file.kind == "csv":
        return Parts({OBSERVATIONS.key: file.pages[0]}, ())
    problems = tuple(_against(mark(file), cycle=cycle, ministry=ministry))
    if problems:
        return Parts({}, problems)
    found = {sheet.key: page for sheet in SHEETS for page in file.pages if sheet.is_called(page.name)}
    missing = [
        CellProblem(
            Place(sheet.ja), "missing-sheet", say("The sheet '{name}' is missing or was renamed.", name=sheet.ja)
        )
        for sheet in SHEETS
        if sheet.key not in found
    ]
    return Parts(found, tuple(missing))


def _where(file: Spreadsheet) -> Place:
    """The sheet, and the cell by its name in place of a column, since nobody knows the columns of such a file."""
    return Place(file.where.get("sheet", ""), key=file.where.get("cell", ""))


def _against(made: Mark | None, *, cycle: str, ministry: str) -> list[CellProblem]:
    if made is None:
        detail = say("This is not the template, or what it was made for was changed: download a new one and fill it.")
        return [CellProblem(Place(), "not-the-template", detail)]
    found = []
    if made.version != VERSION:
        detail = say("The template is an old one: download a new one and fill it.")
        found.append(CellProblem(Place(), "other-version", detail, made.version))
    if made.cycle != cycle:
        detail = say("The template was made for {made}, not for {cycle}.", made=made.cycle, cycle=cycle)
        found.append(CellProblem(Place(), "other-cycle", detail, made.cycle))
    if made.ministry != ministry:
        detail = say("The template was made for '{made}', of which you are no officer.", made=made.ministry)
        found.append(CellProblem(Place(), "other-ministry", detail, made.ministry))
    return found


def unreadable(code: str) -> str:
    """Why a file with that code was not read."""
    sentences = {
        "too-heavy": say(
            "The file takes more memory or time to read than a table of this size: copy it into a new one."
        ),
        "too-far": say(
            "Something stands far outside of the table: delete it and all rows and columns after the table."
        ),
        "too-long": say("A cell holds more text than Excel takes: shorten it."),
        "not-xlsx": say("The file is damaged or no XLSX workbook: open it in Excel and save it as .xlsx."),
        "old-format": say("The file is in the old .xls format or has a password: save it as .xlsx without one."),
        "macros": say("The file has macros: save it as .xlsx, without them."),
        "doctype": say("The file has a document type or entities in it, as no spreadsheet program writes them."),
        "encoding": say(
            "The text is in no encoding that can be told: save it as UTF-8 with a byte-order mark, or as CP932."
        ),
        "not-a-table": say("The file is neither an XLSX workbook nor a CSV table."),
    }
    return sentences[code]
