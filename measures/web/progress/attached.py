"""The evidence of a report as its page lists it."""

from typing import Any

from django.http import HttpRequest

from measures.models import Evidence
from measures.queries import evidence as queries
from measures.rules import evidence as rules
from measures.web.signed_in import actor


def evidence(request: HttpRequest, one: dict[str, Any]) -> list[dict[str, Any]]:
    """The evidence of a report as the API shows it, each with whether one may verify it and, if not, why."""
    who = actor(request)
    rows = {row.pk: queries.facts(row) for row in queries.whole(Evidence.objects.filter(update=one["id"]))}
    why = {pk: rules.cannot_verify(facts, who) or rules.not_to_verify(facts) for pk, facts in rows.items()}
    return [
        row | {"may_verify": why[row["id"]] is None, "why_not": getattr(why[row["id"]], "detail", "")}
        for row in one["evidence"]
    ]
