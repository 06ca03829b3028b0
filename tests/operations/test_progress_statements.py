"""A report takes the same SQL statements, and no more, with one value or several, of KPIs of one measure or of many."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.models import Cycle, KpiLink, Measure
from measures.operations import progress
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
# How many each step takes within its operation; who adds one raises it here.
MOST = {"draft": 15, "submit": 24, "approve": 40}
ONE, SEVERAL = ("sme-patent-share",), ("sme-patent-share", "univ-patent-licences")


def statements(*kpis: str) -> dict[str, int]:
    """How many each step takes of a report of these KPIs, which is then undone."""
    builders.an_open_cycle()
    values = {"sme-patent-share": "16.1", "univ-patent-licences": "17000"}
    content = builders.content(observations=[builders.a_value(code, 2019, values[code]) for code in kpis])
    officer, approver = builders.actor("officer.jpo"), builders.actor("approver.jpo")
    begun: dict[str, Any] = {
        "measure": Measure.objects.get(code=builders.SME),
        "cycle": Cycle.objects.get(code="FY2020"),
        "content": content,
        "on_behalf_of": None,
    }
    taken = {}
    with transaction.atomic():
        with CaptureQueriesContext(connection) as captured:
            update = progress.draft(**begun, actor=officer, at=timezone.now())
        taken["draft"] = len(captured)
        for verb, step, actor in (("submit", progress.submit, officer), ("approve", progress.approve, approver)):
            with CaptureQueriesContext(connection) as captured:
                step(update_id=update.pk, actor=actor, at=timezone.now())
            taken[verb] = len(captured)
        transaction.set_rollback(True)
    return taken


def test_several_values_take_the_statements_of_one() -> None:
    one, several = (KpiLink.objects.filter(kpi__code__in=kpis).values("measure").distinct() for kpis in (ONE, SEVERAL))
    assert one.count() < several.count()
    assert statements(*ONE) == statements(*SEVERAL) == MOST
