"""Reading published reports: lists without their text, the versions of a cycle, and the report of the cycle before."""

import json
from typing import Any

from django.db.models import F, Func, IntegerField, Prefetch, QuerySet

from measures.models import Cycle, Report, ReportFile


def listed() -> QuerySet[Report]:
    """Reports with all that an answer shows of them but their text, of which they have the `size`; two statements."""
    related = Report.objects.select_related("cycle__document", "supersedes", "superseded_by")
    texts = ("text", "cycle__document__text", "supersedes__text", "superseded_by__text")
    size = Func(F("text"), function="octet_length", output_field=IntegerField())
    return related.defer(*texts).annotate(size=size).prefetch_related(Prefetch("files", files()))


def files() -> QuerySet[ReportFile]:
    """Files without what is in them."""
    return ReportFile.objects.defer("data").order_by("name")


def last(cycle: Cycle) -> Report | None:
    """The newest version of a cycle's report."""
    return Report.objects.filter(cycle=cycle).order_by("-number").first()


def before(cycle: Cycle) -> Report | None:
    """The newest version of the report on the cycle before, of the same document, that there is a report on."""
    earlier = Report.objects.filter(cycle__document=cycle.document_id, cycle__period_start__lt=cycle.period_start)
    return earlier.order_by("-cycle__period_start", "-cycle__pk", "-number").first()


def text_of(report: Report) -> dict[str, Any]:
    """What the report says, as rules.reports reads it."""
    return dict(json.loads(report.text))
