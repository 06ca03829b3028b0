"""Saving while one writes, as the page's script asks for it; what it does in a browser is in tests/browser."""

from typing import Any

import pytest

from measures.models import ProgressUpdate
from tests import builders
from tests.web.people import Browser
from tests.web.test_progress import COMPLETE, FORM, a_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def autosave(browser: Browser, update: ProgressUpdate, **fields: Any) -> Any:
    return browser.send(f"/updates/{update.pk}", FORM, do="autosave", **fields)


def test_what_is_complete_is_saved_and_nothing_is_missing() -> None:
    update = a_draft()
    answer = autosave(Browser("officer.jpo"), update, **COMPLETE)
    assert (answer.status_code, answer.json()) == (200, {"version": 2, "problems": {}, "missing": []})
    assert ProgressUpdate.objects.get().observations.count() == 1


def test_what_is_missing_is_told_with_its_field() -> None:
    update = a_draft()
    given = COMPLETE | {"narrative": "", "values-0-source-title": ""}
    missing = autosave(Browser("officer.jpo"), update, **given).json()["missing"]
    assert [one["field"] for one in missing] == ["narrative", "values-0-source-title"]


def test_a_half_typed_value_keeps_nothing_else_from_being_saved() -> None:
    update = a_draft()
    answer = autosave(Browser("officer.jpo"), update, **COMPLETE | {"values-0-value": "16."}).json()
    assert list(answer["problems"]) == ["values-0-value"] and answer["version"] == 2
    update.refresh_from_db()
    assert update.narrative == COMPLETE["narrative"] and update.observations.count() == 0


def test_a_value_that_is_there_already_keeps_nothing_else_from_being_saved() -> None:
    update = a_draft()
    there = COMPLETE | {"values-0-period": '{"type":"calendar_year","year":2018}'}
    answer = autosave(Browser("officer.jpo"), update, **there).json()
    assert list(answer["problems"]) == ["values-0-value"]
    update.refresh_from_db()
    assert update.narrative == COMPLETE["narrative"]


def test_an_older_page_saves_nothing_412() -> None:
    update = a_draft()
    browser = Browser("officer.jpo")
    page = browser.page(f"/updates/{update.pk}")
    autosave(browser, update, narrative="新しい。")
    answer = browser.send_from(page, f"/updates/{update.pk}", FORM, do="autosave", narrative="古い。")
    assert answer.status_code == 412
    assert ProgressUpdate.objects.get().narrative == "新しい。"


@pytest.mark.parametrize(
    ("username", "status"), [("officer.jpo", 409), ("approver.jpo", 403), ("officer.meti", 404), ("auditor", 403)]
)
def test_a_submitted_report_is_saved_by_nobody(username: str, status: int) -> None:
    update = builders.an_update("submitted")
    browser = Browser(username)
    given = {"do": "autosave", "narrative": "遅い。", "version": str(update.version)}
    answer = browser.send_from(browser.page("/desk"), f"/updates/{update.pk}", "/logout", **given)
    assert answer.status_code == status
    assert ProgressUpdate.objects.get().narrative == builders.content()["narrative"]
