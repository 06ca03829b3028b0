"""What the coordinator sends of KPIs, baselines, targets and links."""

from rest_framework import serializers

from measures.api.fields import CodeField, DayField, DecimalField, PeriodField, TextField, WholeNumberField
from measures.api.registry import CODE, BasisIn, ElementField, ReasonIn
from measures.models import Measure
from measures.vocabulary import Direction, PeriodType, TargetKind


class KpiIn(ReasonIn):
    """A new KPI; `decimals` is how many decimal places its values are published with."""

    code = TextField(max_length=64, validators=[CODE])
    name = TextField(max_length=200)
    name_en = TextField(max_length=200)
    unit = TextField(max_length=32)
    direction = serializers.ChoiceField(choices=Direction, allow_blank=True, default="")
    period_type = serializers.ChoiceField(choices=PeriodType)
    decimals = WholeNumberField(min_value=0, max_value=10, default=0)
    statistic = TextField(max_length=200)
    definition = TextField(allow_blank=True, default="", max_length=4000)


class KpiChangesIn(ReasonIn):
    """What is left out stays."""

    name = TextField(required=False, max_length=200)
    name_en = TextField(required=False, max_length=200)
    unit = TextField(required=False, max_length=32)
    direction = serializers.ChoiceField(required=False, choices=Direction, allow_blank=True)
    period_type = serializers.ChoiceField(required=False, choices=PeriodType)
    decimals = WholeNumberField(required=False, min_value=0, max_value=10)
    statistic = TextField(required=False, max_length=200)
    definition = TextField(required=False, allow_blank=True, max_length=4000)


class BaselineIn(BasisIn):
    """`value` null says that the period is known and the number is not."""

    period = PeriodField()
    value = DecimalField(allow_null=True)


class TargetIn(BasisIn):
    """`value` reads by kind: the number (absolute, maintain), 0.5 for +50 % (relative), the factor (multiple).

    `effective_on` is the day from which it is said to hold: today when it is left out, and none to come.
    """

    kind = serializers.ChoiceField(choices=TargetKind)
    value = DecimalField(allow_null=True, default=None)
    low = DecimalField(allow_null=True, default=None)
    high = DecimalField(allow_null=True, default=None)
    due_on = DayField()
    effective_on = DayField(allow_null=True, default=None)
    stated_as = TextField(allow_blank=True, default="", max_length=500)
    source = TextField(max_length=1000)
    element = ElementField(allow_null=True, default=None)


class KpiLinkIn(BasisIn):
    measure = CodeField(queryset=Measure.objects.all())
