"""Small shapes that several resources show."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from measures.api.fields import LINES_SCHEMA, DecimalField, LabelField, LinesField, PeriodField, ShareField, ShortField
from measures.api.known_at import noted
from measures.models import Assignment, KpiStanding, MeasureStanding, Ministry, Person, ProgressUpdate, Source
from measures.vocabulary import Basis, DataState, StandingState


class MinistryBrief(serializers.ModelSerializer[Ministry]):
    class Meta:
        model = Ministry
        fields = ["code", "name", "name_en"]


class AssignedBrief(serializers.ModelSerializer[Assignment]):
    """A ministry on a measure, with why we think so; `lines` where the document says it."""

    code = serializers.CharField(source="ministry.code")
    name = serializers.CharField(source="ministry.name")
    name_en = serializers.CharField(source="ministry.name_en")
    lines = extend_schema_field({**LINES_SCHEMA, "type": ["array", "null"]})(LinesField)(source="element")
    basis_label = LabelField(Basis, source="basis")

    class Meta:
        model = Assignment
        fields = ["code", "name", "name_en", "basis", "basis_label", "reason", "lines"]


class SourceBrief(serializers.ModelSerializer[Source]):
    class Meta:
        model = Source
        fields = ["title", "publisher", "url", "published_on", "tier"]


class KpiStandingBrief(serializers.ModelSerializer[KpiStanding]):
    """What the values say about the target, by the named rule; null where there is no number."""

    value = DecimalField(allow_null=True)
    low = DecimalField(allow_null=True)
    high = DecimalField(allow_null=True)
    period = PeriodField(allow_null=True)
    progress = ShareField(allow_null=True)
    elapsed = ShareField(allow_null=True)
    required = ShortField(allow_null=True)
    target = ShortField(allow_null=True)
    target_low = ShortField(allow_null=True)
    target_high = ShortField(allow_null=True)
    baseline = DecimalField(allow_null=True)
    met_on = PeriodField(columns="met_on", allow_null=True)
    state_label = LabelField(StandingState, source="state")
    data_state_label = LabelField(DataState, source="data_state")

    class Meta:
        model = KpiStanding
        fields = [
            "state",
            "state_label",
            "rating",
            "rule",
            "value",
            "low",
            "high",
            "period",
            "progress",
            "elapsed",
            "required",
            "target",
            "target_low",
            "target_high",
            "baseline",
            "met",
            "met_on",
            "lost",
            "provisional",
            "approximate",
            "indeterminate",
            "data_state",
            "data_state_label",
        ]


class MeasureStandingBrief(serializers.ModelSerializer[MeasureStanding]):
    """The worst rating among a measure's KPIs with its coverage: linked, ratable, rated, met."""

    class Meta:
        model = MeasureStanding
        fields = ["rating", "rule", "total", "ratable", "rated", "met"]


class ExplanationBrief(serializers.ModelSerializer[ProgressUpdate]):
    """Why the declared health differs from what the KPIs say, what puts that right, who does it and by when."""

    cause = serializers.CharField(source="explanation_cause")
    corrective_step = serializers.CharField(source="explanation_corrective_step")
    owner = serializers.CharField(source="explanation_owner")
    due_on = serializers.DateField(source="explanation_due_on")

    class Meta:
        model = ProgressUpdate
        fields = ["cause", "corrective_step", "owner", "due_on"]


def called(person: Person, request: Request) -> str:
    """A person's user name; in an answer of the past the id alone, since names can be erased and the past stays."""
    return str(person.pk) if noted(request) else person.username
