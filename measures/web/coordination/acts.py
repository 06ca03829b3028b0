"""What can be done, each as one form that sends one write of the API's; the page and the API cannot differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from measures.messages import lazy
from measures.vocabulary import Basis, DecisionOutcome, PeriodType, Role, TargetKind
from measures.web.coordination.fields import REASON, Field, listed, measures, words

COORDINATION, PEOPLE = "/coordination", "/people"
VALUE_HINT = lazy("0.5 is +50 % of a relative target; a range has none.")
COMMENT = Field("comment", lazy("Comment"), "area", hint=lazy("Where you reject, say why."), may_lack=True)
CODE_OF_MEASURE = lazy("Its code, such as MEXT2019-P1-01; words of its title find it.")
PERIOD_TYPE = Field("period-type", lazy("Kind of period"), "select", words(PeriodType))
HALF = Field("period-half", lazy("Half"), "number", hint=lazy("1 or 2, of a half-year alone"), may_lack=True)
QUARTER = Field("period-quarter", lazy("Quarter"), "number", hint=lazy("1 to 4, of a quarter alone"), may_lack=True)


@dataclass(frozen=True, slots=True)
class Act:
    """A write at `path`, whose places are filled by the parts of what it is about; `back` is where one goes then.

    `subject` is the address of the row that is changed, where that has a version; `says` is said with every body.
    `ledger` is what it adds a row to: the form shows the one in force.
    """

    title: Any
    path: str
    fields: tuple[Field, ...] = ()
    back: str = COORDINATION
    whose: Role = Role.COORDINATOR
    method: str = "POST"
    subject: str = ""
    ledger: str = ""
    says: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parts(self) -> int:
        """How many codes or numbers name what it is about."""
        return self.path.count("{}")


def _cycle(title: Any, verb: str, *fields: Field) -> Act:
    return Act(title, f"/cycles/{{}}/{verb}", fields, subject="/cycles/{}")


def _owed(title: Any, verb: str, *fields: Field) -> Act:
    return Act(title, f"/obligations/{{}}/{verb}", fields, f"{COORDINATION}/obligations", subject="/obligations/{}")


def _people(title: Any, path: str, *fields: Field, method: str = "POST", **says: Any) -> Act:
    return Act(title, path, fields, PEOPLE, Role.ADMINISTRATOR, method, says=says)


ACTS: Mapping[str, Act] = {
    "plan-cycle": Act(
        lazy("Plan a reporting cycle"),
        "/cycles",
        (
            Field("code", lazy("Code"), hint=lazy("Such as FY2027.")),
            Field("document", lazy("Document"), "select", listed("/documents", "title")),
            PERIOD_TYPE,
            Field("period-year", lazy("Year"), "number", hint=lazy("A fiscal year begins in April.")),
            HALF,
            QUARTER,
            Field("opens_on", lazy("Opens"), "date"),
            Field("due_on", lazy("Due"), "date"),
            Field("closes_on", lazy("Closes"), "date"),
        ),
    ),
    "open-cycle": _cycle(lazy("Open the cycle"), "open", Field("comment", lazy("Comment"), "area", may_lack=True)),
    "close-cycle": _cycle(lazy("Close the cycle"), "close", REASON),
    "reopen-cycle": _cycle(lazy("Reopen the cycle"), "reopen", REASON),
    "waive": _owed(lazy("Waive what is owed"), "waive", REASON),
    "unlock": _owed(
        lazy("Unlock for a late report"),
        "unlock",
        Field("expires_at", lazy("Until"), "datetime-local", hint=lazy("Day and time in Japan")),
        REASON,
    ),
    "extend": _owed(lazy("Give more time"), "extend", Field("due_on", lazy("New due day"), "date"), REASON),
    "set-target": Act(
        lazy("Set or revise a target"),
        "/kpis/{}/targets",
        (
            Field("kind", lazy("Kind"), "select", words(TargetKind)),
            Field("value", lazy("Value"), hint=VALUE_HINT, may_lack=True),
            Field("low", lazy("Lower end of a range"), may_lack=True),
            Field("high", lazy("Upper end of a range"), may_lack=True),
            Field("due_on", lazy("Due"), "date"),
            Field("stated_as", lazy("As it is stated"), may_lack=True),
            Field("source", lazy("Source")),
            Field("basis", lazy("Basis"), "select", words(Basis)),
            REASON,
        ),
        f"{COORDINATION}/targets",
        ledger="targets",
    ),
    "approve-target": Act(
        lazy("Approve the proposed target"), "/kpis/{}/targets/{}/approve", (COMMENT,), f"{COORDINATION}/targets"
    ),
    "reject-target": Act(
        lazy("Reject the proposed target"), "/kpis/{}/targets/{}/reject", (COMMENT,), f"{COORDINATION}/targets"
    ),
    "set-baseline": Act(
        lazy("Set or restate the baseline"),
        "/kpis/{}/baselines",
        (
            PERIOD_TYPE,
            Field("period-year", lazy("Year"), "number", hint=lazy("A fiscal year begins in April."), may_lack=True),
            HALF,
            QUARTER,
            Field("period-month", lazy("Month"), "number", hint=lazy("1 to 12, of a month alone"), may_lack=True),
            Field("period-on", lazy("Day"), "date", hint=lazy("Of a point in time alone."), may_lack=True),
            Field("value", lazy("Value")),
            Field("unknown", lazy("The period is known, the number is not"), "check", empties="value"),
            Field("basis", lazy("Basis"), "select", words(Basis)),
            REASON,
        ),
        f"{COORDINATION}/targets",
        ledger="baselines",
    ),
    "approve-baseline": Act(
        lazy("Approve the proposed baseline"), "/kpis/{}/baselines/{}/approve", (COMMENT,), f"{COORDINATION}/targets"
    ),
    "reject-baseline": Act(
        lazy("Reject the proposed baseline"), "/kpis/{}/baselines/{}/reject", (COMMENT,), f"{COORDINATION}/targets"
    ),
    "approve-deadline": Act(lazy("Approve the later day"), "/deadlines/{}/approve", (COMMENT,)),
    "reject-deadline": Act(lazy("Reject the later day"), "/deadlines/{}/reject", (COMMENT,)),
    "decide": Act(
        lazy("Record a decision"),
        "/decisions",
        (
            Field("measure", lazy("Measure"), options=measures, hint=CODE_OF_MEASURE),
            Field("outcome", lazy("Outcome"), "select", words(DecisionOutcome)),
            Field(
                "into", lazy("Measure that it goes into"), "text", measures, lazy("Only of a merger."), may_lack=True
            ),
            Field("reference", lazy("Where it can be read")),
            Field("decided_on", lazy("Day of the decision"), "date"),
            REASON,
        ),
    ),
    "publish-report": Act(
        lazy("Publish a report"),
        "/reports",
        (
            Field("cycle", lazy("Cycle"), "select", listed("/cycles")),
            Field("reason", lazy("Reason"), "area", hint=lazy("Of a further version alone."), may_lack=True),
        ),
    ),
    "add-person": _people(
        lazy("Open an account"),
        "/people",
        Field("username", lazy("User name")),
        Field("display_name", lazy("Name")),
        Field("email", lazy("Mail address"), "email", may_lack=True),
    ),
    "close-account": _people(lazy("Close the account"), "/people/{}", REASON, method="PATCH", is_active=False),
    "reopen-account": _people(lazy("Open the account again"), "/people/{}", REASON, method="PATCH", is_active=True),
    "grant-duty": _people(
        lazy("Give a duty"),
        "/duties",
        Field("person", lazy("User name")),
        Field("role", lazy("Duty"), "select", words(Role)),
        Field("ministry", lazy("Ministry"), "select", listed("/ministries", "name")),
        Field("valid_from", lazy("From"), "date"),
    ),
    "end-duty": _people(
        lazy("End the duty"),
        "/duties/{}",
        Field("valid_to", lazy("First day without it"), "date"),
        REASON,
        method="PATCH",
    ),
}
