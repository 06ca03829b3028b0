"""`known_at` on the wire: what it takes, how long its answers are kept, and what they leave out."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.utils import timezone

from measures.models import Event, Measure, Observation
from measures.queries.as_of import known_at
from tests import builders
from tests.api import wire
from tests.matrix import routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

LONG_AGO = "2026-11-02T00:00:00+09:00"
NOT_OF_THE_DOMAIN = {"people", "people/<str:username>", "duties", "duties/<int:pk>", "tokens", "tokens/<str:public_id>"}
NOT_OF_THE_DOMAIN |= {"me", "me/tasks", "openapi.json", "docs"}
# The log has an order of its own, and nothing in it ever changes.
NOT_OF_THE_DOMAIN |= {"events", "audit/checkpoint", "audit/keys", "audit/events/<int:pk>/proof", "audit/consistency"}
NOT_OF_THE_DOMAIN |= {"exports/log.jsonl"}
# A file that somebody sent, and what would come of it now.
NOT_OF_THE_DOMAIN |= {"imports", "imports/template.xlsx", "imports/<int:pk>", "imports/<int:pk>/marked.xlsx"}
# What would be, not what was.
NOT_OF_THE_DOMAIN |= {"rules/<str:code>/preview", "proposals", "proposals/<int:pk>"}


def test_every_read_of_domain_data_takes_it_and_no_other_does() -> None:
    taking = {
        one.address for one in routes.routes() if "GET" in one.offered and getattr(one.view, "takes_known_at", False)
    }
    reading = {one.address for one in routes.routes() if "GET" in one.offered}
    assert reading - taking == NOT_OF_THE_DOMAIN


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("2026-11-02T00:00:00", "invalid"),
        ("2026-11-02", "invalid"),
        ("yesterday", "invalid"),
        ("", "invalid"),
        ("２０２６-11-02T00:00:00Z", "invalid"),
        ("2999-01-01T00:00:00Z", "in-the-future"),
        ("2026-11-02T00:00:00Z&known_at=2026-11-03T00:00:00Z", "repeated"),
    ],
)
@pytest.mark.parametrize("path", ["/measures", f"/measures/{builders.SME}", "/summary", "/exports/kpis.csv"])
def test_a_moment_that_is_none_is_400(path: str, given: str, code: str) -> None:
    response = builders.client().get(f"{wire.BASE}{path}?known_at={given}")
    problem = wire.problem(response, 400, "invalid")
    assert [(one["parameter"], one["code"]) for one in problem["errors"]] == [("known_at", code)]


def test_before_anything_was_recorded_there_is_nothing_200_404() -> None:
    before = "2026-10-01T00:00:00+09:00"
    assert wire.get(f"/measures?known_at={before}")["items"] == []
    assert builders.client().get(f"{wire.BASE}/documents/MEXT2019?known_at={before}").status_code == 404
    assert wire.get(f"/summary?known_at={before}")["measures"]["total"] == 0


def test_an_old_answer_is_kept_for_ever_and_a_fresh_one_not_at_all() -> None:
    old = builders.client().get(f"{wire.BASE}/measures?known_at={LONG_AGO}")
    assert old["Cache-Control"] == "public, max-age=31536000, immutable"
    own = builders.client("officer.jpo").get(f"{wire.BASE}/measures?known_at={LONG_AGO}")
    assert own["Cache-Control"] == "private, max-age=31536000, immutable"
    fresh = (timezone.now() - timedelta(seconds=2)).isoformat().replace("+", "%2B")
    assert builders.client().get(f"{wire.BASE}/measures?known_at={fresh}")["Cache-Control"] == "no-store"
    again = builders.client().get(f"{wire.BASE}/measures?known_at={LONG_AGO}", headers={"If-None-Match": old["ETag"]})
    assert again.status_code == 304


def test_a_page_of_the_past_goes_on_in_the_same_past_and_nowhere_else_400() -> None:
    first = wire.get(f"/measures?limit=20&known_at={LONG_AGO}")
    second = wire.get(f"/measures?limit=20&known_at={LONG_AGO}&cursor={first['next']}")
    assert len(first["items"]) + len(second["items"]) == 33
    elsewhere = builders.client().get(f"{wire.BASE}/measures?limit=20&cursor={first['next']}")
    wire.problem(elsewhere, 400, "invalid")


def an_approval() -> tuple[Any, str, str]:
    """An approved report, and the moments right before and right after it."""
    update = builders.an_update(at_status="submitted")
    before = Event.objects.latest("pk").at
    update = builders.progress.approve(
        update_id=update.pk, actor=builders.actor("approver.jpo"), at=before + timedelta(milliseconds=2)
    )
    return update, _moment(before), _moment(update.decided_at)


def _moment(at: Any) -> str:
    return at.isoformat().replace("+00:00", "Z")


def test_a_value_is_known_from_the_microsecond_of_its_approval_on() -> None:
    update, before, after = an_approval()
    assert wire.get(f"/kpis/sme-patent-share?known_at={before}")["standing"]["value"] == "14.9"
    assert wire.get(f"/kpis/sme-patent-share?known_at={after}")["standing"]["value"] == "16.1"
    assert wire.get(f"/measures/{builders.SME}?known_at={before}")["status"] == "not_started"
    assert wire.get(f"/summary?known_at={after}")["measures"]["by_status"]["in_progress"] == 1
    assert wire.get(f"/observations?year_from=2019&kpi=sme-patent-share&known_at={before}")["items"] == []
    assert builders.client().get(f"{wire.BASE}/updates/{update.pk}?known_at={before}").status_code == 404
    shown = wire.get(f"/updates/{update.pk}?known_at={after}", "auditor")
    assert (shown["author"], shown["decided_by"]) == (str(update.author_id), str(update.decided_by_id))
    assert shown["actions"] == []
    assert {one["actor"] for one in shown["reviews"]} == {str(update.author_id), str(update.decided_by_id)}


def test_a_discarded_draft_is_there_for_those_who_saw_it_then() -> None:
    update = builders.an_update()
    drafted = _moment(Event.objects.latest("pk").at)
    builders.progress.discard(update_id=update.pk, actor=builders.actor("officer.jpo"), at=timezone.now())
    path = f"/updates/{update.pk}"
    assert builders.client("officer.jpo").get(f"{wire.BASE}{path}").status_code == 404
    shown = wire.get(f"{path}?known_at={drafted}", "officer.jpo")
    assert [one["value"] for one in shown["observations"]] == ["16.1"]
    assert builders.client().get(f"{wire.BASE}{path}?known_at={drafted}").status_code == 404


def test_nothing_is_written_while_the_past_is_shown_and_the_present_is_back_after_it() -> None:
    builders.an_update(at_status="approved")
    with known_at(timezone.now() - timedelta(days=10)):
        assert set(Measure.objects.values_list("status", flat=True)) == {"not_started"}
        with pytest.raises(InternalError, match="read-only"), transaction.atomic():
            Observation.objects.filter(pk=1).update(note="x")
    assert "in_progress" in set(Measure.objects.values_list("status", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path'), current_setting('transaction_read_only')")
        assert cursor.fetchone() == ('"$user", public', "off")


def test_a_view_that_forgets_the_moment_is_found() -> None:
    """The same questions tell the present from the past once a view lets what came later through."""
    _, before, _ = an_approval()
    path = f"/observations?year_from=2019&kpi=sme-patent-share&known_at={before}"
    assert wire.get(path)["items"] == []
    with connection.cursor() as cursor:
        cursor.execute("DROP VIEW as_of.measures_observation")
    assert [one["value"] for one in wire.get(path)["items"]] == ["16.1"]


def test_an_offset_that_postgresql_does_not_take_is_still_an_instant_200() -> None:
    for path in (
        "/measures?known_at=2026-11-02T00:00:00%2B19:31",
        "/measures?updated_since=2019-01-01T00:00:00%2B23:59",
    ):
        assert len(wire.get(path)["items"]) == 33
    assert wire.get("/measures?known_at=0039-07-21T20:50:47%2B19:31")["items"] == []
    wire.problem(builders.client().get(f"{wire.BASE}/measures?known_at=0001-01-01T00:00:00%2B14:00"), 400, "invalid")
