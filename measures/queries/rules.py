"""Rating rules: which one is in force since when, and every rating that another one would change."""

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

from measures.models import Kpi, KpiLink, RuleChange
from measures.queries import standings
from measures.rules import kpi
from measures.rules.standings import RULE, WORST_FIRST
from measures.vocabulary import StandingState

AT_ONCE = 500


class Flip(NamedTuple):
    """A rating that a rule would change: of a "kpi" or a "measure", from `now` to `then`."""

    kind: str
    code: str
    now: str | None
    then: str | None


def rules() -> list[dict[str, Any]]:
    """Every rule that there is: what it does, its source, and since when and why it is in force; one statement.

    Without a change the first one is in force, since ever.
    """
    last = RuleChange.objects.order_by("-pk").first()
    in_force = last.rule if last else RULE
    return [
        {
            "code": code,
            "description": str(rule.said),
            "source": str(rule.source),
            "in_force": code == in_force,
            "since": last.recorded_at if last and code == in_force else None,
            "reason": last.reason if last and code == in_force else None,
        }
        for code, rule in kpi.RULES.items()
    ]


def preview(code: str, *, on: date) -> list[Flip]:
    """Every rating that would flip under the rule `code`, KPIs before measures.

    Reads the values of the KPIs that can flip, a few hundred KPIs at a time: of all of them, or only of those that have
    none when both rules rate a value alike. Three statements, and six for each 500 of these KPIs.
    """
    kpis = Kpi.objects.order_by("code")
    codes, now = dict(kpis.values_list("pk", "code")), dict(kpis.values_list("pk", "standing__rating"))
    if kpi.RULES[code].rate is kpi.RULES[standings.rule_in_force()].rate:
        kpis = kpis.filter(standing__state=StandingState.NO_DATA)
    then, ids = dict(now), list(kpis.values_list("pk", flat=True))
    for first in range(0, len(ids), AT_ONCE):
        facts = standings.told(ids[first : first + AT_ONCE])
        then |= {pk: facts.standing(pk, on=on, rule=code).rating for pk in facts.directions}
    flips = [Flip("kpi", codes[pk], now[pk], then[pk]) for pk in codes if now[pk] != then[pk]]
    return flips + _of_measures(now, then)


def _of_measures(now: dict[int, str | None], then: dict[int, str | None]) -> list[Flip]:
    members: dict[str, list[int]] = defaultdict(list)
    for code, pk in KpiLink.objects.order_by("measure__code", "kpi").values_list("measure__code", "kpi"):
        members[code].append(pk)
    flips = [
        Flip("measure", code, _worst(now[pk] for pk in ids), _worst(then[pk] for pk in ids))
        for code, ids in members.items()
    ]
    return [flip for flip in flips if flip.now != flip.then]


def _worst(ratings: Any) -> str | None:
    given = set(ratings)
    return next((one for one in WORST_FIRST if one in given), None)
