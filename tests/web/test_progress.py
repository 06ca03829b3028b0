"""The page of a report: written, saved, submitted, with every problem beside its field and nothing lost."""

import re

import pytest
from django.utils import timezone

from measures.models import ProgressUpdate
from measures.operations import progress
from measures.web.progress.numbers import tidy
from tests import builders
from tests.web.people import Browser
from tests.web.reading import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
FORM = 'id="report"'
COMPLETE = {
    "narrative": "中小企業の出願支援を続けた。",
    "declared_status": "in_progress",
    "declared_health": "on_track",
    "values-0-period": '{"type":"calendar_year","year":2019}',
    "values-0-status": "final",
    "values-0-value": "16.1",
    "values-0-source-title": "特許行政年次報告書2020年版",
}


def a_draft() -> ProgressUpdate:
    return builders.an_update("draft", narrative="", declared_status="", declared_health="", observations=[])


def send(browser: Browser, update: ProgressUpdate, **fields: str) -> tuple[int, str]:
    """The status and where it leads, or the page."""
    response = browser.send(f"/updates/{update.pk}", FORM, **fields)
    return response.status_code, response.headers.get("Location") or response.content.decode()


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [("１６．１", "％", "16.1"), ("14,784", "件", "14784"), ("16.1%", "%", "16.1"), ("▲3.5", "", "-3.5"),
     ("12 件", "件", "12"), ("−1", "", "-1"), ("twelve", "件", "twelve"), ("", "件", "")],
)  # fmt: skip
def test_a_number_is_taken_as_people_type_it(typed: str, unit: str, number: str) -> None:
    assert tidy(typed, unit) == number


def test_a_report_is_saved_with_its_value_303() -> None:
    update = a_draft()
    assert send(Browser("officer.jpo"), update, **COMPLETE, do="save") == (303, f"/updates/{update.pk}?done=save")
    update.refresh_from_db()
    value = update.observations.get()
    assert (update.narrative, update.declared_status) == (COMPLETE["narrative"], "in_progress")
    assert (str(value.value.normalize()), value.period_start.year, value.source_title) == (
        "16.1",
        2019,
        COMPLETE["values-0-source-title"],
    )
    text = Browser("officer.jpo").words(f"/updates/{update.pk}?done=save")
    assert "Saved." in text


def test_the_form_of_a_saved_report_sent_as_it_is_changes_nothing_it_says() -> None:
    update = builders.an_update("draft")
    before = builders.client("officer.jpo").get(f"/api/v1/updates/{update.pk}").json()
    browser = Browser("officer.jpo")
    response = browser.send_as_it_is(f"/updates/{update.pk}", FORM, do="save")
    assert response.status_code == 303
    after = builders.client("officer.jpo").get(f"/api/v1/updates/{update.pk}").json()
    assert {**before, "version": 0} == {**after, "version": 0}


def test_it_is_saved_and_submitted_in_one_go_303() -> None:
    update = a_draft()
    status, to = send(Browser("officer.jpo"), update, **COMPLETE, comment="お願いします。", do="submit")
    assert (status, to) == (303, f"/updates/{update.pk}?done=submit")
    update.refresh_from_db()
    assert (update.state, update.reviews.get().comment) == ("submitted", "お願いします。")


def test_everything_that_is_missing_is_told_beside_its_field_and_what_was_written_stays_400() -> None:
    update = a_draft()
    given = COMPLETE | {"narrative": "", "declared_health": "", "values-0-source-title": ""}
    status, text = send(Browser("officer.jpo"), update, **given, do="submit")
    assert status == 400
    for name in ("narrative", "declared_health", "values-0-source-title"):
        assert f'id="{name}-wrong"' in text and f'href="#{name}"' in text
    assert 'value="16.1"' in text
    update.refresh_from_db()
    assert update.observations.count() == 1, "what could be saved is saved"
    assert "Say what was done in this cycle." in Browser("officer.jpo").words(f"/updates/{update.pk}")


def test_what_cannot_be_is_told_at_its_field_and_nothing_is_saved_400() -> None:
    update = a_draft()
    given = COMPLETE | {"values-0-value": "sixteen", "explanation-cause": "集計の遅れ"}
    status, text = send(Browser("officer.jpo"), update, **given, do="save")
    assert status == 400
    assert 'id="values-0-value-wrong"' in text and 'value="sixteen"' in text
    assert 'id="explanation-owner-wrong"' in text and "集計の遅れ" in text and COMPLETE["narrative"] in text
    update.refresh_from_db()
    assert (update.narrative, update.version) == ("", 1)


def test_two_tabs_lose_nothing_the_later_sees_both_412() -> None:
    update = a_draft()
    first, second = Browser("officer.jpo"), Browser("officer.jpo")
    page = second.page(f"/updates/{update.pk}")
    assert send(first, update, narrative="先に書いた。", declared_status="", declared_health="", do="save")[0] == 303
    response = second.send_from(page, f"/updates/{update.pk}", FORM, narrative="後で書いた。", declared_status="",
                                declared_health="", do="save")  # fmt: skip
    text = response.content.decode()
    assert response.status_code == 412
    assert "後で書いた。" in text and "Saved meanwhile" in words(text) and "先に書いた。" in text
    again = second.send_from(text, f"/updates/{update.pk}", FORM, narrative="両方を書いた。", declared_status="",
                             declared_health="", do="save")  # fmt: skip
    assert again.status_code == 303
    update.refresh_from_db()
    assert update.narrative == "両方を書いた。"


def test_what_was_written_after_it_was_submitted_elsewhere_is_shown_403_409_412() -> None:
    update = builders.an_update("draft")
    browser = Browser("officer.jpo")
    page = browser.page(f"/updates/{update.pk}")
    progress.submit(update_id=update.pk, actor=builders.actor("officer.jpo"), at=timezone.now())
    response = browser.send_from(page, f"/updates/{update.pk}", FORM, narrative="まだ書いていた。", declared_status="",
                                 declared_health="", do="save")  # fmt: skip
    assert response.status_code == 412
    text = response.content.decode()
    assert "What you wrote was not saved" in words(text) and "まだ書いていた。" in text and FORM not in text


def test_a_draft_is_discarded_303_and_gone_404() -> None:
    update = a_draft()
    browser = Browser("officer.jpo")
    response = browser.send(f"/updates/{update.pk}", 'value="discard"', do="discard")
    assert (response.status_code, response["Location"]) == (303, "/desk")
    browser.page(f"/updates/{update.pk}", status=404)


def test_a_report_that_is_not_to_be_seen_is_not_there_404() -> None:
    update = a_draft()
    for username in ("officer.meti", "administrator"):
        Browser(username).page(f"/updates/{update.pk}", status=404)
    Browser("officer.jpo").page("/updates/999999", status=404)


def test_a_turn_that_is_none_leads_nowhere_404() -> None:
    update = a_draft()
    assert Browser("officer.jpo").send(f"/updates/{update.pk}", FORM, do="publish").status_code == 404


def test_why_a_button_is_off_is_said_beside_it_as_the_api_says_it() -> None:
    update = builders.an_update("submitted")
    actions = builders.client("officer.jpo").get(f"/api/v1/updates/{update.pk}").json()["actions"]
    text = Browser("officer.jpo").words(f"/updates/{update.pk}")
    assert all(one["reason"] in text for one in actions if not one["allowed"])
    assert "someone else must" in text


def test_a_returned_report_says_why_above_its_form() -> None:
    update = builders.an_update("returned")
    text = Browser("officer.jpo").page(f"/updates/{update.pk}")
    assert text.index("出典を直してください。") < text.index(FORM)


def test_rounds_are_all_there_and_only_for_those_inside() -> None:
    update = builders.an_update("returned")
    progress.submit(update_id=update.pk, actor=builders.actor("officer.jpo"), at=timezone.now(), comment="直した。")
    progress.approve(update_id=update.pk, actor=builders.actor("approver.jpo"), at=timezone.now())
    inside = Browser("auditor").words(f"/updates/{update.pk}")
    assert "Round 1" in inside and "Round 2" in inside and "出典を直してください。" in inside and "直した。" in inside
    outside = Browser("officer.meti").words(f"/updates/{update.pk}")
    assert "Rounds" not in outside and "出典を直してください。" not in outside
    assert builders.content()["narrative"] in outside


def test_a_correction_begins_on_the_page_of_what_it_corrects() -> None:
    update = builders.an_update("approved")
    browser = Browser("officer.jpo")
    page = browser.page(f"/updates/{update.pk}")
    response = browser.send_from(page, "/desk", 'value="correction"')
    assert response.status_code == 303
    made = ProgressUpdate.objects.get(kind="correction")
    status, text = send(browser, made, do="submit", **COMPLETE | {"values-0-value": "16.4"})
    assert status == 400 and 'id="reason-wrong"' in text
    status, to = send(browser, made, do="submit", reason="公表値の修正", **COMPLETE | {"values-0-value": "16.4"})
    assert (status, to) == (303, f"/updates/{made.pk}?done=submit")


def test_values_that_were_saved_stand_in_rows_of_their_own_kpi_when_the_submission_is_refused_400() -> None:
    update = a_draft()
    second = {"values-1-period": '{"type":"fiscal_year","year":2017}', "values-1-status": "final"}
    second |= {"values-1-value": "15000", "values-1-source-title": "産学連携等実施状況"}
    given = {**COMPLETE, **second, "narrative": "", "comment": "よろしく", "do": "submit"}
    fields = {"values-0-kpi": "sme-patent-share", "values-1-kpi": "univ-patent-licences"}
    status, page = send(Browser("officer.jpo"), update, **given, **fields)
    assert status == 400 and 'id="narrative-wrong"' in page and "よろしく" in page
    kpis = dict(re.findall(r'name="(values-\d+)-kpi" value="([^"]*)"', page))
    shown = dict(re.findall(r'name="(values-\d+)-value" value="([^"]*)"', page))
    assert [(kpis[row], shown[row]) for row in kpis] == [
        ("sme-patent-share", "16.1"),
        ("sme-patent-share", ""),
        ("univ-patent-licences", "15000"),
        ("univ-patent-licences", ""),
    ]
