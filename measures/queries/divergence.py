"""Whether reports that are not decided yet would contradict the standings that they lead to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from measures.models import KpiLink, ProgressUpdate, ReportedValue
from measures.models.progress import OPEN
from measures.queries import observed, standings
from measures.rules import divergence, kpi
from measures.vocabulary import Health


def against(
    reports: Sequence[tuple[ProgressUpdate, Sequence[ReportedValue]]], *, on: date
) -> dict[int, frozenset[str]]:
    """By id of each open report with its values: codes of the KPIs that its declared health would contradict, if any.

    The KPIs stand as they would once the report is approved; six statements however many reports there are, one
    where none brings a value, and none where none declares a health.
    """
    judged = [
        (update, values)
        for update, values in reports
        if update.state in OPEN and update.declared_health not in ("", Health.NOT_ASSESSED)
    ]
    if not judged:
        return {}
    now = _states({update.measure_id for update, _ in judged})
    reported = {
        (update.pk, kpi_id): (kpi_id, ones) for update, values in judged for kpi_id, ones in _by_kpi(values).items()
    }
    then = standings.reported(reported, on=on) if reported else {}
    found = {}
    for update, values in judged:
        states = dict(now[update.measure_id])
        for kpi_id in {value.kpi_id for value in values} & states.keys():
            states[kpi_id] = (states[kpi_id][0], then[update.pk, kpi_id].state)
        found[update.pk] = divergence.against(update.declared_health, dict(states.values()))
    return {pk: codes for pk, codes in found.items() if codes}


def _states(measure_ids: Iterable[int]) -> Mapping[int, dict[int, tuple[str, str]]]:
    """By measure and KPI: the KPI's code and its state now."""
    found: dict[int, dict[int, tuple[str, str]]] = defaultdict(dict)
    links = KpiLink.objects.filter(measure__in=measure_ids)
    for measure, pk, code, state in links.values_list("measure_id", "kpi_id", "kpi__code", "kpi__standing__state"):
        found[measure][pk] = (code, state)
    return found


def _by_kpi(values: Iterable[ReportedValue]) -> Mapping[int, list[kpi.Observation]]:
    found: dict[int, list[kpi.Observation]] = defaultdict(list)
    for value in values:
        columns = (getattr(value, name) for name in observed.COLUMNS)
        found[value.kpi_id].append(observed.observation(*columns))
    return found
