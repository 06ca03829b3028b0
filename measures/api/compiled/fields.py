"""What each kind of field is in SQL: the same text, to the byte, that its `to_representation` gives."""

from functools import singledispatch
from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.utils.translation import get_language
from rest_framework import serializers

from measures.api.compiled.sql import Row, Rows, Template, chosen
from measures.api.fields import (
    DecimalField,
    InstantField,
    LabelField,
    LinesField,
    PeriodField,
    SelectedField,
    ShareField,
    ShortField,
)
from measures.vocabulary import PeriodType, label

# Half to even, as rules.kpi.shown: twice the rounded half is even.
_ROUNDED = "CASE WHEN abs({0}) * 1000000 %% 1 = 0.5 THEN 2 * round({0} * 500000) * 0.000001 ELSE round({0}, 6) END"
_YEAR, _FISCAL = "extract(year FROM {1})::int", "extract(year FROM {1} - interval '3 months')::int"
_MONTH = "extract(month FROM {1})::int"
_PERIODS = {
    PeriodType.FISCAL_YEAR: f'{_YEAR} AS "year"',
    PeriodType.CALENDAR_YEAR: f'{_YEAR} AS "year"',
    PeriodType.HALF_YEAR: f'{_FISCAL} AS "year", ({_MONTH} + 8) %% 12 / 6 + 1 AS "half"',
    PeriodType.QUARTER: f'{_FISCAL} AS "year", ({_MONTH} + 8) %% 12 / 3 + 1 AS "quarter"',
    PeriodType.MONTH: f'{_YEAR} AS "year", {_MONTH} AS "month"',
    PeriodType.POINT: '{1} AS "on"',
}
_PERIOD = (
    "CASE {0} "
    + " ".join(
        f"WHEN '{kind.value}' THEN (SELECT to_json(p) FROM (SELECT {{0}} AS \"type\", {rest}) AS p)"
        for kind, rest in _PERIODS.items()
    )
    + " END"
)
# Columns that JSON shows as they are.
PLAIN = (
    serializers.BooleanField,
    serializers.CharField,
    serializers.ChoiceField,
    serializers.DateField,
    serializers.IntegerField,
    serializers.ListField,
)


def item(serializer: serializers.BaseSerializer[Any], rows: QuerySet[Any], *, prefix: str = "") -> Row:
    """The serializer's output for the row that `prefix` leads to from a row of `rows`."""
    fields = serializer.fields  # type: ignore[attr-defined]
    return Row(tuple(fields), *(expression(field, rows, prefix) for field in fields.values()))


@singledispatch
def expression(field: serializers.Field[Any, Any, Any, Any], rows: QuerySet[Any], prefix: str) -> Any:
    """What `field` of the row at `prefix` is in SQL. Raises TypeError for a kind of field that is not known here."""
    if type(field) in PLAIN:
        return F(_path(field, prefix))
    raise TypeError(f"{type(field).__name__} is not known in SQL: say here what it is")


@expression.register
def _(field: DecimalField, rows: QuerySet[Any], prefix: str) -> Any:
    return Template("{0}::text", F(_path(field, prefix)))


@expression.register
def _(field: ShareField, rows: QuerySet[Any], prefix: str) -> Any:
    return Template(f"({_ROUNDED})::text", F(_path(field, prefix)))


@expression.register
def _(field: ShortField, rows: QuerySet[Any], prefix: str) -> Any:
    return Template(f"trim_scale({_ROUNDED})::text", F(_path(field, prefix)))


@expression.register
def _(field: InstantField, rows: QuerySet[Any], prefix: str) -> Any:
    form = '\'YYYY-MM-DD"T"HH24:MI:SS.US"+09:00"\''
    return Template(f"to_char({{0}} AT TIME ZONE 'Asia/Tokyo', {form})", F(_path(field, prefix)))


@expression.register
def _(field: PeriodField, rows: QuerySet[Any], prefix: str) -> Any:
    return Template(_PERIOD, *(F(f"{prefix}{field.columns}_{part}") for part in ("type", "start")))


@expression.register
def _(field: LabelField, rows: QuerySet[Any], prefix: str) -> Any:
    words = {code: label(field.vocabulary, code, get_language() or "") for code in field.vocabulary.values}
    return chosen(_path(field, prefix), words)


@expression.register
def _(field: LinesField, rows: QuerySet[Any], prefix: str) -> Any:
    ends = (F(f"{_path(field, prefix)}__{end}") for end in ("first_line", "last_line"))
    return Template("CASE WHEN {0} IS NOT NULL THEN to_json(ARRAY[{0}, {1}]) END", *ends)


@expression.register
def _(field: serializers.Serializer, rows: QuerySet[Any], prefix: str) -> Any:
    path = _path(field, prefix)
    whole = item(field, rows, prefix=f"{path}__")
    # A row that is not there is null, and no object of nulls.
    return Case(When(**{f"{path}__isnull": False}, then=whole)) if field.allow_null else whole


@expression.register
def _(field: serializers.ListSerializer, rows: QuerySet[Any], prefix: str) -> Any:
    found = related(rows, str(field.source), prefix)
    return Rows(found.annotate(item=item(field.child, found)).values("item"))


@expression.register
def _(field: SelectedField, rows: QuerySet[Any], prefix: str) -> Any:
    found = related(rows, field.relation, prefix).filter(**{f"{field.column}__in": field.words})
    items = found.annotate(item=item(field.child, found)).values("item")
    return Subquery(items[:1]) if field.one else Rows(items)


def related(rows: QuerySet[Any], relation: str, prefix: str) -> QuerySet[Any]:
    """The rows of a relation as `rows` would prefetch them: its filter and its order are said there, once."""
    prefetches = {
        one.prefetch_through: one.queryset for one in rows._prefetch_related_lookups if hasattr(one, "queryset")
    }  # type: ignore[attr-defined]
    back = rows.model._meta.get_field(relation).field.name  # type: ignore[union-attr]
    return prefetches[relation].select_related(None).filter(**{back: OuterRef(f"{prefix}pk")})


def _path(field: serializers.Field[Any, Any, Any, Any], prefix: str) -> str:
    return prefix + str(field.source).replace(".", "__")
