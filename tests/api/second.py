"""A second document beside the first, so that what belongs to one of them can be told from what does not."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from measures import audit
from measures.models import Assignment, Cycle, Document, Element, Measure, MeasureStanding, Ministry
from measures.rules import periods

CODE = "NEXT2021"
MEASURE = "NEXT2021-A-01"
CYCLE = "NEXT-FY2021"


@transaction.atomic
def a_second_document(*, in_a_section: bool = True) -> Document:
    """One measure of the Digital Agency, in a section of its own or in none, with a planned cycle, from 2021-03-26."""
    at = timezone.now()
    document = Document.objects.create(
        code=CODE,
        title="次の計画",
        title_en="The next plan",
        issuer="内閣府",
        issuer_en="Cabinet Office",
        issued_on=date(2021, 3, 26),
        text="見出し\n次の方策",
        sha256="0" * 64,
        recorded_at=at,
    )
    section = _element(document, 1, "A", "measure_section", None)
    _measure(_element(document, 2, "A-01", "measure", section if in_a_section else None), at)
    period = periods.fiscal_year(2021)
    Cycle.objects.create(
        document=document,
        code=CYCLE,
        period_type=period.type,
        period_start=period.start,
        period_end=period.end,
        opens_on=date(2021, 4, 1),
        due_on=date(2021, 12, 24),
        closes_on=date(2022, 3, 31),
        updated_at=at,
    )
    audit.record(at=at, actor_id=None, verb="import", subject=("document", CODE))
    return document


def _element(document: Document, line: int, code: str, kind: str, parent: Element | None) -> Element:
    text = document.text.splitlines()[line - 1]
    return Element.objects.create(
        document=document,
        order=line,
        code=code,
        kind=kind,
        parent=parent,
        first_line=line,
        last_line=line,
        text=text,
        text_normalized=text,
        text_en="Something to do next",
    )


def _measure(element: Element, at: object) -> Measure:
    measure = Measure.objects.create(
        code=MEASURE,
        element=element,
        kind="action",
        title="次の方策",
        title_en="Something to do next",
        classification_basis="stated",
        updated_at=at,
    )
    nothing = dict.fromkeys(("total", "ratable", "rated", "met"), 0)
    MeasureStanding.objects.create(measure=measure, rule="abn-1", **nothing, divergent=False, updated_at=at)
    Assignment.objects.create(
        measure=measure,
        ministry=Ministry.objects.get(code="da"),
        role="lead",
        valid_from=document_day(element),
        basis="stated",
        reason="第2行",
        element=element,
        recorded_at=at,
        updated_at=at,
    )
    return measure


def document_day(element: Element) -> date:
    return element.document.issued_on
