"""The values in a report: replaced as a whole, and refused where a KPI has one for the period already.

A correction is the other way round: each of its values takes the place of one that is there.
"""

from collections.abc import Collection, Sequence

from measures.errors import BadInput, Problem, WrongTurn
from measures.messages import say
from measures.models import ProgressUpdate, ReportedValue
from measures.operations import moments
from measures.queries import progress
from measures.rules import periods, readiness
from measures.vocabulary import UpdateKind


def replace(update: ProgressUpdate, values: Sequence[ReportedValue]) -> None:
    for position, value in enumerate(values):
        value.update, value.position = update, position
    if problems := readiness.inconsistent(progress.value_facts(values, progress.linked_kpis(update.measure_id))):
        raise BadInput(problems)
    refuse_second(update, values)
    ReportedValue.objects.bulk_create(values)


def refuse_second(update: ProgressUpdate, values: Sequence[ReportedValue]) -> None:
    """A period has one value; another comes only as a correction, which corrects nothing that is not there."""
    observed = progress.already_observed(values)
    if update.kind == UpdateKind.CORRECTION:
        return _refuse_new(values, observed)
    problems = [
        Problem(
            f"/observations/{position}",
            "use-correction",
            say(
                "'{code}' has a value for this period since {day}: leave it out; only a correction changes it.",
                code=values[position].kpi.code,
                day=moments.day_of(found.recorded_at),
            ),
        )
        for position, found in observed.items()
    ]
    if problems:
        raise WrongTurn("use-correction", problems[0].detail, problems=problems)


def _refuse_new(values: Sequence[ReportedValue], observed: Collection[int]) -> None:
    problems = [
        Problem(
            f"/observations/{position}",
            "nothing-to-correct",
            say(
                "'{code}' has no value for {period}: a new value comes with a report, not with a correction.",
                code=value.kpi.code,
                period=periods.label(periods.from_dates(value.period_type, value.period_start, value.period_end)),
            ),
        )
        for position, value in enumerate(values)
        if position not in observed
    ]
    if problems:
        raise WrongTurn("nothing-to-correct", problems[0].detail, problems=problems)
