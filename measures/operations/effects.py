"""What an approval does beyond the update itself: observations, the measure's status, and the standings."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F

from measures.models import Kpi, KpiLink, Measure, Observation, ProgressUpdate, ReportedValue, Source, StatusChange
from measures.operations import moments, standings
from measures.queries import progress
from measures.vocabulary import UpdateKind


@dataclass(frozen=True, slots=True)
class Touched:
    """The rows an approval changes besides the update, locked in one order: KPIs, then measures, each by id."""

    values: list[ReportedValue]
    kpis: list[Kpi]
    measures: list[Measure]

    @property
    def moments(self) -> list[datetime]:
        return [kpi.updated_at for kpi in self.kpis] + [measure.updated_at for measure in self.measures]


def lock(update: ProgressUpdate) -> Touched:
    """Locks the KPIs reported in `update`, its measure and every measure those KPIs are linked to; four statements."""
    values = progress.values_of(update)
    kpi_ids = {value.kpi_id for value in values}
    kpis = list(Kpi.objects.select_for_update(no_key=True).filter(pk__in=kpi_ids).order_by("pk"))
    measure_ids = {update.measure_id, *KpiLink.objects.filter(kpi__in=kpi_ids).values_list("measure_id", flat=True)}
    measures = list(Measure.objects.select_for_update(no_key=True).filter(pk__in=measure_ids).order_by("pk"))
    update.measure = next(measure for measure in measures if measure.pk == update.measure_id)
    return Touched(values, kpis, measures)


def publish(update: ProgressUpdate, touched: Touched, *, at: datetime) -> dict[str, Any]:
    """Carries an approved update into the record; returns what the public event says was published."""
    corrected = _observe(update, touched.values, at)
    _take_status(update, at)
    _renew(update.measure, touched, at)
    standings.refresh(kpi_ids=[one.pk for one in touched.kpis], measure_ids=[one.pk for one in touched.measures], at=at)
    return {
        "measure": update.measure.code,
        "status": update.measure.status,
        "status_since": update.measure.status_since,
        "health": update.measure.health,
        "kpis": [one.code for one in touched.kpis],
        "measures": [one.code for one in touched.measures],
        "corrected": corrected,
    }


def _renew(measure: Measure, touched: Touched, at: datetime) -> None:
    """Gives the rows new versions: what is shown of them changes with the standings, and of the measure its status.

    Three statements however many there are.
    """
    others = [one for one in touched.measures if one is not measure]
    for model, rows in ((Kpi, touched.kpis), (Measure, others)):
        ids = [row.pk for row in rows]
        model._default_manager.filter(pk__in=ids).update(version=F("version") + 1, updated_at=at)
    measure.version += 1
    measure.updated_at = at
    measure.save(update_fields=["status", "status_since", "health", "version", "updated_at"])


def _observe(update: ProgressUpdate, values: list[ReportedValue], at: datetime) -> list[int]:
    """Adds the observations; returns the ids of those that they correct."""
    sources = Source.objects.bulk_create(
        [
            Source(
                title=value.source_title,
                publisher=value.source_publisher,
                url=value.source_url,
                published_on=value.source_published_on,
            )
            for value in values
        ]
    )
    names = ("value", "low", "high", "status", "approximate", "derived", "derivation", "note")
    period = ("period_type", "period_start", "period_end")
    corrected = progress.already_observed(values) if update.kind == UpdateKind.CORRECTION else {}
    Observation.objects.bulk_create(
        [
            Observation(
                kpi_id=value.kpi_id,
                source=source,
                update=update,
                corrects=corrected.get(value.position),
                reason=update.reason,
                recorded_at=at,
                **{name: getattr(value, name) for name in (*period, *names)},
            )
            for value, source in zip(values, sources, strict=True)
        ]
    )
    return sorted(one.pk for one in corrected.values())


def _take_status(update: ProgressUpdate, at: datetime) -> None:
    measure, on = update.measure, moments.day_of(at)
    since: date | None = on if update.declared_status != measure.status else measure.status_since
    if (measure.status, measure.health) == (update.declared_status, update.declared_health):
        return
    measure.status, measure.health, measure.status_since = update.declared_status, update.declared_health, since
    StatusChange.objects.create(
        measure=measure,
        status=measure.status,
        status_since=since,
        health=measure.health,
        update=update,
        recorded_at=at,
    )
