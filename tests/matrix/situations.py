"""The states of the world that the rows are asked in: prepared once, through operations, and rolled back after."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from measures.models import (
    Assignment,
    Baseline,
    Cycle,
    Deadline,
    Decision,
    Document,
    Duty,
    Event,
    Import,
    Kpi,
    Measure,
    Milestone,
    Ministry,
    Obligation,
    ProgressUpdate,
    Proposal,
    Target,
    Token,
)
from measures.operations import (
    checkpoints,
    cycles,
    decisions,
    measures,
    milestones,
    obligations,
    people,
    progress,
    reports,
    sealing,
    targets,
)
from measures.operations.moments import day_of
from measures.rules import periods
from measures.vocabulary import DecisionOutcome
from tests import builders, proposing
from tests.operations.logs import seal_here

OWNER = "officer.jpo"  # whose token and import their addresses name
# The KPI with a proposed target, and the one with a proposed baseline.
PROPOSED_FOR = {"targets": "univ-patent-licences", "baselines": "plan5-rd-venture-ipo"}
WAIVED = "MEXT2019-P5-01"
SECRET = "未公表の文章"  # what the report of a situation says, and nothing else does
CODES = {
    "documents": "MEXT2019",
    "ministries": "jpo",
    "measures": builders.SME,
    "kpis": "sme-patent-share",
    "people": "visitor",
    "rules": "abn-0",
    "reports": "FY2018-1",
}


@dataclass(frozen=True)
class Situation:
    """`subjects` say which row an address of each resource means, `versions` what If-Match must say of it."""

    name: str
    state: str = ""
    entered: bool = False  # by the coordinator, on the ministry's behalf
    public: bool = True  # anyone reads what is published
    subjects: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)


@contextmanager
def rolled_back() -> Iterator[None]:
    """A savepoint that is always rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def build(fixtures: list[str]) -> None:
    """The cut fixtures with the whole cast, and a closed, an open and a planned cycle."""
    with connection.cursor() as cursor:
        # Planning the joins of one update takes ten times as long as reading it; here the order they are written in
        # will do, until the world is rolled back.
        cursor.execute("SET LOCAL join_collapse_limit = 1")
    if not Document.objects.exists():
        call_command("loaddata", *fixtures, verbosity=0)
    _add_cast()
    for code, year in (("FY2018", 2018), ("FY2021", 2021)):
        _plan(code, year)
    at, coordinator = timezone.now(), builders.actor("coordinator")
    cycles.open_(code="FY2018", actor=coordinator, at=at)
    cycles.close(code="FY2018", reason="期限", actor=coordinator, at=at)
    builders.an_open_cycle("FY2020")
    waived = Obligation.objects.get(cycle__code="FY2020", measure__code=WAIVED)
    obligations.waive(obligation_id=waived.pk, reason="対象外", actor=coordinator, at=at)
    columns = {"title": "中間評価", "due_on": date(2021, 3, 31), "basis": "assigned", "reason": "決定"}
    milestones.create(measure=Measure.objects.get(code=builders.SME), columns=columns, actor=coordinator, at=at)
    _propose()
    builders.an_import(OWNER)
    proposing.a_complete_proposal()
    _publish("FY2018")
    seal_here()
    # This transaction goes on: from its mark on, what it still does is counted.
    sealing.seal(at=timezone.now())
    checkpoints.checkpoint(at=at)
    # Fires the deferred triggers of all that was built, once, instead of holding them over every cell.
    connection.check_constraints()


def registry(*, public: bool = True) -> Situation:
    """No update in sight; the addresses mean what the fixtures hold."""
    return _described(Situation("the registry", public=public))


@contextmanager
def a_report(state: str, *, cycle: str = "open", entered: bool = False) -> Iterator[Situation]:
    """An update of jpo in `state`: drafted by author.jpo and edited by editor.jpo, or entered by allround.cao."""
    writers = ("allround.cao", "allround.cao") if entered else ("author.jpo", "editor.jpo")
    with rolled_back():
        update = _drafted(*writers, on_behalf_of=Ministry.objects.get(code="jpo") if entered else None)
        _brought(update, state, writers[0])
        if cycle == "closed":
            cycles.close(code="FY2020", reason="期限", actor=builders.actor("coordinator"), at=timezone.now())
        name = f"{state}, {'entered by the coordinator' if entered else 'written'}, cycle {cycle}"
        situation = _described(Situation(name, state=state, entered=entered))
        situation.subjects["updates"] = update.pk
        situation.subjects["evidence"] = builders.evidence(update).pk
        situation.versions["updates"] = ProgressUpdate.objects.get(pk=update.pk).version
        yield situation


@contextmanager
def no_cycle_open() -> Iterator[Situation]:
    with rolled_back():
        cycles.close(code="FY2020", reason="期限", actor=builders.actor("coordinator"), at=timezone.now())
        yield _described(Situation("no cycle open"))


@contextmanager
def a_cycle_to_come() -> Iterator[Situation]:
    """One that is due long after anyone reads this."""
    with rolled_back():
        at, coordinator = timezone.now(), builders.actor("coordinator")
        cycles.close(code="FY2020", reason="期限", actor=coordinator, at=at)
        period = periods.fiscal_year(2098)
        days = {"opens_on": period.start, "due_on": date(2099, 1, 15), "closes_on": period.last_day}
        document = Document.objects.get(code=CODES["documents"])
        cycles.plan(document=document, code="FY2098", period=period, actor=coordinator, at=at, **days)
        cycles.open_(code="FY2098", actor=coordinator, at=at)
        yield _described(Situation("a cycle to come"))


def _drafted(author: str, editor: str, *, on_behalf_of: Ministry | None) -> ProgressUpdate:
    at = timezone.now()
    update = progress.draft(
        measure=Measure.objects.get(code=builders.SME),
        cycle=Cycle.objects.get(code="FY2020"),
        content=builders.content(),
        on_behalf_of=on_behalf_of,
        actor=builders.actor(author),
        at=at,
    )
    builders.a_file(update, officer=editor, title=SECRET)
    return progress.edit(update_id=update.pk, content={"narrative": SECRET}, actor=builders.actor(editor), at=at)


def _brought(update: ProgressUpdate, state: str, author: str) -> None:
    if state == "draft":
        return
    call = {"update_id": update.pk, "at": timezone.now()}
    writer, approver = builders.actor(author), builders.actor("approver.jpo")
    progress.submit(actor=writer, **call)
    if state == "returned":
        progress.send_back(actor=approver, comment="出典を直してください。", **call)
    elif state == "approved":
        progress.approve(actor=approver, **call)
    elif state == "withdrawn":
        progress.withdraw(actor=writer, **call)


def _propose() -> None:
    """A target and a day that move later, a baseline that moves away, and a study that goes on."""
    by: dict[str, Any] = {"actor": builders.actor("coordinator.deputy"), "at": timezone.now()}
    columns = {"kind": "relative", "value": Decimal("0.5"), "due_on": date(2026, 3, 31), "source": "次期計画"}
    why = {"basis": "assigned", "reason": "次期計画まで"}
    targets.set_target(kpi=Kpi.objects.get(code=PROPOSED_FOR["targets"]), columns={**columns, **why}, **by)
    kpi, period = Kpi.objects.get(code=PROPOSED_FOR["baselines"]), periods.calendar_year(2014)
    targets.set_baseline(kpi=kpi, period=period, columns={"value": Decimal(28), **why}, **by)
    study = {"measure": Measure.objects.get(code="MEXT2019-P1-03"), "outcome": DecisionOutcome.CONTINUE, "into": None}
    decisions.decide(**study, reference="会議資料", decided_on=date(2021, 3, 19), reason="検討継続", **by)
    for year in (2021, 2026):
        measures.edit(code="MEXT2019-P1-02", changes={"due_on": date(year, 3, 31)}, reason="次期計画まで", **by)


def _publish(cycle: str) -> None:
    by: dict[str, Any] = {"actor": builders.actor("coordinator"), "at": timezone.now()}
    drawn = reports.draw_up(cycle=Cycle.objects.get(code=cycle), reason="", known_at=None, **by)
    reports.publish(drawn=drawn, files=[], **by)


def _add_cast() -> None:
    at, administrator = timezone.now(), builders.actor("administrator")
    today, long_ago = day_of(at), date(2019, 4, 1)
    both = ("officer", "approver")
    held = {
        "author.jpo": [("jpo", role, long_ago, None) for role in both],
        "editor.jpo": [("jpo", role, long_ago, None) for role in both],
        "deputy.jpo": [("jpo", role, long_ago, None) for role in both],
        "allround.cao": [("cao", "coordinator", long_ago, None), ("jpo", "approver", long_ago, None)],
        "guardian.jpo": [("jpo", role, long_ago, None) for role in ("auditor", "administrator")],
        "visitor": [],
        "former.jpo": [("jpo", role, long_ago, today) for role in both],
        "coming.jpo": [("jpo", role, today + timedelta(days=1), None) for role in both],
        "closed.jpo": [("jpo", role, long_ago, None) for role in both],
    }
    for username, duties in held.items():
        person = people.add(username=username, display_name=username, email="", actor=administrator, at=at)
        for code, role, begin, end in duties:
            ministry = Ministry.objects.get(code=code)
            duty = people.grant(
                person=person, role=role, ministry=ministry, valid_from=begin, actor=administrator, at=at
            )
            if end:
                people.end_duty(duty_id=duty.pk, valid_to=end, reason="異動", actor=administrator, at=at)
    people.set_active(username="closed.jpo", active=False, reason="退職", actor=administrator, at=at)


def _plan(code: str, year: int) -> None:
    period = periods.fiscal_year(year)
    days = {"opens_on": period.start, "due_on": period.last_day, "closes_on": period.last_day}
    document = Document.objects.get(code=CODES["documents"])
    cycles.plan(
        document=document, code=code, period=period, actor=builders.actor("coordinator"), at=timezone.now(), **days
    )


def _owed() -> dict[str, int]:
    """By case of the policy, the obligation it speaks of; nothing is to come but where a cycle is."""
    owed = {"owed": ("FY2020", builders.SME), "waived": ("FY2020", WAIVED), "cycle closed": ("FY2020", builders.SME)}
    keys = {(row.cycle.code, row.measure.code): row.pk for row in Obligation.objects.select_related("cycle", "measure")}
    return {case: keys[one] for case, one in owed.items()} | {"to come": keys.get(("FY2098", builders.SME), 0)}


def _described(situation: Situation) -> Situation:
    milestone = Milestone.objects.latest("pk")
    found = {
        "assignments": Assignment.objects.filter(measure__code=builders.SME, role="support").get().pk,
        "milestones": milestone.pk,
        **_owed(),
        "duties": Duty.objects.get(person__username="officer.meti").pk,
        "tokens": Token.objects.filter(person__username=OWNER, revoked_at=None).earliest("pk").public_id,
        "updates": 0,
        "proposals": Proposal.objects.latest("pk").pk,
        "baselines": Baseline.objects.get(proposed=True).pk,
        "targets": Target.objects.get(proposed=True).pk,
        "decisions": Decision.objects.latest("pk").pk,
        "deadlines": Deadline.objects.get(proposed=True).pk,
        "evidence": 0,
        "imports": Import.objects.latest("pk").pk,
        "audit": Event.objects.get(subject_type="document").pk,
    }
    situation.subjects.update(CODES | found)
    situation.versions.update(
        measures=Measure.objects.get(code=CODES["measures"]).version,
        kpis=Kpi.objects.get(code=CODES["kpis"]).version,
        milestones=milestone.version,
        proposals=Proposal.objects.latest("pk").version,
        **dict(Cycle.objects.values_list("code", "version")),
    )
    return situation
