"""A whole report of a cycle: all that every reader may see of its document, by some thirty statements."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from measures.audit.canonical import canonical
from measures.models import Assignment, Cycle, Document, Measure, Ministry, Obligation
from measures.queries import as_of, log, obligations, standings, summary
from measures.queries.reports import indicators, undertakings
from measures.rules import periods
from measures.rules.days import day_of

# The form of the text: a change of it that a reader of old reports would stumble over has the next number.
FORM = 1


def content(*, cycle: str, at: datetime) -> dict[str, Any]:
    """What was known at `at` of the cycle with that code and its document, as rules.reports reads it.

    Rows in the order of the document, and of their codes; decimals, days and instants as Python has them.
    """
    day = day_of(at)
    checkpoint = log.newest_checkpoint()
    with as_of.known_at(at):
        held = Cycle.objects.select_related("document").get(code=cycle)
        document = held.document
        counts = summary.summary(on=day, documents=[document.pk])
        measures = undertakings.measures(document, held, day)
        return {
            "form": FORM,
            "known_at": at,
            "day": day,
            "rule": standings.rule_in_force(),
            "revision": counts.pop("revision"),
            "checkpoint": {"size": checkpoint.size, "note": checkpoint.text} if checkpoint else None,
            "cycle": _cycle(held),
            "document": _document(document),
            "ministries": _ministries(document),
            "summary": _counted(counts),
            "obligations": obligations.told(_owed(held, day), on=day),
            "measures": measures,
            "kpis": indicators.kpis(document),
            "reports": undertakings.reports(held),
        }


def state_at(*, cycle: str, at: datetime) -> str | None:
    """The state the cycle was in at `at`; None before there was one."""
    with as_of.known_at(at):
        return Cycle.objects.filter(code=cycle).values_list("state", flat=True).first()


def read(*, cycle: str, at: datetime) -> dict[str, Any]:
    """`content` as it reads once it is written down."""
    return dict(json.loads(canonical(content(cycle=cycle, at=at))))


def _counted(counts: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is owed in all open cycles; marks of viewpoints are no keys of canonical text, but values."""
    measures = dict(counts["measures"])
    measures["by_viewpoint"] = [{"mark": mark, "measures": n} for mark, n in measures["by_viewpoint"].items()]
    return {"measures": measures, "rollup": counts["rollup"], "kpis": counts["kpis"]}


def _owed(cycle: Cycle, day: Any) -> obligations.Figures:
    return obligations.together(obligations.counts(Obligation.objects.filter(cycle=cycle), by="cycle", on=day).values())


def _cycle(cycle: Cycle) -> dict[str, Any]:
    period = periods.from_dates(cycle.period_type, cycle.period_start, cycle.period_end)
    days = {name: getattr(cycle, name) for name in ("opens_on", "due_on", "closes_on")}
    return {"code": cycle.code, "state": cycle.state, "period": periods.to_wire(period), "demo": cycle.is_demo, **days}


def _document(document: Document) -> dict[str, Any]:
    names = ("code", "version", "title", "title_en", "issuer", "issuer_en", "issued_on", "sha256")
    return {name: getattr(document, name) for name in names}


def _ministries(document: Document) -> list[dict[str, Any]]:
    """Those with a part in the document, in their order of precedence."""
    with_part = Assignment.objects.filter(measure__in=Measure.objects.filter(element__document=document))
    found = Ministry.objects.filter(pk__in=with_part.values("ministry")).order_by("precedence", "code")
    return [{"code": one.code, "name": one.name, "name_en": one.name_en} for one in found]
