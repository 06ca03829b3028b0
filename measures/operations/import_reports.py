"""One report of an imported file: begun as a draft, or written into the importer's own; what is against it by cell."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from measures.errors import Problem, Refusal, WrongTurn
from measures.messages import say
from measures.models import Cycle, Kpi, Measure, ProgressUpdate, ReportedValue
from measures.models.progress import EDITABLE, OPEN
from measures.operations import drafts, progress, values
from measures.queries import progress as queries
from measures.rules import readiness
from measures.rules.imports.reading import ReportWanted, ValueWanted
from measures.rules.imports.sheets import CellProblem
from measures.rules.roles import Actor
from measures.vocabulary import ImportChange, UpdateKind

MOST_VALUES = 200
# What a file cannot say of a value, so that a draft keeps it.
KEPT = ("derived", "derivation")


def report(
    wanted: ReportWanted, cycle: Cycle, *, actor: Actor, at: datetime
) -> tuple[dict[str, Any] | None, list[CellProblem]]:
    """Does what the file asks of one measure: the change, or None and every reason against it."""
    measure = Measure.objects.get(code=wanted.measure)
    reported = _reported(wanted.values)
    problems = _against(measure, reported)
    open_ = queries.related(ProgressUpdate.objects.filter(measure=measure, cycle=cycle, state__in=OPEN)).first()
    try:
        with transaction.atomic():
            change = _written(wanted, measure, cycle, open_, [] if problems else reported, actor=actor, at=at)
    except Refusal as refusal:
        change = None
        problems += refusal.problems or [Problem("", refusal.code, refusal.detail)]
    found = [CellProblem(wanted.place(one.pointer), one.code, one.detail) for one in problems]
    return (None if found else change), found


def _written(
    wanted: ReportWanted,
    measure: Measure,
    cycle: Cycle,
    open_: ProgressUpdate | None,
    reported: list[ReportedValue],
    *,
    actor: Actor,
    at: datetime,
) -> dict[str, Any]:
    told = {"measure": measure.code, "values": len(reported)}
    is_own = open_ is not None and open_.kind == UpdateKind.REPORT and actor.person_id in open_.contributors
    if open_ is None or not is_own:
        if open_ is not None and open_.kind == UpdateKind.REPORT and open_.state in EDITABLE:
            detail = say("{measure} has a draft of someone else: nothing is written over it.", measure=measure.code)
            raise WrongTurn("someone-elses", detail)
        content = {**wanted.content, "observations": reported}
        made = progress.draft(measure=measure, cycle=cycle, content=content, on_behalf_of=None, actor=actor, at=at)
        return {**told, "verb": ImportChange.DRAFT.value, "update": made.pk}
    content = _changed(open_, wanted.content, reported)
    if not content and open_.state in EDITABLE:
        return {**told, "verb": ImportChange.KEEP.value, "update": open_.pk}
    progress.edit(update_id=open_.pk, content=content, actor=actor, at=at)
    return {**told, "verb": ImportChange.EDIT.value, "update": open_.pk}


def _against(measure: Measure, reported: Sequence[ReportedValue]) -> list[Problem]:
    """Everything that is wrong with the values, which the operations say one kind at a time."""
    facts = queries.value_facts(reported, queries.linked_kpis(measure.pk))
    problems = list(readiness.inconsistent(facts))
    try:
        values.refuse_second(ProgressUpdate(kind=UpdateKind.REPORT), reported)
    except WrongTurn as refusal:
        problems += refusal.problems
    return problems


def _changed(update: ProgressUpdate, given: dict[str, Any], reported: list[ReportedValue]) -> dict[str, Any]:
    """What the file says otherwise than the draft; what it leaves blank stays."""
    content = {name: one for name, one in given.items() if name in progress.TEXTS and one != getattr(update, name)}
    if given.get("explanation"):
        columns = drafts.explanation(given)
        if any(getattr(update, name) != one for name, one in columns.items()):
            content["explanation"] = given["explanation"]
    before = queries.values_of(update)
    merged = _merged(before, reported)
    if len(merged) > MOST_VALUES:
        detail = say("A report takes at most {most} values.", most=MOST_VALUES)
        raise WrongTurn("max-length", detail)
    if [queries.value_snapshot(one) for one in merged] != [queries.value_snapshot(one) for one in before]:
        content["observations"] = merged
    return content


def _merged(before: Sequence[ReportedValue], reported: Sequence[ReportedValue]) -> list[ReportedValue]:
    """The draft's values with the file's in their places, and its new ones after them; all of them unsaved."""
    by_key = {_key(one): one for one in reported}
    merged = []
    for old in before:
        new = by_key.pop(_key(old), None)
        if new is None:
            old.pk, old._state.adding = None, True
        else:
            for name in KEPT:
                setattr(new, name, getattr(old, name))
        merged.append(new or old)
    return [*merged, *by_key.values()]


def _key(one: ReportedValue) -> tuple[Any, ...]:
    return one.kpi_id, one.period_type, one.period_start


def _reported(wanted: Sequence[ValueWanted]) -> list[ReportedValue]:
    kpis = {kpi.code: kpi for kpi in Kpi.objects.filter(code__in={one.kpi for one in wanted})}
    names = ("value", "low", "high", "status", "approximate", "note")
    source = ("source_title", "source_publisher", "source_url", "source_published_on")
    return [
        ReportedValue(
            position=position,
            kpi=kpis[one.kpi],
            period_type=one.period.type,
            period_start=one.period.start,
            period_end=one.period.end,
            **{name: getattr(one, name) for name in (*names, *source)},
        )
        for position, one in enumerate(wanted)
    ]
