"""Two fiscal years on a clock of their own: a yearly, two half-yearly and four quarterly cycles, day by day."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from measures.models import Cycle, Document, Measure, Ministry, Obligation
from measures.operations import assignments, cycles, measures, obligations, progress, reminders
from measures.operations.measures import Owner
from measures.queries import obligations as queries
from measures.rules import obligations as rules
from measures.rules import periods
from measures.rules.days import JAPAN, day_of
from tests import builders
from tests.operations.test_mails import reachable, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

# What each measure does: in each cycle, but for what is said below of half-years and of the transfer.
ON_TIME, LATE, NEVER = builders.SME, "MEXT2019-P1-01", "MEXT2019-P1-04"
WAIVED, UNLOCKED, TRANSFERRED = "MEXT2019-P1-03", "MEXT2019-P2-01", "MEXT2019-P2-02"
NAMES = {ON_TIME: "on time", LATE: "late", NEVER: "never", WAIVED: "waived", UNLOCKED: "unlocked",
         TRANSFERRED: "transferred"}  # fmt: skip
PEOPLE = (
    "officer.jpo",
    "approver.jpo",
    "officer.mext",
    "approver.mext",
    "officer.meti",
    "approver.meti",
    "coordinator",
)
WHY, DAY = "総括調整官の決定", timedelta(days=1)
# The lead of one measure goes from MEXT to METI on this day, before the second quarter's report is due.
MOVES_ON = date(2027, 10, 15)

# Of each cycle: its period, and the days on which it opens, is due and closes.
CALENDAR = {
    "FY2027Q1": (periods.quarter(2027, 1), "2027-07-01", "2027-07-30", "2027-08-31"),
    "FY2027Q2": (periods.quarter(2027, 2), "2027-10-01", "2027-10-29", "2027-11-30"),
    "FY2027Q3": (periods.quarter(2027, 3), "2028-01-04", "2028-01-31", "2028-02-29"),
    "FY2027Q4": (periods.quarter(2027, 4), "2028-04-03", "2028-04-28", "2028-05-31"),
    "FY2027": (periods.fiscal_year(2027), "2028-06-12", "2028-07-31", "2028-09-29"),
    "FY2028H1": (periods.half_year(2028, 1), "2028-10-10", "2028-11-30", "2028-12-28"),
    "FY2028H2": (periods.half_year(2028, 2), "2029-04-02", "2029-05-31", "2029-06-29"),
}
# How the reports stand: at the opening, six days later, on the day they are due, a day and eleven days after it, on the
# day of the close, and five days after that.
STATES = """
on time     due due    reported_on_time reported_on_time reported_on_time reported_on_time reported_on_time
late        due due    due              overdue          reported_late    reported_late    reported_late
never       due due    due              overdue          overdue          overdue          overdue
waived      due waived waived           waived           waived           waived           waived
unlocked    due due    due              overdue          overdue          overdue          reported_late
transferred due due    reported_on_time reported_on_time reported_on_time reported_on_time reported_on_time
"""
# The one that is late learns of it, and is in time from the half-years on.
LEARNED = "late        due due    reported_on_time reported_on_time reported_on_time reported_on_time reported_on_time"
# Of what was owed, without what was waived: complete and timely, frozen on the day after it was due.
SCORES = {
    "FY2027Q1": ("0.4", "0.4"),
    "FY2027Q2": ("0.4", "0.4"),
    "FY2027Q3": ("0.4", "0.4"),
    "FY2027Q4": ("0.4", "0.4"),
    "FY2027": ("0.4", "0.4"),
    "FY2028H1": ("0.6", "0.6"),
    "FY2028H2": ("0.6", "0.6"),
}
# Who is reminded (r), told that it is overdue (o), or that others are late (e), and when.
MAILS = {
    "FY2027Q1": {
        "officer.jpo": "07-01 r, 07-16 r",
        "officer.mext": "07-01 r, 07-16 r, 07-27 r, 07-30 r, 08-06 o, 08-13 o, 08-20 o, 08-27 o, 09-03 o",
        "approver.mext": "08-06 e, 08-13 e, 08-20 e, 08-27 e, 09-03 e",
        "coordinator": "08-13 e, 08-20 e, 08-27 e, 09-03 e",
    },
    "FY2027Q2": {
        "officer.jpo": "10-01 r, 10-15 r",
        "officer.mext": "10-01 r, 10-15 r, 10-26 r, 10-29 r, 11-05 o, 11-12 o, 11-19 o, 11-26 o, 12-03 o",
        "officer.meti": "10-16 r, 10-26 r",
        "approver.mext": "11-05 e, 11-12 e, 11-19 e, 11-26 e, 12-03 e",
        "coordinator": "11-12 e, 11-19 e, 11-26 e, 12-03 e",
    },
    "FY2027Q3": {
        "officer.jpo": "01-04 r, 01-17 r",
        "officer.mext": "01-04 r, 01-17 r, 01-28 r, 01-31 r, 02-07 o, 02-14 o, 02-21 o, 02-28 o",
        "officer.meti": "01-04 r, 01-17 r, 01-28 r",
        "approver.mext": "02-07 e, 02-14 e, 02-21 e, 02-28 e",
        "coordinator": "02-14 e, 02-21 e, 02-28 e",
    },
    "FY2027Q4": {
        "officer.jpo": "04-03 r, 04-14 r",
        "officer.mext": "04-03 r, 04-14 r, 04-25 r, 04-28 r, 05-05 o, 05-12 o, 05-19 o, 05-26 o, 06-02 o",
        "officer.meti": "04-03 r, 04-14 r, 04-25 r",
        "approver.mext": "05-05 e, 05-12 e, 05-19 e, 05-26 e, 06-02 e",
        "coordinator": "05-12 e, 05-19 e, 05-26 e, 06-02 e",
    },
    "FY2027": {
        "officer.jpo": "06-12 r, 07-17 r",
        "officer.mext": "06-12 r, 07-17 r, 07-28 r, 07-31 r, 08-07 o, 08-14 o, 08-21 o, "
        "08-28 o, 09-04 o, 09-11 o, 09-18 o, 09-25 o, 10-02 o",
        "officer.meti": "06-12 r, 07-17 r, 07-28 r",
        "approver.mext": "08-07 e, 08-14 e, 08-21 e, 08-28 e, 09-04 e, 09-11 e, 09-18 e, 09-25 e, 10-02 e",
        "coordinator": "08-14 e, 08-21 e, 08-28 e, 09-04 e, 09-11 e, 09-18 e, 09-25 e, 10-02 e",
    },
    "FY2028H1": {
        "officer.jpo": "10-10 r, 11-16 r",
        "officer.mext": "10-10 r, 11-16 r, 11-27 r, 11-30 r, 12-07 o, 12-14 o, 12-21 o, 12-28 o",
        "officer.meti": "10-10 r, 11-16 r, 11-27 r",
        "approver.mext": "12-07 e, 12-14 e, 12-21 e, 12-28 e",
        "coordinator": "12-14 e, 12-21 e, 12-28 e",
    },
    "FY2028H2": {
        "officer.jpo": "04-02 r, 05-17 r",
        "officer.mext": "04-02 r, 05-17 r, 05-28 r, 05-31 r, 06-07 o, 06-14 o, 06-21 o, 06-28 o",
        "officer.meti": "04-02 r, 05-17 r, 05-28 r",
        "approver.mext": "06-07 e, 06-14 e, 06-21 e, 06-28 e",
        "coordinator": "06-14 e, 06-21 e, 06-28 e",
    },
}


def morning(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 8, tzinfo=JAPAN)


def by(username: str, at: datetime) -> dict[str, Any]:
    return {"actor": builders.actor(username, at=at), "at": at}


class Simulation:
    """A day at a time, the mail worker in the morning and people at noon; keeps what is told and where all stands."""

    def __init__(self) -> None:
        self.on = date(2027, 3, 1)
        self.told: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.states: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.scores: dict[str, set[tuple[Decimal | None, Decimal | None]]] = defaultdict(set)

    @property
    def noon(self) -> datetime:
        return morning(self.on) + timedelta(hours=4)

    def begin(self) -> None:
        """Six measures go on, the rest have ended before the first quarter began."""
        for measure in Measure.objects.exclude(code__in=NAMES):
            changes = {"status": "discontinued"}
            measures.edit(code=measure.code, changes=changes, reason=WHY, **by("coordinator", self.noon))
        for code, (period, *days) in CALENDAR.items():
            opens_on, due_on, closes_on = map(date.fromisoformat, days)
            given = {"opens_on": opens_on, "due_on": due_on, "closes_on": closes_on, "period": period}
            cycles.plan(document=Document.objects.get(), code=code, **given, **by("coordinator", self.noon))

    def run(self, code: str) -> None:
        """One cycle, from its opening to five days after its close."""
        cycle = Cycle.objects.get(code=code)
        assert self.on < cycle.opens_on
        self.on = cycle.opens_on
        cycles.open_(code=code, **by("coordinator", morning(self.on) - timedelta(hours=1)))
        while self.on <= cycle.closes_on + 6 * DAY:
            self.work(code)
            self.act(cycle)
            self.note(cycle)
            self.on += DAY

    def work(self, code: str) -> None:
        reminders.remind(at=morning(self.on))
        for mail in sent(morning(self.on)):
            kinds = {one.kind[0] for one in mail.notices.all() if one.kind in ("reminder", "overdue", "escalated")}
            if kinds:
                self.told[code][mail.person.username].append(f"{self.on:%m-%d} {''.join(sorted(kinds))}")

    def act(self, cycle: Cycle) -> None:
        after_due, after_close = (self.on - cycle.due_on).days, (self.on - cycle.closes_on).days
        is_half = cycle.period_type == "half_year"
        if self.on == cycle.opens_on + 5 * DAY:
            obligations.waive(obligation_id=self.owed(cycle, WAIVED).pk, reason=WHY, **by("coordinator", self.noon))
        if self.on == MOVES_ON:
            owner = Owner(Ministry.objects.get(code="meti"), self.on, "assigned", WHY)
            measure = Measure.objects.get(code=TRANSFERRED)
            assignments.assign(measure=measure, role="lead", owner=owner, **by("coordinator", self.noon))
        if after_due == -10:
            self.report(cycle, ON_TIME)
        if after_due == (-1 if is_half else 10):
            self.report(cycle, LATE)
        if after_due == -2:
            self.report(cycle, TRANSFERRED)
        if after_close == 0:
            cycles.close(code=cycle.code, reason=WHY, **by("coordinator", self.noon))
            until, pk = self.noon + 7 * DAY, self.owed(cycle, UNLOCKED).pk
            obligations.unlock(obligation_id=pk, expires_at=until, reason=WHY, **by("coordinator", self.noon))
        if after_close == 3:
            self.report(cycle, UNLOCKED)

    def report(self, cycle: Cycle, measure: str) -> None:
        """Handed in by the officer of whoever owes it, and approved."""
        ministry = self.owed(cycle, measure).ministry.code
        update = progress.draft(
            measure=Measure.objects.get(code=measure),
            cycle=Cycle.objects.get(pk=cycle.pk),
            content=builders.content(observations=[]),
            on_behalf_of=None,
            **by(f"officer.{ministry}", self.noon),
        )
        progress.submit(update_id=update.pk, **by(f"officer.{ministry}", self.noon))
        progress.approve(update_id=update.pk, **by(f"approver.{ministry}", self.noon))

    def owed(self, cycle: Cycle, measure: str) -> Obligation:
        return queries.related(Obligation.objects.filter(cycle=cycle, measure__code=measure)).get()

    def note(self, cycle: Cycle) -> None:
        told = (cycle.opens_on, cycle.opens_on + 6 * DAY, cycle.due_on, cycle.due_on + DAY, cycle.due_on + 11 * DAY,
                cycle.closes_on, cycle.closes_on + 5 * DAY)  # fmt: skip
        rows = queries.related(Obligation.objects.filter(cycle=cycle))
        if self.on in told:
            for row in rows:
                name = NAMES[row.measure.code]
                self.states[cycle.code][name].append(rules.state(queries.owed_of(row), day_of(self.noon)))
        figures = queries.told(queries.counts(rows, by="cycle__code", on=self.on)[cycle.code], on=self.on)
        if figures["is_frozen"]:
            self.scores[cycle.code].add((figures["completeness"], figures["timeliness"]))


@pytest.fixture
def simulation() -> Simulation:
    reachable(*PEOPLE)
    simulation = Simulation()
    simulation.begin()
    for code in CALENDAR:
        simulation.run(code)
    return simulation


def test_two_years_of_quarters_a_year_and_half_years_come_to_what_is_expected(simulation: Simulation) -> None:
    table = {line[:11].strip(): line[11:].split() for line in STATES.strip().splitlines()}
    for code, (period, *_) in CALENDAR.items():
        learned = {"late": LEARNED[11:].split()} if period.type == "half_year" else {}
        assert simulation.states[code] == table | learned, code
    # Nothing that came after the day it was due, late report, unlock or close, moved a share.
    for code, (complete, timely) in SCORES.items():
        assert simulation.scores[code] == {(Decimal(complete), Decimal(timely))}, code
    told = {code: {who: ", ".join(days) for who, days in some.items()} for code, some in simulation.told.items()}
    assert told == MAILS
    owners = Obligation.objects.filter(measure__code=TRANSFERRED).order_by("due_on")
    assert list(owners.values_list("ministry__code", flat=True)) == ["mext", *["meti"] * 6]
