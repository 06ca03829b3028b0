"""What becomes of the measures of a document with its new version: each by the operation that does such a thing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from measures.models import DocumentVersion, Element, Measure, Quote
from measures.operations import decisions, measures, registry
from measures.rules.roles import Actor
from measures.vocabulary import Basis, DecisionOutcome, Fate, MeasureLinkKind, MeasureStatus

REFERENCE = 500


def settle(
    version: DocumentVersion,
    given: list[Mapping[str, Any]],
    elements: Mapping[str, Element],
    new: Mapping[str, Measure],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Does what the fates say, those that carry on first, since others may go into them; `new` by their elements."""
    stated = dict(new)
    for one in sorted(given, key=lambda fate: fate["fate"] != Fate.CARRY_ON):
        measure = Measure.objects.get(code=one["measure"])
        call: dict[str, Any] = {"reason": one["reason"] or version.reason, "actor": actor, "at": at}
        if one["fate"] == Fate.CARRY_ON:
            stated[one["elements"][0]] = _carry_on(measure, elements[one["elements"][0]], **call)
        elif one["fate"] == Fate.SUPERSEDED:
            _supersede(measure, [stated[code] for code in one["elements"]], **call)
        elif one["fate"] == Fate.MERGED:
            _merge(measure, stated[one["elements"][0]], version, **call)
        else:
            measures.edit(code=measure.code, changes={"status": MeasureStatus.DISCONTINUED}, **call)


def _carry_on(measure: Measure, element: Element, *, reason: str, actor: Actor, at: datetime) -> Measure:
    """The same measure, which is said at `element` from now on; where it was said before stays to be read."""
    measure = registry.locked(Measure.objects.select_related("element"), pk=measure.pk)
    at = registry.moment(at, measure)
    last = measure.quotes.select_related("element").order_by("pk").last()
    Quote.objects.create(measure=measure, element=element, recorded_at=at)
    registry.renew(measure, at)
    before, after = _told(last.element if last else measure.element), _told(element)
    subject = ("measure", measure.code)
    registry.record("revise", subject, actor=actor, at=at, reason=reason, before=before, after=after)
    return measure


def _told(element: Element) -> dict[str, Any]:
    lines = [element.first_line, element.last_line]
    return {"version": element.version, "element": element.code, "lines": lines, "text": element.text}


def _supersede(old: Measure, later: list[Measure], *, reason: str, actor: Actor, at: datetime) -> None:
    """One takes its place, or several that it was split into."""
    call: dict[str, Any] = {"reason": reason, "actor": actor, "at": at}
    kind = MeasureLinkKind.SUPERSEDES if len(later) == 1 else MeasureLinkKind.SPLIT_FROM
    for one in later:
        measures.link(measure=one, other=old, columns={"kind": kind, "theme": "", "basis": Basis.ASSIGNED}, **call)
    if kind == MeasureLinkKind.SPLIT_FROM:
        measures.edit(code=old.code, changes={"status": MeasureStatus.DISCONTINUED}, **call)


def _merge(old: Measure, into: Measure, version: DocumentVersion, *, reason: str, actor: Actor, at: datetime) -> None:
    decisions.decide(
        measure=old,
        outcome=DecisionOutcome.MERGE_INTO,
        into=into,
        reference=version.title[:REFERENCE],
        decided_on=version.issued_on,
        reason=reason,
        actor=actor,
        at=at,
    )
