"""Rollups of measures in which those that are linked count once, and which say of what they are made."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from measures.vocabulary import MeasureLinkKind, Rating

# Links whose two measures are one undertaking to a rollup.
COUNTED_ONCE = (MeasureLinkKind.SAME_AS, MeasureLinkKind.OVERLAPS, MeasureLinkKind.MERGED_INTO)
WORST_FIRST = (Rating.B, Rating.A, Rating.N, Rating.F)


@dataclass(frozen=True, slots=True)
class Member:
    """A measure in a rollup: the worst rating among its KPIs, if any, and whether one of them could be rated."""

    rating: str | None
    ratable: bool


@dataclass(frozen=True, slots=True)
class Rollup:
    """Never one number: undertakings in `total`, those with a KPI that can be rated, those rated A or B, each rating;
    the measures they are made of, and the groups of them that were counted once.
    """

    total: int
    ratable: int
    rated: int
    by_rating: Mapping[str, int]
    members: Sequence[str]
    counted_once: Sequence[Sequence[str]]


def groups(links: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The connected components of what `links` join, each in order and in the order of their first; all of two or more.

    What overlaps one that overlaps a third is counted with it, whether or not the rollup holds the one between.
    """
    parents: dict[str, str] = {}

    def root(one: str) -> str:
        parents.setdefault(one, one)
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        return one

    for one, other in links:
        parents[root(one)] = root(other)
    found: dict[str, list[str]] = {}
    for one in sorted(parents):
        found.setdefault(root(one), []).append(one)
    return [group for group in sorted(found.values()) if len(group) > 1]


def rollup(members: Mapping[str, Member], together: Iterable[Sequence[str]]) -> Rollup:
    """The rollup of measures by code; of each group in `together` those that are members count as one.

    A group has the worst rating of its members, and is ratable when one of them is.
    """
    within = [present for group in together if len(present := [one for one in group if one in members]) > 1]
    grouped = {one for group in within for one in group}
    units = [[one] for one in members if one not in grouped] + within
    ratings = [_worst(members[one].rating for one in unit) for unit in units]
    counts = Counter(rating for rating in ratings if rating is not None)
    return Rollup(
        total=len(units),
        ratable=sum(any(members[one].ratable for one in unit) for unit in units),
        rated=counts[Rating.A] + counts[Rating.B],
        by_rating={str(rating): counts[rating] for rating in Rating},
        members=sorted(members),
        counted_once=within,
    )


def _worst(ratings: Iterable[str | None]) -> str | None:
    given = set(ratings)
    return next((one for one in WORST_FIRST if one in given), None)
