"""Strict filters: an unknown parameter or value is refused with the nearest known one, repeated values mean OR."""

import re
from collections.abc import Iterable
from datetime import UTC
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Func, Model, QuerySet
from django.utils.dateparse import parse_datetime
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from measures.api import orders
from measures.api.fields import nearest
from measures.api.pagination import PARAMETERS
from measures.errors import BadInput, Problem
from measures.messages import say

MAX_TEXT = 200
WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


class StrictFilterSet(django_filters.FilterSet):
    """A filter set over query parameters, all of them known; it is made of those that were given.

    django-filter copies each filter and its form field for each request, which took a third of a list's time.
    """

    base_filters: dict[str, django_filters.Filter]

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        self.base_filters = {name: one for name, one in type(self).base_filters.items() if name in (data or ())}
        super().__init__(data, *args, **kwargs)


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """One or more of a vocabulary's codes."""

    def __init__(self, vocabulary: Any, **kwargs: Any) -> None:
        super().__init__(choices=vocabulary.choices, **kwargs)


class CodesFilter(django_filters.ModelMultipleChoiceFilter):
    """One or more rows named by their codes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(to_field_name="code", distinct=True, **kwargs)

    def get_filter_predicate(self, v: Any) -> dict[str, Any]:
        # django-filter would compare the relation itself, an id, with the code.
        return {str(self.field_name): v}


class WordsFilter(django_filters.MultipleChoiceFilter):
    """One or more of the words that stand in `column`, an array of `model`'s."""

    def __init__(self, model: type[Model], column: str, **kwargs: Any) -> None:
        def words() -> list[tuple[str, str]]:
            word = Func(F(column), function="unnest")
            found = model._default_manager.values_list(word, flat=True).distinct()
            return [(mark, mark) for mark in sorted(found)]

        super().__init__(choices=words, **kwargs)

    def get_filter_predicate(self, v: str) -> dict[str, list[str]]:
        return {f"{self.field_name}__contains": [v]}


class SubjectsField(django_filters.fields.MultipleChoiceField):
    """Types out of the choices, or one thing of that type by its code: `update`, `update:42`."""

    def valid_value(self, value: str) -> bool:
        kind, colon, code = value.partition(":")
        return super().valid_value(kind) and bool(code or not colon)


class SubjectsFilter(django_filters.MultipleChoiceFilter):
    """One or more subjects of events."""

    field_class = SubjectsField

    def __init__(self, vocabulary: Any, **kwargs: Any) -> None:
        super().__init__(choices=vocabulary.choices, distinct=False, **kwargs)

    def get_filter_predicate(self, v: str) -> dict[str, str]:
        kind, _, code = v.partition(":")
        return {"subject_type": kind, **({"subject_code": code} if code else {})}


class NumbersField(django_filters.fields.MultipleChoiceField):
    """Whole numbers in ASCII digits."""

    def valid_value(self, value: str) -> bool:
        return WHOLE_NUMBER.fullmatch(value) is not None


class NumbersFilter(django_filters.MultipleChoiceFilter):
    """One or more rows named by their numbers."""

    field_class = NumbersField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=(), distinct=False, **kwargs)


class FlagWidget(forms.Select):
    """Passes "true" and "false" through as they are written."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, (("", "---"), ("true", "true"), ("false", "false")))


class FlagFilter(django_filters.TypedChoiceFilter):
    """true or false."""

    def __init__(self, **kwargs: Any) -> None:
        choices = (("true", "true"), ("false", "false"))
        super().__init__(choices=choices, coerce=lambda value: value == "true", **kwargs)


class YearField(forms.IntegerField):
    """A year in ASCII digits."""

    def to_python(self, value: Any) -> int | None:
        if value and not (str(value).isascii() and str(value).isdigit()):
            raise forms.ValidationError(say("Send a year as a whole number, such as 2019."), code="invalid")
        return super().to_python(value)


class YearFilter(django_filters.NumberFilter):
    field_class = YearField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1868, max_value=2200, **kwargs)

    def get_max_validator(self) -> None:
        return None


class InstantField(forms.Field):
    """An instant with its offset from UTC."""

    def to_python(self, value: Any) -> Any:
        if not value:
            return None
        try:
            at = parse_datetime(str(value).replace(" ", "+")) if str(value).isascii() else None
            # In UTC, since PostgreSQL takes no offset of more than 16 hours.
            if at is not None and at.tzinfo is not None:
                return at.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise forms.ValidationError(
            say("Send an instant with its offset, such as 2026-11-23T15:04:05+09:00."), code="invalid"
        )


class InstantFilter(django_filters.Filter):
    field_class = InstantField


class StrictFilterBackend(DjangoFilterBackend):
    """Refuses what the view's filter set does not know, every parameter at once."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        known = set(type(filterset).base_filters) if filterset is not None else set()
        known |= set(getattr(view, "parameters", PARAMETERS))
        known |= {orders.PARAMETER} if getattr(view, "orders", None) else set()
        known |= {"known_at"} if getattr(view, "takes_known_at", False) else set()
        problems = wrong_parameters(request, known, several=_taking_several(filterset))
        if filterset is not None and not problems and not filterset.is_valid():
            problems += _invalid(filterset)
        problems += orders.problems(request, getattr(view, "orders", {}))
        if problems:
            raise BadInput(problems)
        return queryset if filterset is None else filterset.qs


def wrong_parameters(request: Request, known: Iterable[str], *, several: Iterable[str] = ()) -> list[Problem]:
    """A problem for each parameter that is not `known`, holds no text, or stands twice and is not of `several`."""
    return unknown(request.query_params, set(known)) + _text_problems(request) + _repeated(request, set(several))


def unknown(given: Iterable[str], names: set[str]) -> list[Problem]:
    """A problem for each given parameter that is none of `names`."""
    return [
        Problem(
            "",
            "unknown-parameter",
            say("There is no parameter '{name}'. {hint}", name=name[:64], hint=nearest(name, names)),
            parameter=name[:64],
        )
        for name in given
        if name not in names
    ]


def _text_problems(request: Request) -> list[Problem]:
    given = [(name, value) for name, values in request.query_params.lists() for value in values]
    return [
        Problem("", "invalid", detail, parameter=name[:64])
        for name, value in given
        if (detail := _wrong_text(value)) and not (name == "cursor" and value)
    ]


def _wrong_text(value: str) -> str:
    if not value:
        return say("The value is empty: give one, or leave the parameter out.")
    if "\x00" in value or len(value) > MAX_TEXT:
        return say("The value holds a NUL or is longer than {max_text} characters.", max_text=MAX_TEXT)
    if "\ufffd" in value:
        # What Django puts in the place of bytes it cannot read.
        return say("The value is not UTF-8.")
    return ""


def _taking_several(filterset: django_filters.FilterSet | None) -> set[str]:
    filters = type(filterset).base_filters if filterset is not None else {}
    return {name for name, one in filters.items() if isinstance(one, django_filters.MultipleChoiceFilter)}


def _repeated(request: Request, several: set[str]) -> list[Problem]:
    """A problem for each parameter that stands twice and takes one value, since none of the two is more right."""
    return [
        Problem("", "repeated", say("{name} takes one value: keep one of them.", name=name[:64]), parameter=name[:64])
        for name, values in request.query_params.lists()
        if len(values) > 1 and name not in several
    ]


def _invalid(filterset: django_filters.FilterSet) -> list[Problem]:
    problems = []
    for name, errors in filterset.errors.as_data().items():
        field = filterset.form.fields[name]
        for error in errors:
            detail = " ".join(error.messages)
            if error.code in ("invalid_choice", "invalid_pk_value"):
                given = str((error.params or {}).get("value") or (error.params or {}).get("pk") or "")
                detail = say(
                    "'{given}' is not a known value. {hint}", given=given[:64], hint=nearest(given, _codes(field))
                )
            problems.append(
                Problem("", "unknown-value" if error.code == "invalid_choice" else "invalid", detail, parameter=name)
            )
    return problems


def _codes(field: forms.Field) -> list[str]:
    queryset = getattr(field, "queryset", None)
    if queryset is not None:
        return list(queryset.order_by("code").values_list("code", flat=True)[:2000])
    return [str(value) for value, _ in getattr(field, "choices", ()) if value != ""]
