"""What a caller sends of a report."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from measures.api.fields import (
    CodeField,
    DayField,
    DecimalField,
    FlagField,
    PeriodField,
    StrictSerializer,
    TextField,
    WebAddressField,
)
from measures.messages import say
from measures.models import Cycle, Kpi, Measure, Ministry, ReportedValue
from measures.rules.texts import LONGEST
from measures.vocabulary import Health, MeasureStatus, ObservationStatus, UpdateKind


class SourceIn(StrictSerializer):
    title = TextField(allow_blank=True, max_length=LONGEST["source_title"])
    publisher = TextField(allow_blank=True, default="", max_length=LONGEST["source_publisher"])
    url = WebAddressField(allow_blank=True, default="", max_length=LONGEST["source_url"])
    published_on = DayField(allow_null=True, default=None)


class ObservationIn(StrictSerializer):
    """`value`, or both `low` and `high` where the publication gives a range."""

    kpi = CodeField(queryset=Kpi.objects.all())
    period = PeriodField()
    value = DecimalField(allow_null=True, default=None)
    low = DecimalField(allow_null=True, default=None)
    high = DecimalField(allow_null=True, default=None)
    status = serializers.ChoiceField(choices=ObservationStatus, default=ObservationStatus.FINAL)
    approximate = FlagField(default=False)
    derived = FlagField(default=False)
    derivation = TextField(allow_blank=True, default="", max_length=LONGEST["derivation"])
    note = TextField(allow_blank=True, default="", max_length=LONGEST["note"])
    source = SourceIn()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        number, low, high = attrs["value"], attrs["low"], attrs["high"]
        exact = number is not None and low is None and high is None
        between = number is None and low is not None and high is not None and low <= high
        if not (exact or between):
            hint = say("Send either value, or both low and high with low at most high.")
            raise serializers.ValidationError({"value": [serializers.ErrorDetail(hint, "value-or-range")]})
        return attrs


class ExplanationIn(StrictSerializer):
    """Why the declared health differs from what the KPIs say; all of it or none."""

    cause = TextField(max_length=LONGEST["cause"])
    corrective_step = TextField(max_length=LONGEST["corrective_step"])
    owner = TextField(max_length=LONGEST["owner"], help_text="Who takes the step: a person or a unit.")
    due_on = DayField()


class ContentIn(StrictSerializer):
    """What a report says; whatever is left out stays as it is, and an observation is always whole."""

    narrative = TextField(required=False, allow_blank=True, max_length=LONGEST["narrative"])
    reason = TextField(
        required=False, allow_blank=True, max_length=LONGEST["reason"], help_text="Why a correction is made."
    )
    declared_status = serializers.ChoiceField(required=False, choices=MeasureStatus, allow_blank=True)
    declared_health = serializers.ChoiceField(required=False, choices=Health, allow_blank=True)
    explanation = ExplanationIn(
        required=False, allow_null=True, help_text="Needed where the health contradicts the KPIs; null takes it back."
    )
    observations = ObservationIn(required=False, many=True, max_length=200)


class UpdateIn(ContentIn):
    measure = CodeField(queryset=Measure.objects.all())
    cycle = CodeField(queryset=Cycle.objects.all())
    kind = serializers.ChoiceField(choices=UpdateKind, default=UpdateKind.REPORT)
    on_behalf_of = CodeField(queryset=Ministry.objects.all(), allow_null=True, default=None)


def content(given: Mapping[str, Any]) -> dict[str, Any]:
    """The operations' content: observations become ReportedValues that are not saved yet."""
    content = dict(given)
    if "observations" in content:
        content["observations"] = [reported(dict(one)) for one in content["observations"]]
    return content


def reported(given: dict[str, Any]) -> ReportedValue:
    period, source = given.pop("period"), given.pop("source")
    return ReportedValue(
        period_type=period.type,
        period_start=period.start,
        period_end=period.end,
        **{f"source_{name}": value for name, value in source.items()},
        **given,
    )
