"""KPIs in the registry: entered, changed and linked to measures by the coordinator, with a reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from measures.errors import BadInput, Problem, WrongTurn
from measures.messages import say
from measures.models import Kpi, KpiLink, Measure, Observation
from measures.operations import registry, standings, verdicts
from measures.queries import revisions
from measures.queries import standings as queries
from measures.rules import targets as rules
from measures.rules.roles import Actor

EDITABLE = ("name", "name_en", "unit", "direction", "period_type", "decimals", "statistic", "definition")
# What every value so far was given in; changing it would make another indicator of the old one.
FIXED_BY_VALUES = ("unit", "period_type")


@transaction.atomic
def create(*, code: str, columns: Mapping[str, Any], reason: str, actor: Actor, at: datetime) -> Kpi:
    """Enters a KPI that has neither a value nor a target yet."""
    registry.permit_coordinator(actor)
    if Kpi.objects.filter(code=code).exists():
        raise BadInput(
            [Problem("/code", "taken", say("There is a KPI '{code}' already: choose another code.", code=code))]
        )
    kpi = Kpi.objects.create(code=code, updated_at=at, **columns)
    standings.refresh(kpi_ids=[kpi.pk], measure_ids=[], at=at)
    registry.record("create", ("kpi", code), actor=actor, at=at, reason=reason, after=columns)
    return kpi


@transaction.atomic
def edit(
    *,
    code: str,
    changes: Mapping[str, Any],
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Kpi:
    """Changes columns of a KPI; its unit and its kind of period only while it has no value.

    Its direction only while no target in force is met by other values for it: that would ease the target unapproved.
    """
    registry.permit_coordinator(actor)
    kpi = registry.locked(Kpi.objects.all(), version=version, code=code)
    at = registry.moment(at, kpi)
    before = registry.changed(kpi, changes)
    _refuse_once_observed(kpi, before)
    if "direction" in before:
        _refuse_turning(kpi, was=before["direction"])
    if not before:
        return kpi
    registry.renew(kpi, at, *before)
    renew_measures_of(kpi, at)
    after = {name: getattr(kpi, name) for name in before}
    registry.record("edit", ("kpi", code), actor=actor, at=at, reason=reason, before=before, after=after)
    return kpi


@transaction.atomic
def link(*, kpi: Kpi, measure: Measure, basis: str, reason: str, actor: Actor, at: datetime) -> KpiLink:
    """Says that the KPI speaks of the measure, and why."""
    registry.permit_coordinator(actor)
    kpi = registry.locked(Kpi.objects.all(), pk=kpi.pk)
    measure = registry.locked(Measure.objects.all(), pk=measure.pk)
    if KpiLink.objects.filter(kpi=kpi, measure=measure).exists():
        raise WrongTurn(
            "already-linked", say("'{kpi}' is linked to {measure} already.", kpi=kpi.code, measure=measure.code)
        )
    at = registry.moment(at, kpi, measure)
    linked = KpiLink.objects.create(kpi=kpi, measure=measure, basis=basis, reason=reason, recorded_at=at)
    registry.renew(kpi, at)
    registry.renew(measure, at)
    standings.refresh(kpi_ids=[], measure_ids=[measure.pk], at=at)
    after = {"kpi": kpi.code, "measure": measure.code, "basis": basis}
    registry.record("link", ("kpi", kpi.code), actor=actor, at=at, reason=reason, after=after)
    return linked


def renew_measures_of(kpi: Kpi, at: datetime) -> None:
    """Computes the standings of a locked KPI and its measures anew and gives the measures their next versions."""
    measures = Measure.objects.filter(kpi_links__kpi=kpi).order_by("pk").select_for_update(of=("self",), no_key=True)
    found = list(measures)
    at = registry.moment(at, *found)
    for measure in found:
        registry.renew(measure, at)
    standings.refresh(kpi_ids=[kpi.pk], measure_ids=[one.pk for one in found], at=at)


def _refuse_once_observed(kpi: Kpi, before: Mapping[str, Any]) -> None:
    fixed = [name for name in FIXED_BY_VALUES if name in before]
    if fixed and Observation.objects.filter(kpi=kpi).exists():
        detail = say(
            "'{code}' has values, so its {fixed} stays: enter a new KPI instead.", code=kpi.code, fixed=fixed[0]
        )
        raise WrongTurn("has-values", detail, problems=[Problem(f"/{fixed[0]}", "has-values", detail)])


def _refuse_turning(kpi: Kpi, *, was: str) -> None:
    verdicts.refuse_while_waiting(revisions.awaited_of(kpi))
    target, baseline = queries.aimed(kpi)
    if target and rules.turned(target, baseline=baseline, old=was, new=kpi.direction):
        detail = say(
            "The direction of '{code}' says which values meet its target, so it stays: have a range approved as its"
            " target first.",
            code=kpi.code,
        )
        raise WrongTurn("has-target", detail, problems=[Problem("/direction", "has-target", detail)])
