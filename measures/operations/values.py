"""The values in a report: replaced as a whole, and refused where a KPI has one for the period already."""

from collections.abc import Sequence

from measures.errors import BadInput, Problem, WrongTurn
from measures.messages import say
from measures.models import ProgressUpdate, ReportedValue
from measures.operations import moments
from measures.queries import progress
from measures.rules import readiness


def replace(update: ProgressUpdate, values: Sequence[ReportedValue]) -> None:
    for position, value in enumerate(values):
        value.update, value.position = update, position
    if problems := readiness.inconsistent(progress.value_facts(values, progress.linked_kpis(update.measure_id))):
        raise BadInput(problems)
    refuse_second(values)
    ReportedValue.objects.bulk_create(values)


def refuse_second(values: Sequence[ReportedValue]) -> None:
    """A period has one value; another comes only as a correction, which names the one it corrects."""
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
        for position, found in progress.already_observed(values).items()
    ]
    if problems:
        raise WrongTurn("use-correction", problems[0].detail, problems=problems)
