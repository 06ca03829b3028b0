"""What is missing or inconsistent in a report: every item at once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from measures.errors import Problem
from measures.messages import in_japanese, say
from measures.rules import periods
from measures.rules.transitions import status_refused
from measures.vocabulary import Health, label


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """One value in a report beside what its KPI takes."""

    kpi: str
    linked: bool
    period_type: str
    decimals: int
    period: periods.Period
    numbers: tuple[Decimal, ...]
    source_title: str


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report as it stands, beside the measure's own status and kind; `reason` is None for what is no correction.

    `against` are the KPIs that its health contradicts, `explained_by_when` the day its explanation names, if any.
    """

    measure_status: str
    measure_kind: str
    narrative: str
    declared_status: str
    declared_health: str
    values: Sequence[ValueFacts]
    reason: str | None = None
    against: Collection[str] = ()
    explained_by_when: date | None = None


def inconsistent(values: Sequence[ValueFacts]) -> list[Problem]:
    """What can never be right about the values, however unfinished the report is."""
    problems = [problem for position, value in enumerate(values) for problem in _value(position, value)]
    return problems + _repeated(values)


def missing(report: ReportFacts, *, on: date) -> list[Problem]:
    """What keeps the report from being submitted or approved on the day `on`."""
    problems = list(inconsistent(report.values))
    if not report.narrative.strip():
        problems.append(Problem("/narrative", "missing", say("Say what was done in this cycle.")))
    if report.reason is not None and not report.reason.strip():
        problems.append(Problem("/reason", "missing", say("Say why the report is corrected.")))
    if not report.declared_status:
        problems.append(Problem("/declared_status", "missing", say("Declare the status of the measure.")))
    elif refused := _status_refused(report):
        problems.append(refused)
    if report.declared_health in ("", Health.NOT_ASSESSED):
        problems.append(
            Problem(
                "/declared_health",
                "missing",
                say("Declare the health: On track (on_track), At risk (at_risk) or Off track (off_track)."),
            )
        )
    late = [problem for position, value in enumerate(report.values) for problem in _late(position, value, on)]
    return [*problems, *_unexplained(report, on), *late]


def _unexplained(report: ReportFacts, on: date) -> Iterable[Problem]:
    """Whoever declares what the KPIs do not say has to say why, and until when that is put right."""
    if report.against and report.explained_by_when is None:
        yield Problem(
            "/explanation",
            "divergence-unexplained",
            say(
                "The health '{health}' contradicts the standing of {kpis}: explain the cause, the corrective step, its"
                " owner and by when.",
                health=label(Health, report.declared_health, "ja" if in_japanese() else "en"),
                kpis=", ".join(sorted(report.against)),
            ),
        )
    if report.explained_by_when is not None and report.explained_by_when < on:
        yield Problem(
            "/explanation/due_on",
            "in-the-past",
            say("The corrective step was due on {due_on}: give a day to come.", due_on=report.explained_by_when),
        )


def _status_refused(report: ReportFacts) -> Problem | None:
    return status_refused(report.measure_status, report.declared_status, report.measure_kind, where="/declared_status")


def _value(position: int, value: ValueFacts) -> Iterable[Problem]:
    where = f"/observations/{position}"
    if not value.linked:
        yield Problem(f"{where}/kpi", "kpi-not-linked", say("'{kpi}' is not a KPI of this measure.", kpi=value.kpi))
    if value.period.type != value.period_type:
        yield Problem(
            f"{where}/period/type",
            "wrong-period-type",
            say(
                "'{kpi}' is reported by '{period_type}', not by '{type}'.",
                kpi=value.kpi,
                period_type=value.period_type,
                type=value.period.type,
            ),
        )
    if any(_places(number) > value.decimals for number in value.numbers):
        yield Problem(
            f"{where}/value",
            "too-precise",
            say(
                "'{kpi}' is kept to {decimals} decimal places: give the value as it was published.",
                kpi=value.kpi,
                decimals=value.decimals,
            ),
        )


def _late(position: int, value: ValueFacts, on: date) -> Iterable[Problem]:
    where = f"/observations/{position}"
    if value.period.last_day > on:
        yield Problem(
            f"{where}/period",
            "period-not-over",
            say(
                "{period} ends on {last_day}: a result is reported after that.",
                period=periods.label(value.period),
                last_day=value.period.last_day,
            ),
        )
    if not value.source_title.strip():
        yield Problem(f"{where}/source/title", "missing", say("Name the publication that the value was read in."))


def _repeated(values: Sequence[ValueFacts]) -> list[Problem]:
    seen: dict[tuple[str, periods.Period], int] = {}
    problems = []
    for position, value in enumerate(values):
        first = seen.setdefault((value.kpi, value.period), position)
        if first != position:
            detail = say(
                "The same KPI and period stand in /observations/{first} already: keep one of them.", first=first
            )
            problems.append(Problem(f"/observations/{position}", "repeated", detail))
    return problems


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
