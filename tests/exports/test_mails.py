"""The text of a mail: Japanese first, English below, each item with its deadline and its link, and no draft's words."""

from datetime import date

import pytest
from django.utils import timezone

from measures.exports import mails
from measures.models import Notice
from measures.operations import progress
from measures.vocabulary import NoticeKind
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

SITE = "https://tracker.example.go.jp"


def test_a_mail_says_what_happened_by_when_and_where_in_both_languages() -> None:
    update = builders.an_update(at_status="submitted")
    (notice,) = Notice.objects.all()
    notice.due_on = date(2026, 12, 25)
    said = mails.text([notice], name="鈴木 花子", site=SITE)
    assert said.subject == "施策トラッカー：お知らせ 1 件 / Measure Tracker: 1 notices"
    japanese, english = said.body.split(mails.RULE)
    assert japanese.startswith("鈴木 花子 様\n\n* ")
    assert f"{update.measure.title} ({builders.SME}, FY2020)\n" in japanese
    assert "  期限：2026年12月25日\n" in japanese
    assert f"{update.measure.title_en} ({builders.SME}, FY2020)\n" in english
    assert "  Deadline: Dec. 25, 2026\n" in english
    assert said.body.count(f"  {SITE}/updates/{update.pk}\n") == 2


def test_no_word_of_a_report_or_a_comment_is_in_a_mail() -> None:
    update = builders.an_update(at_status="submitted", narrative="ひみつの本文")
    progress.send_back(
        update_id=update.pk, comment="ひみつの講評", actor=builders.actor("approver.jpo"), at=timezone.now()
    )
    notices = list(Notice.objects.all())
    assert {one.kind for one in notices} == {"submitted", "returned"}
    assert "ひみつ" not in mails.text(notices, name="", site=SITE).body


def test_a_name_breaks_no_line() -> None:
    assert mails.text([], name="a\nBcc: b", site=SITE).body.startswith("a Bcc: b 様\n\n")


def test_every_kind_has_its_sentence() -> None:
    assert set(mails.SENTENCES) == set(NoticeKind)
