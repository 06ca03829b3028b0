"""Several callers in the same instant: one effect, one winner, and a clear answer for the rest."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from measures.models import Event, Observation, ProgressUpdate
from tests import builders
from tests.journeys.http import Caller, Reply
from tests.journeys.test_the_day import report

pytestmark = pytest.mark.django_db(transaction=True)

SOURCE = {"title": "特許行政年次報告書2020年版"}


def at_once(number: int, call: Callable[[int], Reply]) -> list[Reply]:
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(call, range(number)))


def test_eight_approvals_at_once_have_one_winner_and_one_event(served: str, loaded: None) -> None:
    approver = Caller(served, builders.token("approver.jpo"))
    update = builders.an_update(at_status="submitted")
    where, etag = f"/api/v1/updates/{update.pk}/approve", f'"v{update.version}"'
    replies = at_once(8, lambda _: approver.post(where, If_Match=etag))
    statuses = Counter(reply.status for reply in replies)
    assert statuses[200] == 1
    assert set(statuses) <= {200, 409, 412}
    assert Event.objects.filter(subject_code=str(update.pk), subject_type="update", verb="approve").count() == 1
    assert Observation.objects.filter(update=update).count() == 1


def test_one_idempotency_key_twenty_times_at_once_has_one_effect(served: str, loaded: None) -> None:
    builders.an_open_cycle()
    officer = Caller(served, builders.token("officer.jpo"))
    body = report("FY2020", 2019, "16.1", SOURCE)
    replies = at_once(20, lambda _: officer.post("/api/v1/updates", body, Idempotency_Key="the-same"))
    assert {reply.status for reply in replies} == {201}
    assert len({reply.body for reply in replies}) == 1
    assert Counter(reply.headers.get("Idempotent-Replayed") for reply in replies) == {None: 1, "true": 19}
    assert ProgressUpdate.objects.count() == 1


def test_two_drafts_of_one_measure_at_once_leave_one(served: str, loaded: None) -> None:
    builders.an_open_cycle()
    officer = Caller(served, builders.token("officer.jpo"))
    body = report("FY2020", 2019, "16.1", SOURCE)
    replies = at_once(6, lambda _: officer.post("/api/v1/updates", body))
    assert Counter(reply.status for reply in replies) == {201: 1, 409: 5}


def test_two_reports_of_one_value_approved_at_once_leave_one_value(served: str, loaded: None) -> None:
    jpo = builders.an_update(at_status="submitted")
    mext = builders.an_update(
        at_status="submitted", measure="MEXT2019-P1-04", officer="officer.mext", approver="approver.mext"
    )
    callers = [
        (Caller(served, builders.token("approver.jpo")), jpo),
        (Caller(served, builders.token("approver.mext")), mext),
    ]
    replies = at_once(2, lambda n: callers[n][0].post(f"/api/v1/updates/{callers[n][1].pk}/approve", If_Match='"v2"'))
    assert Counter(reply.status for reply in replies) == {200: 1, 409: 1}
    assert Observation.objects.filter(kpi__code="sme-patent-share", period_start="2019-01-01").count() == 1
