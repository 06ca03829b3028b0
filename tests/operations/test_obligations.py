"""What is owed in a cycle: made at its opening, met by submissions, moved with the lead, frozen when due."""

import json
from datetime import date, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from measures import audit
from measures.errors import BadInput, WrongTurn
from measures.models import Assignment, Document, Event, Measure, Ministry, Obligation, StatusChange
from measures.operations import assignments, cycles, measures, obligations, progress
from measures.operations.measures import Owner
from measures.queries import obligations as queries
from measures.rules import obligations as rules
from measures.rules import periods
from measures.rules.days import JAPAN, day_of
from measures.vocabulary import ObligationState
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

OPENS, DUE, CLOSES = date(2026, 12, 1), date(2027, 1, 15), date(2027, 3, 31)
WHY = "総括調整官の決定"


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=JAPAN)


def coordinator(on: date) -> dict[str, Any]:
    return {"actor": builders.actor("coordinator", at=noon(on)), "at": noon(on)}


def opened(period: periods.Period | None = None, *, code: str = "FY2026") -> None:
    cycles.plan(
        document=Document.objects.get(),
        code=code,
        period=period or periods.fiscal_year(2026),
        opens_on=OPENS,
        due_on=DUE,
        closes_on=CLOSES,
        **coordinator(OPENS),
    )
    cycles.open_(code=code, **coordinator(OPENS))


def owed(measure: str = builders.SME) -> Obligation:
    return queries.related(Obligation.objects.filter(measure__code=measure)).get()


def state(on: date, measure: str = builders.SME) -> str:
    return rules.state(queries.owed_of(owed(measure)), on)


def submitted(on: date) -> int:
    """A report of the SME measure, drafted and submitted on that day."""
    actor, at = builders.actor("officer.jpo", at=noon(on)), noon(on)
    update = progress.draft(
        measure=Measure.objects.get(code=builders.SME),
        cycle=owed().cycle,
        content=builders.content(observations=[]),
        on_behalf_of=None,
        actor=actor,
        at=at,
    )
    return progress.submit(update_id=update.pk, actor=actor, at=at).pk


def figures(on: date) -> dict[str, Any]:
    """The shares of JPO in the one cycle there is."""
    rows = Obligation.objects.filter(ministry__code="jpo")
    return queries.told(queries.counts(rows, by="ministry__code", on=on)["jpo"], on=on)


def led_by(ministry: str, since: date, on: date, measure: str = builders.SME) -> None:
    owner = Owner(Ministry.objects.get(code=ministry), since, "assigned", WHY)
    assignments.assign(measure=Measure.objects.get(code=measure), role="lead", owner=owner, **coordinator(on))


def test_opening_makes_one_for_each_measure_with_its_lead_and_day() -> None:
    opened()
    found = {row.measure.code: (row.ministry.code, row.due_on) for row in queries.related(Obligation.objects.all())}
    leads = Assignment.objects.filter(role="lead", valid_to=None).values_list("measure__code", "ministry__code")
    assert found == {measure: (ministry, DUE) for measure, ministry in leads}
    assert len(found) == Measure.objects.count() == 33
    event = Event.objects.get(verb="open", subject_type="cycle")
    assert event.body.count("MEXT2019-") == 33


@pytest.mark.parametrize(
    "period", [periods.half_year(2026, 1), periods.half_year(2026, 2), periods.quarter(2026, 3)], ids=str
)
def test_half_years_and_quarters_oblige_as_fiscal_years_do(period: periods.Period) -> None:
    opened(period, code=periods.label(period))
    assert Obligation.objects.count() == 33
    assert owed().cycle.period_start == period.start


@pytest.mark.parametrize(("ended_on", "owing"), [(date(2026, 3, 31), False), (date(2026, 4, 1), True)])
def test_a_measure_that_ended_before_the_period_owes_nothing(ended_on: date, owing: bool) -> None:
    changes = {"status": "discontinued"}
    measures.edit(code=builders.SME, changes=changes, reason=WHY, **coordinator(date(2026, 11, 25)))
    Measure.objects.filter(code=builders.SME).update(status_since=ended_on, updated_at=noon(date(2026, 11, 26)))
    opened()
    assert Obligation.objects.filter(measure__code=builders.SME).exists() is owing
    assert StatusChange.objects.filter(measure__code=builders.SME).count() == 2


def test_a_report_counts_from_its_first_submission_however_often_it_is_returned() -> None:
    opened()
    assert state(DUE) == "due"
    update = submitted(DUE)
    approver = {"actor": builders.actor("approver.jpo", at=noon(CLOSES)), "at": noon(CLOSES)}
    progress.send_back(update_id=update, comment="出典", **approver)
    assert state(CLOSES) == "reported_on_time"
    officer = builders.actor("officer.jpo", at=noon(CLOSES))
    progress.submit(update_id=update, actor=officer, at=noon(CLOSES))
    progress.approve(update_id=update, **approver)
    assert state(CLOSES) == "reported_on_time"
    assert owed().in_time_at == owed().reported_at
    assert day_of(owed().in_time_at or noon(CLOSES)) == DUE


def test_a_report_a_day_late_is_late_and_repairs_no_share() -> None:
    opened()
    late = DUE + timedelta(days=1)
    before = figures(late)
    assert (before["timeliness"], before["completeness"], before["is_frozen"]) == (0, 0, True)
    submitted(late)
    assert state(late) == "reported_late"
    assert figures(late) == {**before, "by_state": {**before["by_state"], "overdue": 0, "reported_late": 1}}


def test_a_withdrawal_in_time_takes_it_back_and_one_after_the_day_changes_no_share() -> None:
    opened()
    withdraw = {"actor": builders.actor("officer.jpo", at=noon(DUE))}
    progress.withdraw(update_id=submitted(OPENS), at=noon(OPENS), **withdraw)
    assert (state(DUE), figures(DUE)["timeliness"]) == ("due", 0)
    update = submitted(DUE)
    assert (state(DUE), figures(DUE)["timeliness"]) == ("reported_on_time", 1)
    progress.withdraw(update_id=update, at=noon(CLOSES), **withdraw)
    assert (state(CLOSES), figures(CLOSES)["timeliness"]) == ("overdue", 1)
    submitted(CLOSES)
    assert (state(CLOSES), figures(CLOSES)["timeliness"]) == ("reported_late", 1)


def test_what_is_waived_in_time_is_not_owed_and_what_is_waived_later_stays_missed() -> None:
    opened()
    for on, share in ((DUE, None), (CLOSES, 0)):
        with transaction.atomic():
            obligations.waive(obligation_id=owed().pk, reason=WHY, **coordinator(on))
            assert state(CLOSES) == "waived"
            assert figures(CLOSES)["timeliness"] == share
            transaction.set_rollback(True)


def test_nothing_is_waived_that_was_handed_in_or_waived() -> None:
    opened()
    submitted(OPENS)
    for refused in ("already-reported", "already-waived"):
        with pytest.raises(WrongTurn) as caught:
            obligations.waive(obligation_id=owed().pk, reason=WHY, **coordinator(DUE))
        assert caught.value.code == refused
        officer = builders.actor("officer.jpo", at=noon(DUE))
        if refused == "already-reported":
            pk = owed().measure.updates.get().pk
            progress.withdraw(update_id=pk, actor=officer, at=noon(DUE))
            obligations.waive(obligation_id=owed().pk, reason=WHY, **coordinator(DUE))


def test_an_extended_day_is_kept_by_its_own_and_missing_on_that_of_the_cycle() -> None:
    opened()
    later = DUE + timedelta(days=10)
    obligations.extend(obligation_id=owed().pk, due_on=later, reason=WHY, **coordinator(DUE))
    assert state(later) == "due"
    submitted(later)
    found = figures(CLOSES)
    assert (state(CLOSES), found["timeliness"], found["completeness"]) == ("reported_on_time", 1, 0)


@pytest.mark.parametrize("due_on", [DUE, DUE - timedelta(days=1), CLOSES + timedelta(days=1)])
def test_a_day_is_moved_on_and_not_past_the_close(due_on: date) -> None:
    opened()
    with pytest.raises(BadInput):
        obligations.extend(obligation_id=owed().pk, due_on=due_on, reason=WHY, **coordinator(OPENS))


def test_a_day_that_has_passed_is_not_moved() -> None:
    opened()
    with pytest.raises(WrongTurn) as caught:
        obligations.extend(obligation_id=owed().pk, due_on=CLOSES, reason=WHY, **coordinator(DUE + timedelta(days=1)))
    assert caught.value.code == "due-passed"


@pytest.mark.parametrize(
    ("since", "on", "whose"),
    [
        (date(2026, 12, 20), date(2026, 12, 20), "cao"),
        (DUE, DUE, "cao"),
        (DUE + timedelta(days=1), CLOSES, "jpo"),
        (date(2026, 12, 20), CLOSES, "cao"),
    ],
)
def test_who_leads_on_the_day_it_is_due_owes_it_also_when_told_later(since: date, on: date, whose: str) -> None:
    opened()
    led_by("cao", since, on)
    assert owed().ministry.code == whose
    leads = queries.leads_on([owed().measure_id], DUE)
    assert leads == {owed().measure_id: owed().ministry_id}
    moved = Event.objects.filter(verb="assign", subject_type="obligation").count()
    assert moved == (whose == "cao")


def test_what_was_missed_is_noted_once_and_what_is_handed_in_or_waived_is_not() -> None:
    opened()
    submitted(DUE)
    obligations.waive(obligation_id=owed("MEXT2019-P1-01").pk, reason=WHY, **coordinator(DUE))
    assert obligations.note_missed(at=noon(DUE)) == 0
    late = DUE + timedelta(days=1)
    assert [obligations.note_missed(at=noon(late)) for _ in range(2)] == [31, 0]
    noted = Event.objects.filter(verb="miss")
    codes = {json.loads(event.body)["after"]["measure"] for event in noted}
    assert codes == set(Measure.objects.values_list("code", flat=True)) - {builders.SME, "MEXT2019-P1-01"}
    assert {(event.audience, event.actor, event.at) for event in noted} == {("public", None, noon(late))}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_note_what_was_missed_once() -> None:
    opened()

    def run() -> None:
        try:
            while obligations.note_missed(at=noon(CLOSES)):
                pass
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    noted = Event.objects.filter(verb="miss").values_list("subject_code", flat=True)
    assert sorted(map(int, noted)) == sorted(Obligation.objects.values_list("pk", flat=True))


def test_reopening_makes_nothing_more_due_and_moves_no_day() -> None:
    opened()
    cycles.close(code="FY2026", reason=WHY, **coordinator(CLOSES))
    before = list(Obligation.objects.order_by("pk").values())
    cycles.reopen(code="FY2026", reason=WHY, **coordinator(CLOSES + timedelta(days=1)))
    assert list(Obligation.objects.order_by("pk").values()) == before


def test_the_outstanding_are_told_by_ministry_day_and_state_until_nothing_can_be_handed_in() -> None:
    opened()
    found = {one.measure: one for one in queries.outstanding(at=noon(DUE))}
    assert len(found) == 33
    one = found[builders.SME]
    assert (one.ministry, one.due_on, one.state, one.is_due_soon) == ("jpo", DUE, "due", True)
    submitted(DUE)
    assert builders.SME not in {one.measure for one in queries.outstanding(at=noon(DUE))}
    cycles.close(code="FY2026", reason=WHY, **coordinator(CLOSES))
    assert queries.outstanding(at=noon(CLOSES)) == []


def test_the_states_that_sql_finds_are_those_of_the_rule() -> None:
    opened()
    rows = list(Obligation.objects.order_by("pk")[:4])
    waived, late, early, extended = rows
    obligations.extend(obligation_id=extended.pk, due_on=CLOSES, reason=WHY, **coordinator(OPENS))
    for row, on in ((late, DUE + timedelta(days=1)), (early, DUE)):
        _reported(row, noon(on))
    obligations.waive(obligation_id=waived.pk, reason=WHY, **coordinator(DUE + timedelta(days=1)))
    for on in (OPENS - timedelta(days=1), OPENS, DUE, DUE + timedelta(days=1), CLOSES, CLOSES + timedelta(days=1)):
        every = queries.related(Obligation.objects.filter(waived_at=None, reported_at=None))
        told = every if on <= DUE else queries.related(Obligation.objects.all())
        for wanted in ObligationState.values:
            by_rule = {row.pk for row in told if rules.state(queries.owed_of(row), on) == wanted}
            assert set(told.filter(queries.in_state([wanted], on=on)).values_list("pk", flat=True)) == by_rule


def _reported(row: Obligation, at: datetime) -> None:
    in_time = "reported_at" if at <= noon(DUE) else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE measures_obligation SET reported_at = %s, updated_at = %s WHERE id = %s", [at, at, row.pk]
        )
        cursor.execute(
            f"UPDATE measures_obligation SET in_time_at = {in_time}, updated_at = updated_at + interval '1 ms'"
            " WHERE id = %s",
            [row.pk],
        )
    audit.record(at=at, actor_id=None, verb="test", subject=("test", "sql"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("in_time_at = '2027-01-15T12:00:00+09:00', updated_at = '2027-01-16T00:00:00+09:00'", "is frozen"),
        ("in_time_at = '2027-01-16T00:00:00+09:00', updated_at = '2027-01-15T12:00:00+09:00'", "is not in time"),
        ("due_on = '2027-01-14', updated_at = '2027-01-10T12:00:00+09:00'", "only moves on"),
        ("due_on = '2027-01-20', updated_at = '2027-01-16T12:00:00+09:00'", "before it has passed"),
        ("waived_at = now(), updated_at = '2027-01-10T12:00:00+09:00'", "waived_with_a_reason"),
        ("unlock_reason = 'x', updated_at = '2027-01-10T12:00:00+09:00'", "unlocked_with_a_reason"),
        ("measure_id = 1, updated_at = '2027-01-10T12:00:00+09:00'", "never changes|once_a_measure"),
    ],
)
def test_the_database_freezes_what_was_due(change: str, said: str) -> None:
    opened()
    with pytest.raises(IntegrityError, match=said), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE measures_obligation SET {change} WHERE id = %s", [owed().pk])


def test_the_database_keeps_obligations_and_waivers() -> None:
    opened()
    obligations.waive(obligation_id=owed().pk, reason=WHY, **coordinator(DUE))
    again = "waived_at = NULL, waiver_reason = '', updated_at = '2027-01-16T12:00:00+09:00'"
    for statement, said in (
        (f"UPDATE measures_obligation SET {again}", "stays waived"),
        ("DELETE FROM measures_obligation", "an obligation stays"),
    ):
        with pytest.raises(IntegrityError, match=said), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement + " WHERE id = %s", [owed().pk])
