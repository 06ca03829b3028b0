"""The change between two reports in parts: every KPI and every measure falls into exactly one, so the parts add up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from measures.rules.reports import declared
from measures.rules.reports.figures import Columns, Known, Row, better, columns
from measures.vocabulary import ChangePart, Rating

UNRATED = "none"


@dataclass(frozen=True, slots=True)
class Moved:
    """A measure or KPI by its code, the part it falls into, and its rating in the two reports.

    `restated` says what of a KPI was stated otherwise of the time that the earlier report speaks of: its "value", the
    "series" before it, the "baseline" or the "target". `columns` are a KPI's that is in both.
    """

    code: str
    part: ChangePart
    before: str | None
    after: str | None
    restated: tuple[str, ...] = ()
    columns: Columns | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """All that is in either report, each once."""

    measures: Sequence[Moved]
    kpis: Sequence[Moved]

    def counts(self) -> list[dict[str, Any]]:
        """By part: how many measures and KPIs fall into it, and how those were and are rated.

        The ratings before add up to those of the earlier report, the ratings after to those of the later one.
        """
        return [
            {
                "part": part.value,
                "measures": sum(one.part == part for one in self.measures),
                "kpis": sum(one.part == part for one in self.kpis),
                "rated_before": _ratings(one.before for one in self.kpis if part == one.part != ChangePart.ENTERED),
                "rated_after": _ratings(one.after for one in self.kpis if part == one.part != ChangePart.LEFT),
            }
            for part in ChangePart
        ]


def between(before: Row, after: Row) -> Change:
    """What became of all that the report `before` says, in the report `after`; of the same document."""
    sides = [_known(before), _known(after)]
    kpis = [_kpi(code, *(side.get(code) for side in sides)) for code in _codes(*sides)]
    was, now = ({row["code"]: row for row in report["measures"]} for report in (before, after))
    same_cycle = before["cycle"]["code"] == after["cycle"]["code"]
    parts = {one.code: one for one in kpis}
    moved = [_measure(code, was.get(code), now.get(code), parts, same_cycle) for code in _codes(was, now)]
    return Change(measures=moved, kpis=kpis)


def _known(report: Row) -> dict[str, Known]:
    day, rule = date.fromisoformat(report["day"]), report["rule"]
    return {row["code"]: Known(row, day, rule) for row in report["kpis"]}


def _codes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """In the order of the later report, then what only the earlier one has."""
    return [*after, *(code for code in before if code not in after)]


def _ratings(ratings: Iterable[str | None]) -> dict[str, int]:
    counted = Counter(rating or UNRATED for rating in ratings)
    return {name: counted[name] for name in (*Rating.values, UNRATED)}


def _kpi(code: str, before: Known | None, after: Known | None) -> Moved:
    was = before.published.rating if before else None
    now = after.published.rating if after else None
    if before is None or after is None:
        return Moved(code, ChangePart.LEFT if before else ChangePart.ENTERED, was, now)
    compared, restated = columns(before, after), _restated(before, after)
    part = _part(before, after, compared, is_restated=bool(restated))
    return Moved(code, part, was, now, restated, compared)


def _part(before: Known, after: Known, compared: Columns, *, is_restated: bool) -> ChangePart:
    """What moved the rating comes first, then what moved the figure.

    From the published rating one comes to the later one in three steps: other facts of the same time, another rule,
    later figures.
    """
    published, now = compared.published, after.published
    if published.figure is None and now.figure is not None:
        return ChangePart.NEWLY_REPORTED
    is_later = bool(now.figure and published.figure and now.figure.period > published.figure.period)
    if published.rating != now.rating and now.rating == compared.rerated.rating:
        until = published.figure.period.end if published.figure else None
        by_old_rule = after.judged(until=until, rule=before.rule)
        return ChangePart.RULE_CHANGED if by_old_rule.rating != now.rating else ChangePart.RESTATED
    if is_later and (said := _said_by_later(after, compared)):
        return said
    return ChangePart.RESTATED if is_restated or published.rating != now.rating else ChangePart.UNCHANGED


def _said_by_later(after: Known, compared: Columns) -> ChangePart | None:
    """What a later figure says beside the earlier one, both by what is known now; None when it is the same one."""
    now, then = after.published, compared.rerated
    is_better = better(now, then, after.row["direction"])
    if is_better is not None:
        return ChangePart.IMPROVED if is_better else ChangePart.WORSENED
    if then.figure and now.figure and now.figure.ends == then.figure.ends and now.rating == then.rating:
        return None
    # Nobody said which way the KPI is meant to move.
    return ChangePart.NEWLY_REPORTED


def _restated(before: Known, after: Known) -> tuple[str, ...]:
    published = before.published.figure
    found = []
    if published and published != after.figure(published.period):
        found.append("value")
    later = after.series()
    others = {period: figure for period, figure in before.series().items() if figure != published}
    if any(later.get(period) != figure for period, figure in others.items()):
        found.append("series")
    if before.measured_from() != after.measured_from():
        found.append("baseline")
    if before.aimed_at() != after.aimed_at():
        found.append("target")
    return tuple(found)


def _measure(code: str, before: Row | None, after: Row | None, kpis: Mapping[str, Moved], same_cycle: bool) -> Moved:
    was, now = (row["standing"]["rating"] if row else None for row in (before, after))
    causes = {kpis[one["code"]].part for one in (after or {"kpis": ()})["kpis"] if _moves(kpis[one["code"]])}
    return Moved(code, declared.part(before, after, causes, same_cycle=same_cycle), was, now)


def _moves(kpi: Moved) -> bool:
    return kpi.before != kpi.after
