"""Periods, instants and figures as the database writes them for a file, equal to what rules.periods and the API say."""

from typing import Any

from django.db.models import Case, CharField, DateField, F, Func, IntegerField, When

from measures.exports.tables import Column, Type
from measures.models.fields import NumericField
from measures.vocabulary import PeriodType

# A fiscal year begins three months after the calendar year whose number it has: 90 days before any day on which a part
# of it begins, it is that year. Text that begins with the year is many times as fast as to_char.
FISCAL = {
    PeriodType.FISCAL_YEAR: "'FY' || left({0}::text, 4)",
    PeriodType.HALF_YEAR: "'FY' || left(({0} - 90)::text, 4)"
    " || CASE date_part('month', {0}) WHEN 4 THEN 'H1' ELSE 'H2' END",
    PeriodType.QUARTER: "'FY' || left(({0} - 90)::text, 4) || 'Q' || date_part('quarter', {0} - 90)",
}
LABELS = FISCAL | {
    PeriodType.CALENDAR_YEAR: "'CY' || left({0}::text, 4)",
    PeriodType.MONTH: "left({0}::text, 7)",
    PeriodType.POINT: "{0}::text",
}


def columns(prefix: str = "", *, path: str = "", what: str = "", what_en: str = "") -> tuple[Column, ...]:
    """A period's type, label, fiscal year (blank unless it is counted in fiscal years), first and last day.

    `path` leads to the model that has the period, "standing__" for instance.
    """
    kind, start, end = (f"{path}period_{part}" for part in ("type", "start", "end"))
    said: list[tuple[str, Type, str, str, Any, str]] = [
        ("period_type", Type.CODE, "期間の種類", "kind of period", kind, "年度と暦年は同じ番号でも違う期間である。"),
        ("period", Type.CODE, "期間", "period", label(kind, start), "FY は年度、CY は暦年、H は半期、Q は四半期。"),
        ("fiscal_year", Type.INTEGER, "年度", "fiscal year", fiscal_year(kind, start), "年度で数える期間だけにある。"),
        ("first_day", Type.DATE, "期間の初日", "first day", start, ""),
        ("last_day", Type.DATE, "期間の末日", "last day", _last_day(end), "この日を含む。"),
    ]
    return tuple(
        Column(
            f"{prefix}{name}",
            type,
            f"{what}{title}",
            f"{what_en}{title_en}".capitalize(),
            source,
            description=description,
            codes=PeriodType if name == "period_type" else None,
        )
        for name, type, title, title_en, source, description in said
    )


def label(kind: str, start: str) -> Case:
    """As rules.periods.label."""
    return Case(*(When(**{kind: one}, then=_Sql(sql, start, CharField())) for one, sql in LABELS.items()))


def fiscal_year(kind: str, start: str) -> Case:
    year = _Sql("date_part('year', {0} - 90)::integer", start, IntegerField())
    return Case(When(**{f"{kind}__in": list(FISCAL)}, then=year))


def shown(path: str) -> Func:
    """As rules.kpi.shown: six places, half to even, and never -0; PostgreSQL rounds half away from zero.

    Half a millionth is taken back where that made an odd digit of a half.
    """
    return _Sql(
        "CASE WHEN abs({0} * 1000000 - trunc({0} * 1000000)) = 0.5 THEN round(round({0} * 500000) / 500000, 6)"
        " ELSE round({0}, 6) END",
        path,
        NumericField(),
    )


def _last_day(end: str) -> Func:
    return _Sql("{0} - 1", end, DateField())


class _Sql(Func):
    """SQL of ours over one column, {0}, which may stand in it several times, each time with its parameters."""

    def __init__(self, template: str, path: str, output_field: Any) -> None:
        super().__init__(F(path), output_field=output_field)
        self.sql = template

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"({self.sql.replace('{0}', sql)})", [*params] * self.sql.count("{0}")
