"""What time alone changes of a stored standing: a value that was not due becomes one that was not reported."""

from datetime import datetime

import pytest

from measures.models import Event, Kpi
from measures.operations import kpis, standings, targets
from measures.rules import periods
from measures.rules.days import JAPAN
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

BEGUN, LAST_DAY, NEXT_DAY = (datetime(*day, 12, tzinfo=JAPAN) for day in ((2026, 12, 1), (2027, 3, 31), (2027, 4, 1)))
WHY = "総括調整官の決定"


def data_state() -> str:
    return str(wire.get("/kpis/trial")["standing"]["data_state"])


def test_a_value_that_was_not_due_was_not_reported_from_its_day_on_and_that_is_noted_once() -> None:
    by = {"actor": builders.actor("coordinator", at=BEGUN), "at": BEGUN}
    columns = {"name": "試行", "name_en": "A trial", "unit": "件", "period_type": "fiscal_year", "statistic": "調査"}
    kpis.create(code="trial", columns=columns, reason=WHY, **by)
    base = {"value": None, "basis": "assigned", "reason": WHY}
    targets.set_baseline(kpi=Kpi.objects.get(code="trial"), period=periods.fiscal_year(2025), columns=base, **by)
    assert data_state() == "not_due"
    version = Kpi.objects.get(code="trial").version
    assert standings.note_missed(at=LAST_DAY) == []
    assert (standings.note_missed(at=NEXT_DAY), standings.note_missed(at=NEXT_DAY)) == (["trial"], [])
    assert (data_state(), Kpi.objects.get(code="trial").version) == ("not_reported", version + 1)
    event = Event.objects.get(subject_type="kpi", subject_code="trial", verb="miss")
    assert (event.actor_id, event.at) == (None, NEXT_DAY)
    assert standings.rebuild(at=NEXT_DAY) == []
