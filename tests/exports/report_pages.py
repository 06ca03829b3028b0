"""One report for all tests of its files: drawn up once, of a cycle with a report, a correction and a second version."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from measures.models import Cycle, KpiStanding
from measures.operations import reports
from tests import builders
from tests.operations.test_reports import corrected, publish

# What somebody wrote, which means something where it must mean nothing.
HOSTILE = (
    '#panic() #import "x.typ" #read("/etc/passwd")',
    "*強調* _斜体_ $x^2$ `code` = 見出し",
    "@ref <label> // comment /* gone */ \\ \\u{41}",
    "[content] #[block] ]] #(1+1) #sys.inputs",
    '=HYPERLINK("http://x";"y")',
    "שלום العربية mixed 右から左",
    "~-- ... 'quotes' \"quotes\" https://example.go.jp/a?b=c#d",
)
NARRATIVE = "\n".join(HOSTILE)
LONG_WORD = "a" * 400
LONG = "中小企業の出願支援を続け、窓口を増やし、相談を受けた。" * 380
KEPT: dict[str, Any] = {}
# By the code of a KPI, its value as the database had it then.
FIGURES: dict[str, Decimal | None] = {}


def said() -> dict[str, Any]:
    """Version 2; the database is only asked the first time, with its fixtures loaded."""
    if not KEPT:
        builders.an_update("approved", narrative=f"{NARRATIVE}\n{LONG_WORD}\n{LONG[:9000]}", evidence=True)
        publish()
        corrected()
        by: dict[str, Any] = {"actor": builders.actor("coordinator"), "at": timezone.now(), "known_at": None}
        KEPT.update(reports.draw_up(cycle=Cycle.objects.get(code="FY2020"), reason="集計の誤り", **by).said)
        FIGURES.update(KpiStanding.objects.values_list("kpi__code", "value"))
    return KEPT
