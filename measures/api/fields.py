"""How values look on the wire: in, strictly; out, always the same way."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from measures.messages import lazy, say
from measures.rules import kpi, periods
from measures.rules.days import wire
from measures.rules.texts import DECIMAL, is_web_address
from measures.vocabulary import label

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The first and the last line of the source text, counted from 1.
LINES_SCHEMA = {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2, "maxItems": 2}


def nearest(word: str, known: Iterable[str]) -> str:
    """A sentence that helps with a word we do not know: the nearest one, or the list when it is short."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    if close:
        return say("Did you mean '{close}'?", close=close[0])
    return say("Known are: {words}.", words=", ".join(words)) if 0 < len(words) <= 40 else say("See the list of them.")


class StrictSerializer(serializers.Serializer[Any]):
    """Input that refuses fields it does not know."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = {}
        if isinstance(data, Mapping):
            takes = [name for name, field in self.fields.items() if not field.read_only]
            unknown = {
                name: [
                    serializers.ErrorDetail(
                        say("There is no such field. {hint}", hint=nearest(name, takes)), "unknown-field"
                    )
                ]
                for name in data
                if name not in takes
            }
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **unknown}) from None
        if unknown:
            raise serializers.ValidationError(unknown)
        return value


class TextField(serializers.CharField):
    """A string, and nothing that merely could be made one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WholeNumberField(serializers.IntegerField):
    """An integer; "2" and 2.0 are none."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class FlagField(serializers.Field[bool, Any, bool, Any]):
    """true or false."""

    default_error_messages = {"invalid": lazy("Send true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> bool:
        return bool(value)


FlagField = extend_schema_field({"type": "boolean"})(FlagField)  # type: ignore[misc]


@extend_schema_field({"type": "string", "pattern": f"^{DECIMAL.pattern}$", "examples": ["16.1"]})
class DecimalField(serializers.Field[Decimal, Any, str, Any]):
    """A decimal string such as "16.1": ASCII digits, no exponent, at most 18 before and 10 after the point."""

    default_error_messages = {
        "invalid": lazy(
            'Send a decimal number as a string, such as "16.1": up to 18 digits before the point and 10 after.'
        )
    }

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not DECIMAL.fullmatch(data):
            self.fail("invalid")
        return Decimal(data)

    def to_representation(self, value: Decimal) -> str:
        return plain(value)


@extend_schema_field({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{6}$", "examples": ["0.806818"]})
class ShareField(serializers.Field[Decimal, Any, str, Any]):
    """A share as a decimal string with 6 places; output only."""

    def to_representation(self, value: Decimal) -> str:
        return format(kpi.shown(value), "f")


@extend_schema_field({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,6})?$", "examples": ["14784"]})
class ShortField(serializers.Field[Any, Any, Any, Any]):
    """A computed decimal as a string, rounded to 6 places; output only."""

    def to_representation(self, value: Decimal | None) -> str | None:
        return short(value)


@extend_schema_field({"type": "string", "format": "date"})
class DayField(serializers.Field[date, Any, str, Any]):
    """A day as YYYY-MM-DD in ASCII digits."""

    default_error_messages = {"invalid": lazy('Send a day that exists as "YYYY-MM-DD".')}

    def to_internal_value(self, data: Any) -> date:
        try:
            if isinstance(data, str) and DAY.fullmatch(data):
                return date.fromisoformat(data)
        except ValueError:
            pass
        self.fail("invalid")

    def to_representation(self, value: date) -> str:
        return value.isoformat()


@extend_schema_field({"type": "string", "format": "date-time", "examples": ["2026-11-23T15:04:05.123456+09:00"]})
class InstantField(serializers.Field[datetime, Any, str, Any]):
    """An instant in Japan's time with six decimals; output only."""

    def to_representation(self, value: datetime) -> str:
        return wire(value)


@extend_schema_field({"type": "string", "format": "date-time", "examples": ["2026-11-23T15:04:05+09:00"]})
class MomentField(serializers.Field[datetime, Any, str, Any]):
    """An instant with its offset from UTC; input only."""

    default_error_messages = {"invalid": lazy("Send an instant with its offset, such as 2026-11-23T15:04:05+09:00.")}

    def to_internal_value(self, data: Any) -> datetime:
        try:
            at = parse_datetime(data) if isinstance(data, str) and data.isascii() else None
            if at is not None and at.tzinfo is not None:
                # In UTC, since PostgreSQL takes no offset of more than 16 hours.
                return at.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        self.fail("invalid")


@extend_schema_field({"$ref": "#/components/schemas/Period"})
class PeriodField(serializers.Field[periods.Period, Any, dict[str, Any], Any]):
    """A period in its wire form; out, it reads the columns `<source>_type`, `_start` and `_end` of the row."""

    def __init__(self, *, columns: str = "period", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = columns

    def get_attribute(self, instance: Any) -> Any:
        kind = getattr(instance, f"{self.columns}_type")
        if not kind:
            return None
        return periods.from_dates(
            kind, getattr(instance, f"{self.columns}_start"), getattr(instance, f"{self.columns}_end")
        )

    def to_internal_value(self, data: Any) -> periods.Period:
        try:
            return periods.from_wire(data)
        except periods.PeriodError as error:
            detail = serializers.ErrorDetail(error.message, "invalid-period")
            key = error.pointer.removeprefix("/")
            raise serializers.ValidationError({key: [detail]} if key else [detail]) from None

    def to_representation(self, value: periods.Period) -> dict[str, Any]:
        return periods.to_wire(value)


@extend_schema_field(LINES_SCHEMA)
class LinesField(serializers.Field[Any, Any, list[int], Any]):
    """Where the element that is its source stands in the text; output only."""

    def to_representation(self, value: Any) -> list[int]:
        return [value.first_line, value.last_line]


class SelectedField(serializers.Field[Any, Any, Any, Any]):
    """Those rows of a prefetched `relation` whose `column` is one of `words`; `one` takes the first; output only."""

    child: serializers.BaseSerializer[Any]
    relation: str
    column: str
    words: Sequence[str]
    one = False

    def get_attribute(self, instance: Any) -> Any:
        rows = [row for row in getattr(instance, self.relation).all() if getattr(row, self.column) in self.words]
        return next(iter(rows), None) if self.one else rows

    def to_representation(self, value: Any) -> Any:
        if self.one:
            return self.child.to_representation(value)
        return [self.child.to_representation(row) for row in value]


@extend_schema_field({"type": "string", "example": "実施中"})
class LabelField(serializers.Field[str, Any, str, Any]):
    """A code's name for people in the language of the request; output only, blank where there is no code."""

    def __init__(self, vocabulary: type[TextChoices], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.vocabulary = vocabulary

    def to_representation(self, value: str) -> str:
        return label(self.vocabulary, value, get_language() or "")


@extend_schema_field({"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#]+"})
class WebAddressField(TextField):
    """An http or https address."""

    default_error_messages = {"address": lazy("Send an address that begins with http:// or https://.")}

    def to_internal_value(self, data: Any) -> str:
        address = super().to_internal_value(data)
        if address and not is_web_address(address):
            self.fail("address")
        return address


@extend_schema_field({"type": "string", "minLength": 1})
class CodeField(serializers.SlugRelatedField):
    """A row named by its code."""

    default_error_messages = {
        "unknown": lazy("There is no '{code}'. {hint}"),
        "invalid": lazy("Send a code as a string."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        found = self.get_queryset().filter(code=data).first()
        if found is None:
            codes = self.get_queryset().order_by("code").values_list("code", flat=True)[:2000]
            self.fail("unknown", code=data[:64], hint=nearest(data[:64], codes))
        return found


def plain(value: Decimal) -> str:
    """A decimal without exponent, as it was written."""
    return format(value, "f")


def short(value: Decimal | None) -> str | None:
    """A computed decimal rounded to 6 places, without the zeros that computing leaves behind."""
    if value is None:
        return None
    return format(kpi.shown(value).normalize() + 0, "f")
