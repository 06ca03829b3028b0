"""The overview says what the API's summary says, of now and of any moment, in both languages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from measures.models import Document
from measures.rules.days import wire
from tests import builders
from tests.web.reading import answer, page, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_figures_are_the_summarys(loaded: None, language: str) -> None:
    builders.an_update("approved")
    said, summary = words(page("/", language)), answer("/summary", language)
    measures, kpis = summary["measures"], summary["kpis"]
    tiles = {
        "ja": [f"{measures['total']} 施策", f"{kpis['met']} / {kpis['ratable']} 目標を達成した指標",
               f"全{kpis['total']}指標のうち、数値目標があるのは{kpis['ratable']}指標"],
        "en": [f"{measures['total']} Measures", f"{kpis['met']} / {kpis['ratable']} KPIs have met their target",
               f"{kpis['ratable']} of {kpis['total']} KPIs have a target with a number"],
    }  # fmt: skip
    for one in tiles[language]:
        assert one in said
    assert measures["by_status"]["in_progress"] == 1
    labels = {"ja": {"not_started": "未着手", "in_progress": "実施中"}, "en": {"not_started": "Not started",
              "in_progress": "In progress"}}  # fmt: skip
    for code, name in labels[language].items():
        assert f"{name} {measures['by_status'][code]}" in said
    for rating, count in kpis["by_rating"].items():
        assert f"{rating} {count}" in said


@pytest.mark.parametrize("by", ["ministry", "section"])
def test_each_row_is_what_the_api_counts(loaded: None, by: str) -> None:
    """A row's link asks the API's filters, so the list behind it has as many."""
    builders.an_update("approved")
    from measures.queries import dashboard

    rows = {"ministry": dashboard.by_ministry, "section": dashboard.by_section}[by]()
    assert {row["code"]: row["total"] for row in rows} == answer("/summary")["measures"][f"by_{by}"]
    role = {"role": "lead"} if by == "ministry" else {}
    for row in rows:
        for status in ("not_started", "in_progress"):
            listed = answer("/measures", **{by: row["code"], "status": status, "count": "true"}, **role)
            assert row["statuses"][status] == listed["total"], row["code"]
        for rating in "AB":
            listed = answer("/measures", **{by: row["code"], "standing": rating, "count": "true"}, **role)
            assert row["ratings"][rating] == listed["total"], row["code"]


def test_a_page_of_a_moment_has_the_figures_of_that_moment(loaded: None) -> None:
    before = wire(timezone.now() - timedelta(milliseconds=1))
    builders.an_update("approved")
    then = words(page(f"/?known_at={before.replace('+', '%2B')}"))
    assert "In progress 0" in then and "In progress 1" in words(page("/"))
    assert answer("/summary", known_at=before)["measures"]["by_status"]["in_progress"] == 0


def test_what_changed_last_is_public_and_the_latest_first(loaded: None) -> None:
    builders.an_update("submitted")
    assert "Submit" not in words(page("/")), "a report that was not approved is nobody's to see"
    builders.an_update("approved", measure="MEXT2019-P1-01", officer="officer.mext", approver="approver.mext",
                       observations=[])  # fmt: skip
    said = words(page("/"))
    assert "Progress update" in said or "Update: Approve MEXT2019-P1-01" in said
    assert said.index("Approve") < said.index("Import")


def test_an_empty_service_says_so_200(empty_tables: None) -> None:
    assert "文書はまだありません。" in words(page("/", "ja"))
    assert not Document.objects.exists()
