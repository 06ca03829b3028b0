"""One of each act of the coordinator and the administrator: what is filled in, and what it comes to in the API."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from measures.models import Duty, Obligation
from measures.operations import cycles
from tests import builders
from tests.api import wire
from tests.api.test_revisions import EASIER, LATER, LESS
from tests.duties import also

KPI, RELATIVE, SECOND = "sme-patent-share", "univ-patent-licences", "approver.meti"
WHY = {"reason": "年次の見直しのため"}


@dataclass(frozen=True)
class Case:
    """An act with what is filled in, and what it comes to in the API: written here once more, by hand."""

    act: str
    fields: dict[str, str]
    method: str
    path: str
    body: dict[str, Any]
    of: str = ""
    before: Callable[[], Any] = lambda: None
    places: dict[str, Any] = field(default_factory=dict)


def obligation() -> int:
    builders.an_open_cycle()
    return Obligation.objects.get(measure__code=builders.SME, cycle__code="FY2020").pk


def a_closed_cycle() -> None:
    builders.an_open_cycle()
    cycles.close(code="FY2020", reason="集計のため", actor=builders.actor("coordinator"), at=timezone.now())


def a_second_coordinator() -> Any:
    if not Duty.objects.filter(person__username=SECOND, role="coordinator").exists():
        also(SECOND, role="coordinator", ministry="cao")
    return builders.client(SECOND)


def a_proposed_target() -> int:
    """Proposed by someone else than the coordinator."""
    made = wire.send(a_second_coordinator(), "post", f"/kpis/{KPI}/targets", LATER)
    assert made.status_code == 201, made.content
    return int(made.json()["id"])


def a_proposed_baseline() -> int:
    made = wire.send(a_second_coordinator(), "post", f"/kpis/{RELATIVE}/baselines", LESS)
    assert (made.status_code, made.json()["state"]) == (201, "proposed"), made.content
    return int(made.json()["id"])


def a_proposed_day() -> int:
    second = a_second_coordinator()
    for day in ("2021-03-31", "2023-03-31"):
        wire.send(second, "patch", f"/measures/{builders.SME}", {"due_on": day, **WHY})
    return int(wire.items(f"/deadlines?measure={builders.SME}&state=proposed")[0]["id"])


PERIOD = {"type": "fiscal_year", "year": 2021}
DAYS = {"opens_on": "2021-04-01", "due_on": "2022-01-31", "closes_on": "2022-03-31"}
PLAN = {"code": "FY2021", "document": "MEXT2019", **DAYS}
DECISION = {
    "measure": "MEXT2019-P1-09",
    "outcome": "adopt",
    "reference": "資料3",
    "decided_on": "2020-07-01",
    **WHY,
}
PERSON = {"username": "hanako", "display_name": "花子"}
DUTY = {"person": "officer.jpo", "role": "auditor", "ministry": "jpo", "valid_from": "2020-04-01"}


Made = Callable[[], Case]


def cases() -> dict[str, Made]:
    """By the act; made when the test runs, since numbers are known only then."""
    return {**of_cycles(), **of_what_is_owed(), **of_ledgers(), **of_measures_and_reports(), **of_people()}


def of_cycles() -> dict[str, Made]:
    typed = {"period-type": "fiscal_year", "period-year": "2021"}
    return {
        "plan-cycle": lambda: Case("plan-cycle", {**PLAN, **typed}, "post", "/cycles", {**PLAN, "period": PERIOD}),
        "open-cycle": lambda: cycle("open", {}, lambda: None),
        "close-cycle": lambda: cycle("close", WHY, builders.an_open_cycle),
        "reopen-cycle": lambda: cycle("reopen", WHY, a_closed_cycle),
    }


def cycle(verb: str, said: dict[str, str], before: Callable[[], Any]) -> Case:
    before()
    return Case(f"{verb}-cycle", said, "post", f"/cycles/FY2020/{verb}", said, "FY2020")


def of_what_is_owed() -> dict[str, Made]:
    until = "2030-01-31T12:00"
    return {
        "waive": lambda: owed("waive", WHY, WHY),
        "unlock": lambda: owed("unlock", {"expires_at": until, **WHY}, {"expires_at": f"{until}+09:00", **WHY}),
        "extend": lambda: owed("extend", {"due_on": "2030-01-31", **WHY}, {"due_on": "2030-01-31", **WHY}),
    }


def owed(verb: str, said: dict[str, str], body: dict[str, str]) -> Case:
    pk = obligation()
    return Case(verb, said, "post", f"/obligations/{pk}/{verb}", body, str(pk))


def of_ledgers() -> dict[str, Made]:
    revised = {name: str(value) for name, value in EASIER.items() if value is not None}
    restated = {name: value for name, value in LESS.items() if isinstance(value, str)}
    since = {"period-type": "fiscal_year", "period-year": "2013"}
    return {
        "set-target": lambda: Case("set-target", revised, "post", f"/kpis/{KPI}/targets", EASIER, KPI),
        "approve-target": lambda: decided("target", "approve", KPI, a_proposed_target),
        "reject-target": lambda: decided("target", "reject", KPI, a_proposed_target),
        "set-baseline": lambda: Case(
            "set-baseline", {**restated, **since}, "post", f"/kpis/{RELATIVE}/baselines", LESS, RELATIVE
        ),
        "approve-baseline": lambda: decided("baseline", "approve", RELATIVE, a_proposed_baseline),
        "reject-baseline": lambda: decided("baseline", "reject", RELATIVE, a_proposed_baseline),
    }


def decided(ledger: str, verb: str, kpi: str, proposed: Callable[[], int]) -> Case:
    pk, said = proposed(), {"comment": "議論の結果"}
    return Case(f"{verb}-{ledger}", said, "post", f"/kpis/{kpi}/{ledger}s/{pk}/{verb}", said, f"{kpi}/{pk}")


def of_measures_and_reports() -> dict[str, Made]:
    return {
        "approve-deadline": lambda: day("approve"),
        "reject-deadline": lambda: day("reject"),
        "decide": lambda: Case("decide", DECISION, "post", "/decisions", DECISION),
        "publish-report": publish,
    }


def day(verb: str) -> Case:
    pk, said = a_proposed_day(), {"comment": "議論の結果"}
    return Case(f"{verb}-deadline", said, "post", f"/deadlines/{pk}/{verb}", said, str(pk))


def publish() -> Case:
    builders.an_open_cycle()
    return Case("publish-report", {"cycle": "FY2020"}, "post", "/reports", {"cycle": "FY2020"})


def of_people() -> dict[str, Made]:
    return {
        "add-person": lambda: Case("add-person", PERSON, "post", "/people", PERSON),
        "close-account": lambda: account("close-account", is_active=False),
        "reopen-account": lambda: account("reopen-account", is_active=True),
        "grant-duty": lambda: Case("grant-duty", DUTY, "post", "/duties", DUTY),
        "end-duty": end,
    }


def account(act: str, *, is_active: bool) -> Case:
    given = {"is_active": not is_active, **WHY}
    wire.send(builders.client("administrator"), "patch", "/people/officer.meti", given)
    body = {"is_active": is_active, **WHY}
    return Case(act, WHY, "patch", "/people/officer.meti", body, "officer.meti")


def end() -> Case:
    pk = Duty.objects.get(person__username="officer.jpo").pk
    said = {"valid_to": "2020-10-01", **WHY}
    return Case("end-duty", said, "patch", f"/duties/{pk}", said, str(pk))


CASES = cases()
