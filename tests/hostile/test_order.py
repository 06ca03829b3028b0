"""Of several reasons to refuse a write the first is given: for every write there is, with all later faults still in.

401 credentials, 404 not there, 403 duty and scope, 428 no If-Match, 412 stale, 400 shape, 409 turn, 400 not ready, and
last a missing Idempotency-Key. People and duties are another door: who may not enter is not told who is inside.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from rest_framework.test import APIClient

from measures.api import urls
from measures.models import Assignment, Deadline, Duty, KpiLink, Milestone, Obligation, Token
from tests import builders, proposing
from tests.api import second, wire
from tests.api.test_registry import KPI, LEAD, MEASURE
from tests.figures import Figure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

STATUSES = {
    "credentials": (401, "unauthenticated"),
    "address": (404, "not-found"),
    "duty": (403, "wrong-role"),
    "scope": (403, "insufficient-scope"),
    "match": (428, "if-match-needed"),
    "stale": (412, "stale"),
    "shape": (400, "invalid"),
    "turn": (409, None),
    "ready": (400, "not-ready"),
    "key": (400, "invalid"),
}
WRITING = {"post", "put", "patch", "delete"}
WRONG_SHAPE = {"unknown": [1]}
WHY = {"reason": "理由"}
ONE_DAY = {"valid_to": "2026-04-01", **WHY}
TURN_CODES = {
    "wrong-turn",
    "already-assigned",
    "already-waived",
    "cycle-not-closed",
    "has-problems",
    "due-passed",
    "already-linked",
    "already-granted",
    "ended",
    "has-values",
}
TURN_CODES |= {"not-a-study", "not-begun", "in-force", "revision-pending"}
TURN_CODES |= {"has-target", "lead-needs-successor", "needs-decision", "use-correction", "already-open"}


@dataclass(frozen=True)
class Write:
    """A good call of one address, and what makes each fault of it; what is left out is no fault there.

    `turn` and `ready` are the parts of an address, or the bodies, that make the state the wrong one.
    """

    good: str
    body: dict[str, Any] | None = field(default_factory=dict)
    who: str = "coordinator"
    onlooker: str | None = "auditor"
    scope: bool = True
    nowhere: str | None = None
    is_versioned: bool = False
    turn: str | dict[str, Any] | None = None
    ready: str | dict[str, Any] | None = None
    needs_key: bool = True
    closed: bool = False

    def faults(self) -> list[str]:
        """In the order in which they are refused."""
        has = {
            "address": self.nowhere is not None,
            "duty": self.onlooker is not None,
            "scope": self.scope,
            "match": self.is_versioned,
            "stale": self.is_versioned,
            "shape": self.body is not None,
            "turn": self.turn is not None,
            "ready": self.ready is not None,
            "key": self.needs_key,
        }
        order = list(STATUSES)
        if self.closed:
            order.remove("address")
            order.insert(order.index("match"), "address")
        return [fault for fault in order if has.get(fault, True)]


def update(verb: str, state: str, turned: str, **given: Any) -> Write:
    who = "officer.mext" if verb in ("submit", "withdraw", "") else "approver.mext"
    part = f"/{verb}" if verb else ""
    address = {"good": f"updates/{{{state}}}{part}", "turn": f"updates/{{{turned}}}{part}", "who": who}
    return Write(**{**address, "nowhere": f"updates/0{part}", "is_versioned": True, **given})


A_KPI = {"source": "試行計画", "basis": "assigned", **WHY}
TARGET = {"kind": "absolute", "value": "18", "due_on": "2026-03-31", **A_KPI}
BASELINE = {"period": {"type": "fiscal_year", "year": 2013}, "basis": "assigned", **WHY}
LINK = {"measure": "MEXT2019-P1-01", "basis": "assigned", **WHY}
MILESTONE = {"measure": "MEXT2019-P4-01", "title": "公表", "due_on": "2022-03-31", "basis": "assigned", **WHY}
PERIOD = {"type": "fiscal_year", "year": 2021}
DAYS = {"opens_on": "2021-04-01", "due_on": "2021-12-24", "closes_on": "2022-03-31"}
DUTY = {"person": "officer.jpo", "role": "auditor", "ministry": "jpo", "valid_from": "2026-01-01"}
HELD = {"person": "officer.jpo", "role": "officer", "ministry": "jpo", "valid_from": "2026-01-01"}
SELF = {"scopes": ["read"]}
SHARE, JOINT = "kpis/sme-patent-share", "kpis/plan5-joint-research-all"
OPEN_REPORT = {"measure": "MEXT2019-P1-01", "cycle": "FY2020"}
ADDRESS = {"title": "窓口の一覧", "url": "https://www.jpo.go.jp/support/"}
ADMIN = {"who": "administrator", "closed": True}
DECISION = {"outcome": "continue", "reference": "会議資料", "decided_on": "2021-03-19", **WHY}
OTHER = {"other": "MEXT2019-P1-04", "kind": "split_from", "theme": "支援", "basis": "assigned", **WHY}


# Where what is proposed lies.
PROPOSED = ("deadlines", f"{SHARE}/targets", f"{JOINT}/baselines")


def verdict(address: str, verb: str) -> Write:
    """On what the coordinator proposed; the same of one that is decided is a wrong turn."""
    return Write(
        f"{address}/{{proposed}}/{verb}",
        {"comment": "確認した。"},
        who="coordinator.deputy",
        nowhere=f"{address}/0/{verb}",
        turn=f"{address}/{{decided}}/{verb}",
    )


def on_its_way_in(verb: str, body: dict[str, Any] | None, *, needs_key: bool = True) -> Write:
    """A change of a document on its way in."""
    return Write(
        f"proposals/{{document}}{verb}",
        body,
        nowhere=f"proposals/0{verb}",
        is_versioned=True,
        turn=f"proposals/{{discarded}}{verb}",
        needs_key=needs_key,
    )


WRITES: dict[tuple[str, str], Write] = {
    ("post", "decisions"): Write(
        "decisions",
        {"measure": "MEXT2019-P1-08", **DECISION},
        turn={"measure": "MEXT2019-P1-01", **DECISION},
    ),
    ("post", "measures/<str:code>/links"): Write(
        "measures/MEXT2019-P1-09/links",
        OTHER,
        nowhere="measures/nothing/links",
        turn="measures/MEXT2019-P1-08/links",
    ),
    ("post", "deadlines/<int:pk>/approve"): verdict("deadlines", "approve"),
    ("post", "deadlines/<int:pk>/reject"): verdict("deadlines", "reject"),
    ("post", "kpis/<str:code>/targets/<int:pk>/approve"): verdict(f"{SHARE}/targets", "approve"),
    ("post", "kpis/<str:code>/targets/<int:pk>/reject"): verdict(f"{SHARE}/targets", "reject"),
    ("post", "kpis/<str:code>/baselines/<int:pk>/approve"): verdict(f"{JOINT}/baselines", "approve"),
    ("post", "kpis/<str:code>/baselines/<int:pk>/reject"): verdict(f"{JOINT}/baselines", "reject"),
    ("post", "rules/<str:code>/adopt"): Write(
        "rules/abn-0/adopt", WHY, nowhere="rules/nothing/adopt", turn="rules/abn-1/adopt"
    ),
    ("post", "measures"): Write("measures", MEASURE),
    ("patch", "measures/<str:code>"): Write(
        "measures/MEXT2019-P1-02",
        {"title": "新題", **WHY},
        nowhere="measures/nothing",
        is_versioned=True,
        turn={"status": "completed", **WHY},
        needs_key=False,
    ),
    ("post", "assignments"): Write(
        "assignments",
        {**LEAD, "measure": "MEXT2019-P1-01", "role": "lead"},
        turn={**LEAD, "ministry": "mext", "measure": "MEXT2019-P1-01", "role": "lead"},
    ),
    ("patch", "assignments/<int:pk>"): Write(
        "assignments/{support}", ONE_DAY, nowhere="assignments/0", turn="assignments/{lead}", needs_key=False
    ),
    ("post", "milestones"): Write("milestones", MILESTONE),
    ("patch", "milestones/<int:pk>"): Write(
        "milestones/{milestone}",
        {"title": "改題", **WHY},
        nowhere="milestones/0",
        is_versioned=True,
        needs_key=False,
    ),
    ("post", "kpis"): Write("kpis", KPI),
    ("patch", "kpis/<str:code>"): Write(
        SHARE,
        {"name": "割合", **WHY},
        nowhere="kpis/nothing",
        is_versioned=True,
        turn={"unit": "件", **WHY},
        needs_key=False,
    ),
    ("post", "kpis/<str:code>/targets"): Write(
        "kpis/univ-patent-licences/targets", TARGET, nowhere="kpis/nothing/targets", turn=f"{SHARE}/targets"
    ),
    ("post", "kpis/<str:code>/baselines"): Write(
        "kpis/univ-patent-licences/baselines",
        {**BASELINE, "value": "9900"},
        nowhere="kpis/nothing/baselines",
        turn=f"{JOINT}/baselines",
    ),
    ("post", "kpis/<str:code>/measures"): Write(
        f"{SHARE}/measures",
        LINK,
        nowhere="kpis/nothing/measures",
        turn={**LINK, "measure": "{linked}"},
    ),
    ("post", "cycles"): Write("cycles", {"code": "FY2021", "document": "MEXT2019", "period": PERIOD, **DAYS}),
    ("post", "cycles/<str:code>/open"): Write(
        "cycles/{planned}/open", nowhere="cycles/nothing/open", is_versioned=True, turn="cycles/FY2020/open"
    ),
    ("post", "cycles/<str:code>/close"): Write(
        "cycles/FY2020/close", WHY, nowhere="cycles/nothing/close", is_versioned=True, turn="cycles/{planned}/close"
    ),
    ("post", "cycles/<str:code>/reopen"): Write(
        "cycles/{closed}/reopen",
        WHY,
        nowhere="cycles/nothing/reopen",
        is_versioned=True,
        turn="cycles/{planned}/reopen",
    ),
    ("post", "obligations/<int:pk>/waive"): Write(
        "obligations/{owed}/waive",
        WHY,
        nowhere="obligations/0/waive",
        is_versioned=True,
        turn="obligations/{waived}/waive",
    ),
    ("post", "obligations/<int:pk>/unlock"): Write(
        "obligations/{closed_owed}/unlock",
        {"expires_at": "2099-01-18T18:00:00+09:00", **WHY},
        nowhere="obligations/0/unlock",
        is_versioned=True,
        turn="obligations/{owed}/unlock",
    ),
    ("post", "obligations/<int:pk>/extend"): Write(
        "obligations/{to_come}/extend",
        {"due_on": "2099-01-29", **WHY},
        nowhere="obligations/0/extend",
        is_versioned=True,
        turn="obligations/{owed}/extend",
    ),
    ("post", "updates"): Write(
        "updates",
        {**OPEN_REPORT, "measure": "MEXT2019-P1-09"},
        who="officer.mext",
        turn=OPEN_REPORT,
    ),
    ("patch", "updates/<int:pk>"): update("", "draft", "submitted", body={"narrative": "改めた。"}, needs_key=False),
    ("delete", "updates/<int:pk>"): update("", "draft", "submitted", body=None, needs_key=False),
    ("post", "updates/<int:pk>/submit"): update("submit", "draft", "withdrawn", ready="updates/{incomplete}/submit"),
    ("post", "updates/<int:pk>/withdraw"): update("withdraw", "submitted", "withdrawn"),
    ("post", "updates/<int:pk>/return"): update("return", "submitted", "draft", body={"comment": "直す"}, ready={}),
    ("post", "updates/<int:pk>/approve"): update("approve", "submitted", "draft"),
    # What it belongs to stands in the body, so that shape comes before duty and scope.
    ("post", "evidence"): Write(
        "evidence",
        {"update": "{draft}", **ADDRESS},
        who="officer.mext",
        onlooker=None,
        scope=False,
        turn={"update": "{submitted}", **ADDRESS},
    ),
    ("post", "evidence/<int:pk>/verify"): Write(
        "evidence/{claimed}/verify",
        who="approver.mext",
        nowhere="evidence/0/verify",
        turn="evidence/{drafted}/verify",
    ),
    ("post", "imports/<int:pk>/commit"): Write(
        "imports/{checked}/commit",
        {},
        who="officer.jpo",
        onlooker=None,
        nowhere="imports/0/commit",
        turn="imports/{spoilt}/commit",
    ),
    ("post", "proposals"): Write("proposals", {"text": "計画"}),
    ("patch", "proposals/<int:pk>"): on_its_way_in("", {"title": "改題"}, needs_key=False),
    ("delete", "proposals/<int:pk>"): on_its_way_in("", None, needs_key=False),
    ("post", "proposals/<int:pk>/confirm"): on_its_way_in("/confirm", WHY),
    ("post", "reports"): Write("reports", {"cycle": "FY2020"}, turn={"cycle": second.CYCLE}),
    ("post", "people"): Write("people", {"username": "officer.cao", "display_name": "担当者"}, **ADMIN),
    ("patch", "people/<str:username>"): Write(
        "people/officer.jpo", {"is_active": False, **WHY}, nowhere="people/nobody", needs_key=False, **ADMIN
    ),
    ("post", "duties"): Write("duties", DUTY, turn=HELD, **ADMIN),
    ("patch", "duties/<int:pk>"): Write(
        "duties/{duty}", ONE_DAY, nowhere="duties/0", turn="duties/{ended}", needs_key=False, **ADMIN
    ),
    # Anyone's own: no duty and no scope is needed, and the answer holds a secret, which no key brings back.
    ("post", "tokens"): Write("tokens", SELF, who="officer.mext", onlooker=None, scope=False, needs_key=False),
    ("delete", "tokens/<str:public_id>"): Write(
        "tokens/{token}",
        None,
        who="officer.mext",
        onlooker=None,
        scope=False,
        nowhere="tokens/{other}",
        needs_key=False,
    ),
}


def routes() -> Iterator[tuple[str, str]]:
    for route in urls.urlpatterns:
        view = route.callback.cls  # type: ignore[attr-defined]
        for method in WRITING & set(view.http_method_names):
            if hasattr(view, method):
                yield method, str(route.pattern)


def names() -> dict[str, Any]:
    """Rows in every state that an address of WRITES speaks of."""
    codes = {"draft": "P1-01", "submitted": "P1-02", "withdrawn": "P1-03"}
    cast = {"officer": "officer.mext", "approver": "approver.mext", "observations": []}
    found = {
        state: builders.an_update(at_status=state, measure=f"MEXT2019-{code}", **cast).pk
        for state, code in codes.items()
    }
    claimed = builders.an_update(at_status="submitted", measure="MEXT2019-P1-06", evidence=True, **cast)
    drafted = builders.an_update(measure="MEXT2019-P1-07", evidence=True, **cast)
    found |= {"claimed": builders.evidence(claimed).pk, "drafted": builders.evidence(drafted).pk}
    found["incomplete"] = builders.an_update(measure="MEXT2019-P1-05", **cast, narrative="").pk
    coordinator, administrator = builders.client("coordinator"), builders.client("administrator")
    wire.send(coordinator, "post", "/milestones", {**MILESTONE, "title": "前の節目"})
    second.a_second_document()
    wire.send(coordinator, "post", "/measures/MEXT2019-P1-08/links", OTHER)
    granted = wire.send(administrator, "post", "/duties", {**DUTY, "role": "approver"}).json()["id"]
    wire.send(administrator, "patch", f"/duties/{granted}", {"valid_to": "2026-02-01", **WHY})
    current = Assignment.objects.filter(measure__code="MEXT2019-P1-01", valid_to=None)
    builders.token("officer.mext")
    return found | {
        "support": current.filter(role="support").earliest("pk").pk,
        "lead": current.get(role="lead").pk,
        "milestone": Milestone.objects.latest("pk").pk,
        "linked": KpiLink.objects.filter(kpi__code="sme-patent-share").earliest("pk").measure.code,
        "planned": second.CYCLE,
        **cycles_of_the_second_document(coordinator),
        **owed(coordinator),
        "checked": builders.an_import().pk,
        "spoilt": builders.checked(builders.a_table(value="many"))[0].pk,
        **proposals(coordinator),
        "document": proposing.a_complete_proposal().pk,
        "discarded": proposing.discarded().pk,
        "duty": Duty.objects.get(person__username="officer.meti").pk,
        "ended": granted,
        "token": Token.objects.filter(person__username="officer.mext").latest("pk").public_id,
        "other": Token.objects.filter(person__username="coordinator").latest("pk").public_id,
    }


def cycles_of_the_second_document(coordinator: Any) -> dict[str, Any]:
    """Two that were closed, and what is owed in them: none is open, so that one can be reopened or opened."""
    to_come = {"opens_on": "2098-04-01", "due_on": "2099-01-15", "closes_on": "2099-03-31"}
    for code, days in (("NEXT-2021", DAYS), ("NEXT-2098", to_come)):
        wire.send(coordinator, "post", "/cycles", {"code": code, "document": second.CODE, "period": PERIOD, **days})
        wire.send(coordinator, "post", f"/cycles/{code}/open")
        wire.send(coordinator, "post", f"/cycles/{code}/close", WHY)
    rows = {row.cycle.code: row.pk for row in Obligation.objects.filter(measure__code=second.MEASURE)}
    return {"closed": "NEXT-2021", "closed_owed": rows["NEXT-2021"], "to_come": rows["NEXT-2098"]}


def owed(coordinator: Any) -> dict[str, int]:
    """What two measures owe in FY2020, one of them no more."""
    found = [Obligation.objects.get(measure__code=f"MEXT2019-{code}").pk for code in ("P2-06", "P2-07")]
    wire.send(coordinator, "post", f"/obligations/{found[1]}/waive", WHY)
    return dict(zip(("owed", "waived"), found, strict=True))


def proposals(coordinator: Any) -> dict[str, dict[str, int]]:
    """By the kind of address: a revision that waits for its verdict, and one that has it."""
    deputy = builders.client("coordinator.deputy")

    def propose_day(day: str) -> int:
        wire.send(coordinator, "patch", "/measures/MEXT2019-P1-02", {"due_on": day, **WHY})
        return Deadline.objects.latest("pk").pk

    def propose_target(day: str) -> int:
        return int(wire.send(coordinator, "post", f"/{SHARE}/targets", {**TARGET, "due_on": day}).json()["id"])

    def propose_baseline(number: str) -> int:
        return int(wire.send(coordinator, "post", f"/{JOINT}/baselines", {**BASELINE, "value": number}).json()["id"])

    found = {}
    propose_day("2021-03-31")
    days, numbers = ("2027-03-31", "2028-03-31"), ("400", "410")
    told = ((propose_day, days), (propose_target, days), (propose_baseline, numbers))
    for address, (propose, (first, then)) in zip(PROPOSED, told, strict=True):
        decided = propose(first)
        wire.send(deputy, "post", f"/{address}/{decided}/reject", {"comment": "早すぎる。"})
        found[address] = {"decided": decided, "proposed": propose(then)}
    return found


def caller(write: Write, left: list[str]) -> tuple[str, ...]:
    if "credentials" in left:
        return ()
    if "duty" in left:
        return (str(write.onlooker),)
    return (write.who, "read") if "scope" in left else (write.who,)


def call(method: str, write: Write, left: list[str], found: dict[str, Any], client: APIClient) -> HttpResponse:
    """The call with all the faults that are `left`."""
    address, body = write.good, write.body
    for fault, spoilt in (("ready", write.ready), ("turn", write.turn)):
        if fault in left and isinstance(spoilt, str):
            address = spoilt
        elif fault in left:
            body = spoilt
    if "address" in left:
        address = str(write.nowhere)
    if "shape" in left:
        body = WRONG_SHAPE
    if body and "update" in body:
        body = {**body, "update": int(body["update"].format(**found))}
    if body and "measure" in body:
        body = {**body, "measure": body["measure"].format(**found)}
    match = None if "match" in left else '"v99"' if "stale" in left else "*"
    key = None if "key" in left else ""
    revisions = next((found[kind] for kind in PROPOSED if address.startswith(f"{kind}/")), {})
    return wire.send(client, method, "/" + address.format(**found, **revisions), body, key=key, match=match)


def check(method: str, write: Write, found: dict[str, Any], clients: dict[tuple[str, ...], APIClient]) -> int:
    faults = write.faults()
    for place, fault in enumerate(faults):
        left = faults[place:]
        status, code = STATUSES[fault]
        body = wire.problem(call(method, write, left, found, clients[caller(write, left)]), status, code)
        assert fault != "turn" or body["code"] in TURN_CODES, body
    done = call(method, write, [], found, clients[write.who,])
    assert done.status_code in (200, 201, 204), done.content
    return len(faults)


# Taken as a form alone, which this table does not send; tests/api/test_imports.py has its refusals.
FORMS = {("post", "imports")}


def test_every_write_has_a_row_and_every_row_a_write() -> None:
    assert set(WRITES) | FORMS == set(routes())
    assert not set(WRITES) & FORMS


def test_the_first_reason_is_given_while_all_later_ones_hold_too(figure: Figure) -> None:
    found, told, wrong = names(), 0, []
    rows = WRITES.values()
    callers = {caller(write, write.faults()[place:]) for write in rows for place in range(len(STATUSES))}
    clients = {given: builders.client(*given) for given in callers}
    for (method, route), write in WRITES.items():
        try:
            with transaction.atomic():
                told += check(method, write, found, clients)
                transaction.set_rollback(True)
        except AssertionError as error:
            wrong.append(f"{method} {route}: {error}")
    assert not wrong, "\n".join(wrong)
    figure(f"{told} refusals of {len(WRITES)} writes in their order")
