"""How much is generated and when it all happened: pure arithmetic from the sizes that were asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from measures.rules.days import JAPAN
from measures.vocabulary import PeriodType

# The month that is being reported now. Fixed, so that equal sizes and seeds give equal rows on every day.
OPEN_MONTH = date(2025, 3, 1)
MEASURES_A_DOCUMENT, MEASURES_A_SECTION = 1000, 50
MOST_KPIS, MOST_CYCLES, MOST_POINTS = 999_999, 1200, 40_000
# The kinds of period that KPIs have in turn; of the longer ones there are at most so many, points take the rest.
TYPES = (PeriodType.FISCAL_YEAR, PeriodType.QUARTER, PeriodType.MONTH, PeriodType.POINT)
LONGEST = {PeriodType.FISCAL_YEAR: 30, PeriodType.QUARTER: 120, PeriodType.MONTH: 360}
CORRECTED_ONE_IN, SILENT_ONE_IN = 100, 500


class BadSize(ValueError):
    """Why these sizes cannot be generated, in one sentence that says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`updates` counts all reports; each measure has one a month. Raises BadSize when the sizes do not go together.

    Slots number the measures from 0, cycles the months from 0; cycle `closed` is the one that is open.
    """

    measures: int = 10_000
    kpis: int = 20_000
    observations: int = 1_000_000
    updates: int = 1_000_000
    seed: int = 1

    def __post_init__(self) -> None:
        if self.measures < 1 or self.kpis < 8 or min(self.observations, self.updates) < 0 or self.seed < 0:
            raise BadSize("At least 1 measure and 8 KPIs are generated, and nothing below 0.")
        if self.kpis > MOST_KPIS:
            raise BadSize(f"At most {MOST_KPIS} KPIs are generated.")
        if self.closed > MOST_CYCLES:
            raise BadSize(f"{MOST_CYCLES} reports a measure are the most: ask for fewer updates or more measures.")
        if max(self.lengths(), default=0) > MOST_POINTS:
            raise BadSize(f"A KPI has at most {MOST_POINTS} values: ask for fewer observations or more KPIs.")

    @property
    def open_updates(self) -> int:
        """Reports in the open cycle: drafts, and what is submitted, returned or withdrawn."""
        return min(self.measures // 5, self.updates // 10)

    @property
    def closed_updates(self) -> int:
        return self.updates - self.open_updates

    @property
    def closed(self) -> int:
        """How many closed cycles there are."""
        return -(-self.closed_updates // self.measures)

    @property
    def skipped(self) -> int:
        """How many measures did not report in the first cycle yet."""
        return self.closed * self.measures - self.closed_updates

    @property
    def corrections(self) -> int:
        return self.observations // CORRECTED_ONE_IN

    @property
    def originals(self) -> int:
        return self.observations - self.corrections

    @property
    def documents(self) -> int:
        return -(-self.measures // MEASURES_A_DOCUMENT)

    @property
    def first_month(self) -> date:
        """The month of cycle 0."""
        return month(OPEN_MONTH, -self.closed)

    @property
    def began_at(self) -> datetime:
        """When the registry was entered, before the first cycle."""
        return datetime.combine(self.first_month - timedelta(days=1), time(9), JAPAN)

    @property
    def corrected_at(self) -> datetime:
        """When the corrections were published, after the last closed cycle."""
        return self.imported_at(self.closed - 1) + timedelta(days=2)

    def month_of(self, cycle: int) -> date:
        return month(self.first_month, cycle)

    def opened_at(self, cycle: int) -> datetime:
        """When the reports of a cycle begin: the morning after its month."""
        return datetime.combine(self.month_of(cycle + 1), time(9), JAPAN)

    def imported_at(self, cycle: int) -> datetime:
        """When the values of a cycle's month that nobody reported were entered."""
        return self.opened_at(cycle) + timedelta(days=20)

    def type_of(self, kpi: int) -> PeriodType:
        """KPIs are numbered from 0; those of one measure have different types."""
        return TYPES[(kpi % self.measures + kpi // self.measures) % len(TYPES)]

    def lengths(self) -> list[int]:
        """How many values each KPI has without corrections: `originals` in all."""
        share = self.originals // self.kpis
        lengths = [0 if _is_silent(kpi) else min(share, LONGEST.get(self.type_of(kpi), 0)) for kpi in range(self.kpis)]
        points = [kpi for kpi in range(self.kpis) if self.type_of(kpi) == PeriodType.POINT and not _is_silent(kpi)]
        each, more = divmod(self.originals - sum(lengths), len(points))
        for place, kpi in enumerate(points):
            lengths[kpi] = each + (place < more)
        return lengths

    def updates_of(self, cycle: int) -> tuple[int, int]:
        """The ids of the first and the last report of a cycle."""
        if cycle == self.closed:
            return self.closed_updates + 1, self.updates
        return max(cycle * self.measures - self.skipped, 0) + 1, (cycle + 1) * self.measures - self.skipped

    def slots_of(self, document: int) -> Iterator[int]:
        """The slots of the measures in a document, which is numbered from 0."""
        first = document * MEASURES_A_DOCUMENT
        return iter(range(first, min(first + MEASURES_A_DOCUMENT, self.measures)))


def month(first: date, after: int) -> date:
    """The first day of the month that is `after` months after `first`, or before it."""
    years, month0 = divmod(first.year * 12 + first.month - 1 + after, 12)
    return date(years, month0 + 1, 1)


def _is_silent(kpi: int) -> bool:
    """Whether a KPI has no value at all."""
    return kpi % SILENT_ONE_IN == SILENT_ONE_IN - 1
