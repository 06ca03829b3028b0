"""Every operation that changes something leaves its event; a new operation has its entry here."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from measures import operations
from measures.models import (
    Assignment,
    Deadline,
    Document,
    Duty,
    Element,
    Event,
    Identity,
    Kpi,
    KpiStanding,
    Measure,
    Milestone,
    Ministry,
    Obligation,
    Person,
    SignIn,
    Target,
)
from measures.operations import (
    assignments,
    checkpoints,
    cycles,
    deadlines,
    decisions,
    downloads,
    evidence,
    imports,
    kpis,
    measures,
    milestones,
    obligations,
    people,
    progress,
    proposals,
    reports,
    sheets,
    sign_in,
    sign_in_factors,
    sign_in_identities,
    sign_in_sessions,
    standings,
    targets,
    tokens,
)
from measures.operations.files import path_of
from measures.rules import periods
from tests import builders, proposing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


@dataclass(frozen=True)
class Change:
    """`prepare` makes what is needed, `act` takes it; `events` are the (verb, subject) that `act` alone leaves."""

    act: Callable[[Any], Any]
    events: tuple[tuple[str, str], ...]
    prepare: Callable[[], Any] = lambda: None


def by(username: str) -> dict[str, Any]:
    return {"actor": builders.actor(username), "at": timezone.now()}


def coordinator() -> dict[str, Any]:
    return {**by("coordinator"), "reason": "総括調整官の決定"}


def administrator() -> dict[str, Any]:
    return {**by("administrator"), "reason": "異動"}


def update_at(state: str) -> Callable[[], int]:
    return lambda: builders.an_update(at_status=state).pk


def without_reason(caller: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in caller.items() if name != "reason"}


def the(model: type, **key: Any) -> Any:
    return model.objects.get(**key)


def owner(ministry: str) -> measures.Owner:
    return measures.Owner(the(Ministry, code=ministry), date(2021, 4, 1), "assigned", "次期計画での割当て")


def a_draft(cycle: Any) -> None:
    progress.draft(
        measure=the(Measure, code=builders.SME),
        cycle=cycle,
        content=builders.content(),
        on_behalf_of=None,
        **by("officer.jpo"),
    )


def a_cycle(_: None) -> None:
    cycles.plan(
        document=Document.objects.get(),
        code="FY2021",
        period=periods.fiscal_year(2021),
        opens_on=date(2021, 4, 1),
        due_on=date(2021, 12, 24),
        closes_on=date(2022, 3, 31),
        **by("coordinator"),
    )


def a_closed_cycle() -> None:
    builders.an_open_cycle()
    cycles.close(code="FY2020", **coordinator())


def an_obligation() -> int:
    builders.an_open_cycle()
    return int(the(Obligation, measure__code=builders.SME).pk)


def an_obligation_to_come() -> Obligation:
    """Of a cycle that is due a month from now."""
    today = timezone.localdate()
    cycles.plan(
        document=Document.objects.get(),
        code="FY2026",
        period=periods.fiscal_year(2026),
        opens_on=today,
        due_on=today + timedelta(days=30),
        closes_on=today + timedelta(days=60),
        **by("coordinator"),
    )
    cycles.open_(code="FY2026", **by("coordinator"))
    return Obligation.objects.get(measure__code=builders.SME, cycle__code="FY2026")


def extended(row: Obligation) -> None:
    obligations.extend(obligation_id=row.pk, due_on=row.due_on + timedelta(days=7), **coordinator())


def a_locked_obligation() -> int:
    a_closed_cycle()
    return int(the(Obligation, measure__code=builders.SME).pk)


def a_measure(_: None) -> None:
    columns = {"title": "試行", "title_en": "A trial", "kind": "action", "classification_basis": "assigned"}
    element = the(Element, code="R1-5-2a")
    measures.create(code="X-1", element=element, lead=owner("meti"), columns=columns, **coordinator())


def a_kpi(_: None) -> None:
    columns = {"name": "試行", "name_en": "A trial", "unit": "件", "period_type": "fiscal_year", "statistic": "調査"}
    kpis.create(code="trial", columns=columns, **coordinator())


def a_milestone(_: None = None) -> Milestone:
    columns = {"title": "公募", "due_on": date(2021, 3, 1), "basis": "assigned", "reason": "計画"}
    return milestones.create(measure=the(Measure, code=builders.SME), columns=columns, **by("coordinator"))


def a_baseline(_: None) -> None:
    columns = {"value": Decimal("12.3"), "basis": "stated", "reason": "改訂"}
    period = periods.calendar_year(2013)
    targets.set_baseline(kpi=the(Kpi, code="sme-patent-share"), period=period, columns=columns, **by("coordinator"))


def a_kpi_not_due_last_year() -> None:
    """As it was computed while the year after its baseline went on."""
    a_kpi(None)
    columns = {"value": None, "basis": "stated", "reason": "初年度"}
    kpi = the(Kpi, code="trial")
    targets.set_baseline(kpi=kpi, period=periods.fiscal_year(2020), columns=columns, **by("coordinator"))
    KpiStanding.objects.filter(kpi=kpi).update(data_state="not_due", updated_at=timezone.now())


def a_target(_: None) -> None:
    columns = {"kind": "absolute", "value": Decimal(16), "due_on": date(2026, 3, 31), "source": "次期計画"}
    columns |= {"basis": "stated", "reason": "改訂"}
    targets.set_target(kpi=the(Kpi, code="sme-patent-share"), columns=columns, **by("coordinator"))


def a_proposed_target() -> int:
    a_target(None)
    return the(Target, proposed=True).pk


def a_proposed_day() -> int:
    milestones.edit(milestone_id=a_milestone().pk, changes={"due_on": date(2022, 3, 1)}, **coordinator())
    return the(Deadline).pk


def a_token(_: None = None) -> str:
    return builders.token("officer.jpo").partition(".")[0]


def tried(password: str) -> None:
    sign_in.with_password(username="officer.jpo", password=password, **OUTSIDE, at=timezone.now())


def a_locked_account() -> Person:
    for _ in range(settings.LOCKOUT[0]):
        tried("wrong")
    return the(Person, username="officer.jpo")


def drawn_up() -> reports.Drawn:
    cycle = builders.an_open_cycle()
    return reports.draw_up(cycle=cycle, reason="", known_at=None, **by("coordinator"))


def officer() -> Person:
    return the(Person, username="officer.jpo")


def a_factor() -> list[str]:
    secret, at = sign_in_factors.new_secret(), timezone.now()
    code = builders.code_of(secret, at)
    return sign_in_factors.set_up(
        person=officer(), secret=secret, code=code, session_key=None, at=at, request_id="test-request"
    )


def an_identity() -> Identity:
    return sign_in_identities.link(person=officer(), issuer="x", subject="y", at=timezone.now(), linker_id=None)


def a_session() -> SignIn:
    given = {"how": "password", "address": "192.0.2.1", "agent": "Firefox", **OUTSIDE}
    return sign_in_sessions.begin(session=SessionStore(), person=officer(), **given, at=timezone.now())


OUTSIDE = {"caller": "c0ffee", "request_id": "test-request"}
AN_ADDRESS = {
    "title": "窓口の一覧", "url": "https://www.jpo.go.jp/support/", "sha256": "", "released_on": None, "replaces": None,
}  # fmt: skip
REPORT, CYCLE, MEASURE, KPI, OWED = "update", "cycle", "measure", "kpi", "obligation"
CHANGES: dict[str, Change] = {
    "downloads.note": Change(
        lambda _: downloads.note(file="kpis.csv", query="", **by("auditor")), (("download", "export"),)
    ),
    "progress.draft": Change(a_draft, (("draft", REPORT),), builders.an_open_cycle),
    "progress.edit": Change(
        lambda pk: progress.edit(update_id=pk, content={"narrative": "改めた。"}, **by("officer.jpo")),
        (("edit", REPORT),),
        update_at("draft"),
    ),
    "progress.discard": Change(
        lambda pk: progress.discard(update_id=pk, **by("officer.jpo")), (("discard", REPORT),), update_at("draft")
    ),
    "progress.submit": Change(
        lambda pk: progress.submit(update_id=pk, **by("officer.jpo")),
        (("report", OWED), ("submit", REPORT)),
        update_at("draft"),
    ),
    "progress.withdraw": Change(
        lambda pk: progress.withdraw(update_id=pk, **by("officer.jpo")),
        (("withdraw", OWED), ("withdraw", REPORT)),
        update_at("submitted"),
    ),
    "progress.send_back": Change(
        lambda pk: progress.send_back(update_id=pk, comment="出典", **by("approver.jpo")),
        (("comment", REPORT), ("return", REPORT)),
        update_at("submitted"),
    ),
    "progress.approve": Change(
        lambda pk: progress.approve(update_id=pk, **by("approver.jpo")), (("approve", REPORT),), update_at("submitted")
    ),
    "evidence.add_to_update": Change(
        lambda pk: evidence.add_to_update(update_id=pk, content=AN_ADDRESS, file=None, **by("officer.jpo")),
        (("edit", REPORT), ("claim", "evidence")),
        update_at("draft"),
    ),
    "evidence.add_to_milestone": Change(
        lambda made: evidence.add_to_milestone(
            milestone_id=made.pk, content=AN_ADDRESS, file=None, **by("coordinator")
        ),
        (("claim", "evidence"),),
        a_milestone,
    ),
    "evidence.verify": Change(
        lambda made: evidence.verify(evidence_id=made.pk, **by("approver.jpo")),
        (("verify", "evidence"),),
        lambda: builders.evidence(builders.an_update("submitted", evidence=True)),
    ),
    "imports.check": Change(
        lambda _: builders.checked(builders.a_table()), (("check", "import"),), builders.an_open_cycle
    ),
    "imports.commit": Change(
        lambda made: imports.commit(import_id=made.pk, read=sheets.read(path_of(made.sha256)), **by("officer.jpo")),
        (("draft", REPORT), ("import", "import")),
        builders.an_import,
    ),
    "cycles.plan": Change(a_cycle, (("plan", CYCLE),)),
    "cycles.open_": Change(lambda _: cycles.open_(code="FY2020", **by("coordinator")), (("open", CYCLE),)),
    "cycles.close": Change(
        lambda _: cycles.close(code="FY2020", **coordinator()), (("close", CYCLE),), builders.an_open_cycle
    ),
    "cycles.reopen": Change(
        lambda _: cycles.reopen(code="FY2020", **coordinator()), (("reopen", CYCLE),), a_closed_cycle
    ),
    "measures.create": Change(a_measure, (("create", MEASURE),)),
    "measures.edit": Change(
        lambda _: measures.edit(code=builders.SME, changes={"title": "改題"}, **coordinator()), (("edit", MEASURE),)
    ),
    "assignments.assign": Change(
        lambda _: assignments.assign(
            measure=the(Measure, code=builders.SME), role="support", owner=owner("cao"), **by("coordinator")
        ),
        (("assign", MEASURE),),
    ),
    "assignments.end": Change(
        lambda pk: assignments.end(assignment_id=pk, valid_to=date(2021, 4, 1), **coordinator()),
        (("end", MEASURE),),
        lambda: the(Assignment, measure__code=builders.SME, role="support").pk,
    ),
    "kpis.create": Change(a_kpi, (("create", KPI),)),
    "kpis.edit": Change(
        lambda _: kpis.edit(code="sme-patent-share", changes={"name": "改名"}, **coordinator()), (("edit", KPI),)
    ),
    "kpis.link": Change(
        lambda _: kpis.link(
            kpi=the(Kpi, code="ura-headcount"),
            measure=the(Measure, code=builders.SME),
            basis="inferred",
            **coordinator(),
        ),
        (("link", KPI),),
    ),
    "targets.set_baseline": Change(a_baseline, (("set_baseline", KPI),)),
    "targets.set_target": Change(a_target, (("propose", KPI),)),
    "targets.decide": Change(
        lambda pk: targets.decide(
            kpi=the(Kpi, code="sme-patent-share"),
            ledger=Target,
            revision_id=pk,
            outcome="approved",
            comment="",
            **by("coordinator.deputy"),
        ),
        (("approve", KPI),),
        a_proposed_target,
    ),
    "decisions.decide": Change(
        lambda _: decisions.decide(
            measure=the(Measure, code="MEXT2019-P1-01"),
            outcome="merge_into",
            into=the(Measure, code=builders.SME),
            reference="会議資料",
            decided_on=date(2021, 3, 19),
            **coordinator(),
        ),
        (("decide", MEASURE), ("link", MEASURE)),
    ),
    "measures.link": Change(
        lambda _: measures.link(
            measure=the(Measure, code=builders.SME),
            other=the(Measure, code="MEXT2019-P1-01"),
            columns={"kind": "split_from", "theme": "", "basis": "assigned"},
            **coordinator(),
        ),
        (("link", MEASURE), ("link", MEASURE)),
    ),
    "deadlines.decide": Change(
        lambda pk: deadlines.decide(deadline_id=pk, outcome="rejected", comment="不要", **by("coordinator.deputy")),
        (("reject", "milestone"),),
        a_proposed_day,
    ),
    "milestones.create": Change(a_milestone, (("create", "milestone"),)),
    "milestones.edit": Change(
        lambda made: milestones.edit(milestone_id=made.pk, changes={"title": "再公募"}, **coordinator()),
        (("edit", "milestone"),),
        a_milestone,
    ),
    "proposals.propose": Change(lambda _: proposing.a_proposal(), (("propose", "proposal"),)),
    "proposals.edit": Change(
        lambda made: proposing.edited(made, head={"title": "改題"}), (("edit", "proposal"),), proposing.a_proposal
    ),
    "proposals.discard": Change(
        lambda made: proposals.discard(proposal_id=made.pk, version=None, **by("coordinator")),
        (("discard", "proposal"),),
        proposing.a_proposal,
    ),
    "proposals.confirm": Change(
        proposing.confirmed,
        (*[("create", MEASURE)] * 3, ("create", "document"), ("confirm", "proposal")),
        proposing.a_complete_proposal,
    ),
    "obligations.waive": Change(
        lambda pk: obligations.waive(obligation_id=pk, **coordinator()), (("waive", OWED),), an_obligation
    ),
    "obligations.unlock": Change(
        lambda pk: obligations.unlock(obligation_id=pk, expires_at=timezone.now() + timedelta(days=3), **coordinator()),
        (("unlock", OWED),),
        a_locked_obligation,
    ),
    "obligations.note_missed": Change(
        lambda _: obligations.note_missed(at=timezone.now()), (("miss", OWED),) * 33, an_obligation
    ),
    "obligations.extend": Change(extended, (("extend", OWED),), an_obligation_to_come),
    "people.add": Change(
        lambda _: people.add(username="new.one", display_name="新任", email="", **by("administrator")),
        (("add", "person"),),
    ),
    "people.set_active": Change(
        lambda _: people.set_active(username="officer.jpo", active=False, **administrator()), (("close", "person"),)
    ),
    "people.set_new_password": Change(
        lambda _: people.set_new_password(
            people=Person.objects.filter(username="officer.jpo"), at=timezone.now(), setter_id=None
        ),
        (("set_password", "person"),),
    ),
    "people.grant": Change(
        lambda _: people.grant(
            person=the(Person, username="officer.jpo"),
            role="approver",
            ministry=the(Ministry, code="meti"),
            valid_from=date(2021, 4, 1),
            **by("administrator"),
        ),
        (("grant", "duty"),),
    ),
    "people.end_duty": Change(
        lambda _: people.end_duty(
            duty_id=the(Duty, person__username="officer.jpo").pk, valid_to=date(2021, 4, 1), **administrator()
        ),
        (("end", "duty"),),
    ),
    "sign_in.with_password": Change(lambda _: tried("wrong"), (("fail_sign_in", "person"),)),
    "sign_in.record_failure": Change(
        lambda _: sign_in.record_failure(None, None, how="password", **OUTSIDE, at=timezone.now()),
        (("fail_sign_in", "person"),),
    ),
    "sign_in.lift": Change(
        lambda person: sign_in.lift(person=person, at=timezone.now(), lifter_id=None),
        (("lift", "person"),),
        a_locked_account,
    ),
    "reports.publish": Change(
        lambda drawn: reports.publish(drawn=drawn, files=[], **by("coordinator")), (("publish", "report"),), drawn_up
    ),
    "sign_in_factors.set_up": Change(lambda _: a_factor(), (("set_up", "factor"),)),
    "sign_in_factors.with_code": Change(
        lambda codes: sign_in_factors.with_code(person=officer(), code=codes[0], **OUTSIDE, at=timezone.now()),
        (("use_recovery_code", "factor"),),
        lambda: a_factor(),
    ),
    "sign_in_factors.renew_codes": Change(
        lambda _: sign_in_factors.renew_codes(person=officer(), at=timezone.now(), request_id="test-request"),
        (("issue", "factor"),),
        lambda: a_factor(),
    ),
    "sign_in_factors.remove": Change(
        lambda _: sign_in_factors.remove(person=officer(), at=timezone.now(), remover_id=None),
        (("remove", "factor"), ("end", "session")),
        lambda: [a_factor(), a_session()],
    ),
    "sign_in_identities.find": Change(
        lambda _: sign_in_identities.find(issuer="x", subject="y", email="", **OUTSIDE, at=timezone.now()),
        (("fail_sign_in", "person"),),
    ),
    "sign_in_identities.link": Change(lambda _: an_identity(), (("link", "identity"),)),
    "sign_in_identities.unlink": Change(
        lambda _: sign_in_identities.unlink(person=officer(), at=timezone.now(), remover_id=None),
        (("unlink", "identity"), ("end", "session")),
        lambda: [an_identity(), a_session()],
    ),
    "sign_in_sessions.begin": Change(lambda _: a_session(), (("sign_in", "session"),)),
    "sign_in_sessions.end": Change(
        lambda begun: sign_in_sessions.end(
            person=officer(), public_id=begun.public_id, at=timezone.now(), request_id="test-request"
        ),
        (("end", "session"),),
        lambda: a_session(),
    ),
    "sign_in_sessions.end_all": Change(
        lambda _: sign_in_sessions.end_all(person=officer(), at=timezone.now(), ender_id=None),
        (("end", "session"), ("end", "session")),
        lambda: [a_session(), a_session()],
    ),
    "standings.adopt": Change(lambda _: standings.adopt(rule="abn-0", **coordinator()), (("adopt", "standing"),)),
    "standings.note_missed": Change(
        lambda _: standings.note_missed(at=timezone.now()), (("miss", KPI),), a_kpi_not_due_last_year
    ),
    "standings.rebuild": Change(
        lambda _: standings.rebuild(at=timezone.now()),
        (("rebuild", "standing"),),
        lambda: KpiStanding.objects.filter(kpi__code="sme-patent-share").update(
            progress="0.5", updated_at=timezone.now()
        ),
    ),
    "checkpoints.rotate_key": Change(lambda _: checkpoints.rotate_key(at=timezone.now()), (("rotate", "log_key"),)),
    "tokens.issue": Change(a_token, (("issue", "token"),)),
    "tokens.revoke": Change(
        lambda public_id: tokens.revoke(public_id=public_id, at=timezone.now(), revoker_id=None),
        (("revoke", "token"),),
        a_token,
    ),
}
# Done by whoever runs the commands, or by nobody that is known.
BY_COMMAND = (
    "checkpoints.",
    "obligations.note_missed",
    "people.set_new_password",
    "sign_in",
    "standings.note_missed",
    "standings.rebuild",
    "tokens.",
)
# Public functions of operations that leave none, and why not.
WITHOUT: dict[str, str] = {
    "checkpoints.checkpoint": "signs what is in the log already",
    "checkpoints.checkpoint_when_due": "signs what is in the log already",
    "checkpoints.newest_size": "signs what is in the log already",
    "cycles.snapshot": "reads",
    "deadlines.revise": "is part of changing a measure or milestone, whose event says so, or that it was proposed",
    "documents.create": "is part of confirming a proposal, which leaves its event",
    "documents.make_elements": "is part of confirming a proposal, whose event counts them",
    "documents.make_measures": "is part of confirming a proposal, and leaves an event for each",
    "documents.revise": "is part of confirming a proposal, which leaves its event",
    "drafts.permit": "refuses",
    "drafts.refuse_reason": "refuses",
    "drafts.refuse_second": "refuses",
    "drafts.reporting_ministry": "reads",
    "drafts.explanation": "computes",
    "effects.lock": "locks",
    "effects.publish": "is part of an approval, whose event says what was published",
    "fates.settle": "is part of confirming a proposal, and leaves an event for each measure",
    "files.path_of": "computes",
    "gate.anyone": "counts a request, which changes nothing that is so",
    "gate.bearer": "counts a request, which changes nothing that is so",
    "import_reports.report": "is part of an import, and leaves the events of drafting and editing",
    "kpis.renew_measures_of": "is part of changing a KPI, whose event says so",
    "limits.counted": "computes",
    "limits.give_back": "counts a request less, which changes nothing that is so",
    "limits.spend": "counts a request, which changes nothing that is so",
    "mails.claim": "takes a mail to be sent, which changes nothing that is so",
    "mails.delivered": "notes that a mail was sent, which changes nothing that is so",
    "mails.failed": "notes that a mail was not sent, which changes nothing that is so",
    "moments.after": "computes",
    "notices.approved": "is part of an approval",
    "notices.returned": "is part of a return",
    "notices.submitted": "is part of a submission",
    "notices.tell": "is part of the operation it tells of, whose event says so",
    "obligations.make": "is part of opening a cycle, whose event names what is owed",
    "obligations.moving": "locks",
    "obligations.move": "is part of assigning a lead, and leaves an event for each",
    "obligations.note_submission": "is part of handing in a report, which leaves its event too",
    "obligations.note_withdrawal": "is part of withdrawing a report, which leaves its event too",
    "reminders.remind": "writes notices, which change nothing that is so",
    "registry.changed": "compares",
    "registry.locked": "locks",
    "registry.locked_measures": "locks",
    "registry.moment": "computes",
    "registry.note_status": "is part of the registry's operations, each of which leaves its event",
    "registry.permit_administrator": "refuses",
    "registry.permit_coordinator": "refuses",
    "registry.record": "writes the events of the registry",
    "registry.renew": "is part of the registry's operations, each of which leaves its event",
    "sign_in_events.record": "writes the events of signing in",
    "reports.draw_up": "reads",
    "sealing.seal": "gives events that are there their position",
    "sign_in.lock_of": "computes",
    "sign_in_factors.new_secret": "computes",
    "sign_in_sessions.note_use": "notes that a session was used, which changes nothing it may do",
    "sign_in.spare": "counts a try less, which changes nothing that is so",
    "sheets.read": "reads",
    "standings.refresh": "is part of the operations that change a figure",
    "tokens.digest_of": "computes",
    "tokens.find": "reads",
    "tokens.is_good": "decides",
    "tokens.is_like_a_token": "decides",
    "tokens.is_unnoted": "decides",
    "tokens.note_use": "notes that a token was used, which changes nothing it may do",
    "verdicts.give": "is part of deciding on a target, a baseline or a day, whose event says so",
    "verdicts.refuse_while_waiting": "decides, and changes nothing",
    "values.refuse_second": "refuses",
    "values.replace": "is part of drafting and editing a report",
}


def public_functions() -> set[str]:
    found = set()
    for module in iter_modules(operations.__path__):
        loaded = import_module(f"measures.operations.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if inspect.unwrap(function).__module__ == loaded.__name__ and not name.startswith("_"):
                found.add(f"{module.name}.{name}")
    return found


def test_every_public_function_of_operations_is_here_once() -> None:
    assert set(CHANGES) | set(WITHOUT) == public_functions()
    assert not set(CHANGES) & set(WITHOUT)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_leaves_its_event_with_who_and_when(name: str) -> None:
    change = CHANGES[name]
    prepared = change.prepare()
    before = set(Event.objects.values_list("pk", flat=True))
    since = timezone.now()
    change.act(prepared)
    left = Event.objects.exclude(pk__in=before).order_by("pk")
    assert tuple(left.values_list("verb", "subject_type")) == change.events
    for event in left:
        assert event.at >= since
        assert event.actor_id is not None or name.startswith(BY_COMMAND)
