"""The inbox: what waits for an approver, what changed in it, and the decision."""

import pytest
from django.test import Client
from django.utils import timezone

from measures.models import ProgressUpdate
from measures.operations import progress
from measures.web.progress.differing import parts
from tests import builders
from tests.duties import also
from tests.web.people import Browser
from tests.web.reading import words
from tests.web.test_desk import two_years

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
__all__ = ["two_years"]
DECIDE = 'id="decide"'


def test_the_inbox_is_for_someone_who_is_signed_in() -> None:
    assert Client().get("/inbox")["Location"] == "/login?next=%2Finbox"


def test_only_approvers_are_led_to_it() -> None:
    assert 'href="/inbox"' in Browser("approver.jpo").page("/desk")
    assert 'href="/inbox"' not in Browser("officer.jpo").page("/desk")
    assert "No report waits for you." in Browser("officer.jpo").words("/inbox")


def test_it_lists_what_the_api_says_is_to_be_decided() -> None:
    update = builders.an_update("submitted")
    text = Browser("approver.jpo").page("/inbox")
    assert f'href="/updates/{update.pk}"' in text and "the first report" in text
    assert f'href="/updates/{update.pk}"' not in Browser("approver.mext").page("/inbox")


def test_ones_own_report_waits_for_someone_else_and_says_why() -> None:
    also("officer.jpo", role="approver", ministry="jpo")
    builders.an_update("submitted")
    text = Browser("officer.jpo").words("/inbox")
    assert "No report waits for you." in text and "Waiting for someone else" in text and "someone else must" in text


def test_a_report_is_approved_303_and_published() -> None:
    update = builders.an_update("submitted")
    response = Browser("approver.jpo").send(f"/updates/{update.pk}", DECIDE, do="approve", comment="確認した。")
    assert (response.status_code, response["Location"]) == (303, f"/updates/{update.pk}?done=approve")
    assert ProgressUpdate.objects.get().state == "approved"
    assert "Decided lately" in Browser("approver.jpo").words("/inbox")


def test_a_return_without_a_comment_is_told_at_the_comment_400() -> None:
    update = builders.an_update("submitted")
    browser = Browser("approver.jpo")
    response = browser.send(f"/updates/{update.pk}", DECIDE, do="return", comment=" ")
    assert response.status_code == 400
    assert 'id="comment-wrong"' in response.content.decode()
    response = browser.send(f"/updates/{update.pk}", DECIDE, do="return", comment="出典を書いてください。")
    assert response.status_code == 303
    assert ProgressUpdate.objects.get().state == "returned"


def test_a_decision_that_came_too_late_keeps_its_comment_412() -> None:
    update = builders.an_update("submitted")
    also("officer.mext", role="approver", ministry="jpo")
    browser = Browser("officer.mext")
    page = browser.page(f"/updates/{update.pk}")
    progress.send_back(update_id=update.pk, actor=builders.actor("approver.jpo"), at=timezone.now(), comment="先に。")
    said = "よく書けています。承認します。"
    response = browser.send_from(page, f"/updates/{update.pk}", DECIDE, do="approve", comment=said)
    assert response.status_code == 412
    assert said in response.content.decode()


def test_what_changed_since_the_last_approval_and_since_the_return_is_shown(two_years: None) -> None:
    officer = Browser("officer.jpo")
    begun = officer.send("/desk", f'value="{builders.SME}"', **{"from": "last"})
    address = begun["Location"]
    narrative = builders.content()["narrative"]
    value = {"values-0-period": '{"type":"calendar_year","year":2020}', "values-0-value": "15.8",
             "values-0-source-title": "年次報告書", "values-0-status": "final"}  # fmt: skip
    said = {"declared_status": "in_progress", "declared_health": "on_track", **value}
    officer.send(address, 'id="report"', narrative=f"{narrative}窓口を増やした。", do="submit", **said)
    approver = Browser("approver.jpo")
    assert "Changes: 3" in approver.words("/inbox"), "the narrative, a value more and one less"
    text = approver.page(address)
    assert "What changed since the last approval" in text and "<ins>窓口を増やした。</ins>" in text
    assert f"<ins>{narrative}" not in text and "15.8" in text
    assert "What changed since it was returned" not in text
    approver.send(address, DECIDE, do="return", comment="数を書いてください。")
    officer.send(address, 'id="report"', narrative=f"{narrative}窓口を三つ増やした。", do="submit", **said)
    text = approver.page(address)
    since = text[text.index("What changed since it was returned") :]
    assert "<del>窓口を増やした。</del>" in since and "<ins>窓口を三つ増やした。</ins>" in since


@pytest.mark.parametrize(
    ("before", "after", "gone", "new"),
    [
        ("", "新しい。", [], ["新しい。"]),
        ("同じ。", "同じ。", [], []),
        ("一つ。二つ。三つ。", "一つ。四つ。三つ。", ["二つ。"], ["四つ。"]),
        ("One. Two!", "One. Three!", [" Two!"], [" Three!"]),
        ("古い\n行", "", ["古い\n行"], []),
        ("3.5 % から", "3.6 % から", None, None),
    ],
)
def test_sentences_that_differ_are_marked_and_nothing_is_left_out(
    before: str, after: str, gone: list[str] | None, new: list[str] | None
) -> None:
    was, now = parts(before, after)
    assert "".join(one["text"] for one in was) == before and "".join(one["text"] for one in now) == after
    if gone is not None:
        assert [one["text"] for one in was if one["is_other"]] == gone
        assert [one["text"] for one in now if one["is_other"]] == new


def test_a_page_that_was_written_to_break_out_is_text() -> None:
    nasty = "<script>alert(1)</script>\"'><img src=x>"
    update = builders.an_update("submitted", narrative=nasty)
    text = Browser("approver.jpo").page(f"/updates/{update.pk}")
    assert (
        "<script>alert" not in text
        and "<img" not in text
        and "&lt;script&gt;" in words(text).replace("<", "&lt;").replace(">", "&gt;")
    )
