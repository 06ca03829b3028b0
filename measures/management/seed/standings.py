"""What the KPI rules say of the values in the fixtures, as the service keeps it."""

from datetime import date, datetime
from typing import Any

from measures.management.seed.rows import Rows
from measures.rules import kpi, periods, standings
from measures.vocabulary import ObservationStatus


def add(rows: Rows, *, at: str) -> None:
    """Adds a standing for every KPI and every measure, as asked on the day of the instant `at`."""
    on = datetime.fromisoformat(at).date()
    judged = {pk: _columns(rows, pk, fields, on) for pk, fields in rows.of("kpi").items()}
    for pk, columns in judged.items():
        rows.add("kpistanding", {**columns, "updated_at": at}, pk=pk)
    for pk, fields in rows.of("measure").items():
        members = [judged[link["kpi"]] for link in rows.of("kpilink").values() if link["measure"] == pk]
        rolled_up = standings.measure_columns(members, health=fields["health"])
        rows.add("measurestanding", {**rolled_up, "updated_at": at}, pk=pk)


def _columns(rows: Rows, pk: int, fields: dict[str, Any], on: date) -> dict[str, Any]:
    baseline, target = _only(rows, "baseline", pk), _only(rows, "target", pk)
    return standings.kpi_columns(
        kpi.standing(
            observations=[_observation(row) for row in rows.of("observation").values() if row["kpi"] == pk],
            baseline=kpi.Baseline(_period(baseline), baseline["value"]) if baseline else None,
            target=_target(target) if target else None,
            direction=fields["direction"],
            on=on,
            rule=standings.RULE,
        )
    )


def _only(rows: Rows, model: str, kpi_pk: int) -> dict[str, Any] | None:
    return next((row for row in rows.of(model).values() if row["kpi"] == kpi_pk), None)


def _target(row: dict[str, Any]) -> kpi.Target:
    return standings.engine_target(
        kind=row["kind"],
        due_on=date.fromisoformat(row["due_on"]),
        value=row["value"],
        low=row["low"],
        high=row["high"],
    )


def _observation(row: dict[str, Any]) -> kpi.Observation:
    return kpi.Observation(
        period=_period(row),
        value=row["value"],
        low=row["low"],
        high=row["high"],
        provisional=row["status"] == ObservationStatus.PROVISIONAL,
        approximate=row["approximate"],
    )


def _period(row: dict[str, Any]) -> periods.Period:
    return periods.from_dates(row["period_type"], row["period_start"], row["period_end"])
