"""A report is drawn up from what is published, frozen, and superseded only where something is otherwise."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.utils import timezone

from measures.audit.canonical import canonical
from measures.errors import BadInput, WrongRole, WrongTurn
from measures.models import Cycle, Event, Measure, Report
from measures.operations import measures, progress, reports
from measures.operations.reports import Made
from measures.queries import reports as queries
from measures.queries import standings
from measures.rules import reports as rules
from measures.vocabulary import ChangePart
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

KPI, OTHER = "sme-patent-share", "MEXT2019-P1-01"
A_FILE = Made("report.txt", "text/plain", "公表".encode())


def draw_up(reason: str = "", by: str = "coordinator", **fields: Any) -> reports.Drawn:
    call: dict[str, Any] = {"known_at": None, "actor": builders.actor(by), "at": timezone.now(), **fields}
    return reports.draw_up(cycle=Cycle.objects.get(code="FY2020"), reason=reason, **call)


def publish(reason: str = "", **fields: Any) -> Report:
    drawn = draw_up(reason, **fields)
    return reports.publish(drawn=drawn, files=[A_FILE], actor=builders.actor("coordinator"), at=timezone.now())


def row(report: Report, kind: str, code: str, key: str = "code") -> Any:
    return next(one for one in queries.text_of(report)[kind] if one[key] == code)


def corrected() -> None:
    """The share of 2019 was 15.8, not 16.1."""
    cycle, by = Cycle.objects.get(code="FY2020"), builders.actor("officer.jpo")
    content = builders.content(observations=[builders.a_value(value="15.8")], reason="集計の誤り")
    correction = progress.draft(
        measure=Measure.objects.get(code=builders.SME),
        cycle=cycle,
        kind="correction",
        content=content,
        on_behalf_of=None,
        actor=by,
        at=timezone.now(),
    )
    progress.submit(update_id=correction.pk, actor=by, at=timezone.now())
    progress.approve(update_id=correction.pk, actor=builders.actor("approver.jpo"), at=timezone.now())


def test_a_report_says_what_was_published_by_its_moment_with_rule_revision_and_sha256() -> None:
    builders.an_update("approved")
    report = publish()
    said = queries.text_of(report)
    assert (report.code, report.number, report.supersedes) == ("FY2020-1", 1, None)
    assert report.sha256 == sha256(report.text.encode()).hexdigest()
    assert report.text == canonical(said)
    assert (said["rule"], said["revision"]) == (report.rule, report.revision) == ("abn-1", report.revision)
    assert len(said["measures"]) == 33
    measure = row(report, "measures", builders.SME)
    assert (measure["status"], measure["lead"]["ministry"], measure["lines"]) == ("in_progress", "jpo", [327, 329])
    assert measure["lead"]["basis"] and measure["lead"]["reason"]
    standing = row(report, "kpis", KPI)["standing"]
    assert (standing["value"], standing["rating"], standing["state"]) == ("16.1", "A", "met")
    assert row(report, "reports", builders.SME, "measure")["narrative"] == "中小企業の出願支援を続けた。"


def test_what_is_not_approved_is_not_in_it() -> None:
    builders.an_update("submitted", narrative="未承認の文章。")
    report = publish()
    assert "未承認の文章。" not in report.text
    assert queries.text_of(report)["reports"] == []


def test_it_speaks_of_an_earlier_moment_when_one_is_named() -> None:
    builders.an_update("submitted")
    moment = timezone.now()
    progress.approve(
        update_id=Measure.objects.get(code=builders.SME).updates.get().pk,
        actor=builders.actor("approver.jpo"),
        at=timezone.now(),
    )
    report = publish(known_at=moment)
    assert queries.text_of(report)["reports"] == []
    assert row(report, "kpis", KPI)["standing"]["value"] == "14.9"
    assert publish("承認を受けた", known_at=None).number == 2


def test_the_frozen_standings_are_those_that_the_engine_gives_for_the_frozen_facts() -> None:
    builders.an_update("approved")
    said = queries.text_of(publish())
    unchanged = rules.between(said, said)
    assert {one.part for one in (*unchanged.kpis, *unchanged.measures)} == {ChangePart.UNCHANGED}
    for one in unchanged.kpis:
        assert one.columns is not None
        assert one.columns.published.figure == one.columns.restated == one.columns.rerated.figure, one.code
        assert (one.columns.published.rating, one.columns.published.state) == (
            one.columns.rerated.rating,
            one.columns.rerated.state,
        ), one.code


def test_a_correction_makes_version_2_that_names_version_1_and_lists_what_differs() -> None:
    builders.an_update("approved")
    first = publish()
    corrected()
    second = publish("集計の誤りの訂正")
    said = queries.text_of(second)
    assert (second.code, second.supersedes, second.reason) == ("FY2020-2", first, "集計の誤りの訂正")
    assert said["supersedes"] == {"code": "FY2020-1", "sha256": first.sha256}
    told = {(one["what"], one["code"], one["field"]): (one["before"], one["after"]) for one in said["differences"]}
    assert told["kpis", KPI, "observations.CY2019.value"] == ("16.1", "15.8")
    assert told["kpis", KPI, "standing.value"] == ("16.1", "15.8")
    assert any(what == "reports" for what, _, _ in told)
    assert {code for what, code, _ in told if what == "kpis"} == {KPI}
    published = next(one for one in said["comparisons"][0]["kpis"] if one["code"] == KPI)
    assert published["part"] == "restated"
    assert published["published"]["figure"]["value"] == "16.1"
    assert published["restated_figure"]["value"] == "15.8"
    assert published["rerated"]["rating"] == "A"
    assert queries.text_of(Report.objects.get(pk=first.pk)) != said


def test_a_second_publication_of_the_same_says_that_nothing_has_changed() -> None:
    builders.an_update("approved")
    publish()
    with pytest.raises(WrongTurn, match="Nothing has changed since FY2020-1"):
        publish("もう一度")
    assert Report.objects.count() == 1


def test_a_further_version_needs_a_reason_and_a_later_moment() -> None:
    builders.an_open_cycle()
    first = publish()
    measures.edit(
        code=OTHER, changes={"title": "改題"}, reason="改題", actor=builders.actor("coordinator"), at=timezone.now()
    )
    with pytest.raises(BadInput) as refused:
        publish(known_at=first.known_at)
    assert [(one.pointer, one.code) for one in refused.value.problems] == [
        ("/known_at", "out-of-order"),
        ("/reason", "missing"),
    ]
    with pytest.raises(BadInput) as refused:
        publish("改題", known_at=timezone.now() + timedelta(hours=1))
    assert [one.code for one in refused.value.problems] == ["in-the-future"]
    assert publish("改題").number == 2


@pytest.mark.parametrize("year", [842, 2019])
def test_it_speaks_of_no_moment_before_the_cycle_was_open(year: int) -> None:
    builders.an_open_cycle()
    with pytest.raises(BadInput) as refused:
        draw_up(known_at=timezone.now().replace(year=year))
    assert [(one.pointer, one.code) for one in refused.value.problems] == [("/known_at", "too-early")]


def test_a_cycle_that_was_never_open_has_no_report_and_only_the_coordinator_publishes() -> None:
    with pytest.raises(WrongTurn, match="never open"):
        draw_up()
    builders.an_open_cycle()
    with pytest.raises(WrongRole):
        draw_up(by="officer.jpo")


def test_who_publishes_second_of_two_is_told_to_read_again() -> None:
    builders.an_open_cycle()
    one, other = draw_up(), draw_up()
    by: dict[str, Any] = {"actor": builders.actor("coordinator"), "files": [], "at": timezone.now()}
    reports.publish(drawn=one, **by)
    with pytest.raises(WrongTurn, match="at this moment"):
        reports.publish(drawn=other, **by)


def test_the_event_names_the_sha256_of_the_report_and_of_each_file() -> None:
    builders.an_open_cycle()
    report = publish()
    event = Event.objects.latest("pk")
    assert (event.verb, event.subject_type, event.subject_code) == ("publish", "report", "FY2020-1")
    assert report.sha256 in event.body
    assert sha256(A_FILE.data).hexdigest() in event.body


def test_by_now_the_published_figure_stands_beside_the_restated_and_the_re_rated_one() -> None:
    builders.an_update("approved")
    published = publish()
    corrected()
    now = queries.read(cycle="FY2020", at=timezone.now())
    kpi = next(one for one in rules.between(queries.text_of(published), now).kpis if one.code == KPI)
    assert kpi.columns is not None and kpi.columns.published.figure and kpi.columns.restated
    assert [str(kpi.columns.published.figure.value), str(kpi.columns.restated.value)] == ["16.1", "15.8"]
    assert kpi.part == ChangePart.RESTATED and kpi.restated == ("value",)
    assert standings.rule_in_force() == kpi.columns.rerated.rule


def test_a_report_reads_like_an_answer_about_its_moment() -> None:
    builders.an_update("approved")
    report = publish()
    corrected()
    moment = report.known_at.isoformat().replace("+", "%2B")
    was = wire.get(f"/kpis/{KPI}?known_at={moment}")["standing"]
    frozen = row(report, "kpis", KPI)["standing"]
    assert (was["value"], was["rating"], was["state"]) == (frozen["value"], frozen["rating"], frozen["state"])
