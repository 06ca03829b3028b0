"""The page about the data: where it comes from, how KPIs are rated, how the log is verified."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from measures.api.fields import short
from measures.models import Source
from measures.rules import kpi, periods
from measures.vocabulary import TargetKind
from measures.web.asking import ask, every
from measures.web.pages import page

# The share of small enterprises in patent applications: from 12.2 % in 2013 to 15 % by the end of fiscal 2020.
BASELINE = kpi.Baseline(periods.calendar_year(2013), Decimal("12.2"))
TARGET = kpi.Target(kind=TargetKind.ABSOLUTE, due_on=date(2021, 3, 31), value=Decimal(15))
EXAMPLE = ((2018, Decimal("14.9")), (2019, Decimal("16.1")))


@page("measures/about.html")
def about(request: HttpRequest) -> dict[str, Any]:
    return {
        "documents": every(request, "/documents"),
        "rules": ask(request, "/rules")["items"],
        "sources": Source.objects.exclude(url="").order_by("publisher", "title", "pk"),
        "example": [_worked(year, value) for year, value in EXAMPLE],
    }


def _worked(year: int, value: Decimal) -> dict[str, Any]:
    """What the engine says of the example when this is its latest value."""
    at = periods.calendar_year(year)
    one = kpi.Observation(period=at, value=value, low=None, high=None, provisional=False, approximate=False)
    said = kpi.standing(observations=[one], baseline=BASELINE, target=TARGET, direction="up", on=at.end, rule="abn-1")
    numbers = {name: short(getattr(said, name)) for name in ("progress", "elapsed", "required")}
    return {"year": year, "value": str(value), "rating": said.rating, "met": said.met, **numbers}
