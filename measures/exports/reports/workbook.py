"""A report as XLSX: one plain table a sheet, the same bytes for the same report; no cell is a formula or a link."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from measures.exports.delimited import FORMULA_STARTS
from measures.exports.sheets import MOST_DIGITS, MOST_LETTERS
from measures.rules import periods

Said = Mapping[str, Any]
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
CUT = "…（長いため省略。全文は report.json にある）"
FIGURE = ("value", "low", "high")


def write(said: Said) -> bytes:
    """The workbook of a report; numbers that a double would change are text."""
    buffer = BytesIO()
    workbook = Workbook(buffer, OPTIONS)
    at = datetime.fromisoformat(said["known_at"]).astimezone(UTC).replace(tzinfo=None)
    workbook.set_properties({"title": said["code"], "created": at})
    bold, quoted = workbook.add_format({"bold": True}), workbook.add_format({"quote_prefix": True})
    for name, (head, rows) in _sheets(said).items():
        sheet = workbook.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, word in enumerate(head):
            sheet.write_string(0, column, word, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, quoted)
    workbook.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, quoted: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int) or (isinstance(value, Decimal) and len(value.as_tuple().digits) <= MOST_DIGITS):
        sheet.write_number(row, column, value)
    else:
        told = format(value, "f") if isinstance(value, Decimal) else str(value)
        told = told if len(told) <= MOST_LETTERS else told[: MOST_LETTERS - len(CUT)] + CUT
        # What looks like a formula stays text, also once somebody edits it.
        sheet.write_string(row, column, told, quoted if told.startswith(FORMULA_STARTS) else None)


def _sheets(said: Said) -> dict[str, tuple[Sequence[str], Iterable[Sequence[Any]]]]:
    return {
        "report": (("name", "value"), _head(said)),
        "measures": (MEASURES, map(_measure, said["measures"])),
        "kpis": (KPIS, map(_kpi, said["kpis"])),
        "observations": (OBSERVATIONS, (_observation(kpi, one) for kpi in said["kpis"] for one in kpi["observations"])),
        "reports": (REPORTS, ([one[name] for name in REPORTS] for one in said["reports"])),
        "changes": (("with", *COLUMNS), (row for one in said["comparisons"] for row in _columns(one))),
        "parts": (PARTS, ([one["with"]["code"], *_part(part)] for one in said["comparisons"] for part in one["parts"])),
        "differences": (DIFFERENCES, ([one[name] for name in DIFFERENCES] for one in said["differences"])),
    }


MEASURES = (
    "code", "section", "first_line", "last_line", "title", "title_en", "text", "kind", "lead", "lead_basis",
    "supporting", "status", "status_since", "health", "rating", "kpis_total", "kpis_ratable", "kpis_rated",
    "kpis_met", "divergent", "due_on", "report",
)  # fmt: skip
KPIS = (
    "code", "name", "name_en", "unit", "direction", "statistic", "state", "rating", "rule", "data_state", "value",
    "low", "high", "period", "baseline", "target", "due_on", "progress", "elapsed", "required", "met", "lost",
    "provisional", "approximate",
)  # fmt: skip
OBSERVATIONS = (
    "kpi", "period_type", "period", "value", "low", "high", "unit", "status", "approximate", "derived", "note",
    "source_title", "source_publisher", "source_url", "source_published_on", "recorded_at",
)  # fmt: skip
REPORTS = (
    "id", "measure", "ministry", "kind", "declared_status", "declared_health", "narrative", "reason", "decided_at",
)  # fmt: skip
COLUMNS = (
    "kpi", "part", "published_period", "published_value", "published_low", "published_high", "published_rating",
    "restated_value", "restated_low", "restated_high", "rerated_rating", "rating_now",
)  # fmt: skip
PARTS = ("with", "part", "measures", "kpis")
DIFFERENCES = ("what", "code", "kind", "field", "before", "after")


def _head(said: Said) -> list[tuple[str, Any]]:
    names = ("code", "version", "reason", "known_at", "rule", "revision")
    told = [(name, said[name]) for name in names]
    before, checkpoint = said["supersedes"], said["checkpoint"]
    return [
        *told,
        ("supersedes", before and before["code"]),
        ("supersedes_sha256", before and before["sha256"]),
        ("checkpoint_size", checkpoint and checkpoint["size"]),
        ("cycle", said["cycle"]["code"]),
        ("document", said["document"]["code"]),
        ("document_title", said["document"]["title"]),
    ]


def _measure(one: Said) -> list[Any]:
    lead, standing = one["lead"] or {"ministry": None, "basis": None}, one["standing"]
    return [
        *(one["code"], one["section"], *one["lines"], one["title"], one["title_en"], one["text"], one["kind"]),
        *(lead["ministry"], lead["basis"], " ".join(other["ministry"] for other in one["supporting"])),
        *(one["status"], one["status_since"], one["health"]),
        *(standing[name] for name in ("rating", "total", "ratable", "rated", "met", "divergent")),
        *(one["due_on"], one["report"]),
    ]


def _kpi(one: Said) -> list[Any]:
    standing, target = one["standing"], one["target"]
    return [
        *(one[name] for name in ("code", "name", "name_en", "unit", "direction", "statistic")),
        *(standing[name] for name in ("state", "rating", "rule", "data_state")),
        *(_number(standing[name]) for name in FIGURE),
        _period(standing["period"]),
        *(_number(standing[name]) for name in ("baseline", "target")),
        target and target["due_on"],
        *(_number(standing[name]) for name in ("progress", "elapsed", "required")),
        *(standing[name] for name in ("met", "lost", "provisional", "approximate")),
    ]


def _observation(kpi: Said, one: Said) -> list[Any]:
    source = one["source"]
    return [
        *(kpi["code"], one["period"]["type"], _period(one["period"])),
        *(_number(one[name]) for name in FIGURE),
        *(kpi["unit"], one["status"], one["approximate"], one["derived"], one["note"]),
        *(source[name] for name in ("title", "publisher", "url", "published_on")),
        one["recorded_at"],
    ]


def _columns(one: Said) -> Iterable[list[Any]]:
    """The three columns: as published, as restated, rated anew."""
    for moved in one["kpis"]:
        published, restated, rerated = moved["published"], moved["restated_figure"], moved["rerated"]
        figure = published["figure"] if published else None
        yield [
            *(one["with"]["code"], moved["code"], moved["part"], _period(figure and figure["period"])),
            *(_number(figure and figure[name]) for name in FIGURE),
            moved["before"],
            *(_number(restated and restated[name]) for name in FIGURE),
            *(rerated and rerated["rating"], moved["after"]),
        ]


def _part(part: Said) -> list[Any]:
    return [part["part"], part["measures"], part["kpis"]]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _period(wire: Any) -> str | None:
    return periods.label(periods.from_wire(wire)) if wire else None
