"""What is shown of a published report, and of the change from one to another."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from measures.api.fields import DecimalField, InstantField
from measures.models import Report
from measures.vocabulary import ChangeKind, ChangePart, Rating, StandingState

JSON = "report.json"
TEXT_TYPE = "application/json"


class FileOut(serializers.Serializer[Any]):
    """A file of a report; `size` in bytes."""

    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class ReportOut(serializers.ModelSerializer[Report]):
    """A published report: which files it has, what it supersedes, and as of which moment, event and rule it speaks.

    `sha256` is that of report.json, `checkpoint` the size of the newest signed log of then, `published_by` the number
    of who published it.
    """

    cycle = serializers.CharField(source="cycle.code")
    document = serializers.CharField(source="cycle.document.code")
    version = serializers.IntegerField(source="number")
    supersedes = serializers.CharField(source="supersedes.code", allow_null=True, default=None)
    superseded_by = serializers.CharField(source="superseded_by.code", allow_null=True, default=None)
    known_at = InstantField()
    checkpoint = serializers.IntegerField(source="checkpoint_id", allow_null=True)
    files = serializers.SerializerMethodField()
    published_by = serializers.IntegerField(source="published_by_id")
    published_at = InstantField(source="recorded_at")

    class Meta:
        model = Report
        fields = [
            "code",
            "cycle",
            "document",
            "version",
            "supersedes",
            "superseded_by",
            "reason",
            "known_at",
            "rule",
            "revision",
            "checkpoint",
            "sha256",
            "files",
            "published_by",
            "published_at",
        ]

    @extend_schema_field(FileOut(many=True))
    def get_files(self, row: Report) -> Any:
        text = {"name": JSON, "media_type": TEXT_TYPE, "size": row.size, "sha256": row.sha256}  # type: ignore[attr-defined]
        return FileOut([text, *row.files.all()], many=True).data


class ReportDifferenceOut(serializers.Serializer[Any]):
    """What this version says otherwise than the one before: of what, in which field, and both values as text."""

    what = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=ChangeKind)
    field = serializers.CharField(allow_blank=True)
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


@extend_schema_field({"$ref": "#/components/schemas/Period"})
class WrittenPeriodField(serializers.Field[Any, Any, Any, Any]):
    """A period that is in its wire form already; output only."""

    def to_representation(self, value: Any) -> Any:
        return value


class FigureOut(serializers.Serializer[Any]):
    period = WrittenPeriodField()
    value = DecimalField(allow_null=True)
    low = DecimalField(allow_null=True)
    high = DecimalField(allow_null=True)


class JudgedOut(serializers.Serializer[Any]):
    """A figure, and what the rule said of it."""

    figure = FigureOut(allow_null=True)
    rating = serializers.ChoiceField(choices=Rating, allow_null=True)
    state = serializers.ChoiceField(choices=StandingState)
    rule = serializers.CharField()


class RatingsOut(serializers.Serializer[Any]):
    """How many KPIs have each rating; `none` is without one."""

    A = serializers.IntegerField()
    B = serializers.IntegerField()
    N = serializers.IntegerField()
    F = serializers.IntegerField()
    none = serializers.IntegerField()


class PartOut(serializers.Serializer[Any]):
    """How much falls into a part; each measure and KPI falls into one, so the parts add up to both reports."""

    part = serializers.ChoiceField(choices=ChangePart)
    measures = serializers.IntegerField()
    kpis = serializers.IntegerField()
    rated_before = RatingsOut()
    rated_after = RatingsOut()


class MovedOut(serializers.Serializer[Any]):
    """A measure, the part it falls into, and its rating before and after."""

    code = serializers.CharField()
    part = serializers.ChoiceField(choices=ChangePart)
    before = serializers.ChoiceField(choices=Rating, allow_null=True)
    after = serializers.ChoiceField(choices=Rating, allow_null=True)


class MovedKpiOut(MovedOut):
    """A KPI in three columns: as it was published, the same period's figure as known later, and that rated later.

    `restated` says what was stated otherwise of then: `value`, `series`, `baseline`, `target`. The columns are null of
    what is in one of the two alone.
    """

    restated = serializers.ListField(child=serializers.CharField())
    published = JudgedOut(allow_null=True)
    restated_figure = FigureOut(allow_null=True)
    rerated = JudgedOut(allow_null=True)


class ComparisonOut(serializers.Serializer[Any]):
    """What became of what a report says: in a later report, or by now."""

    parts = PartOut(many=True)
    measures = MovedOut(many=True)
    kpis = MovedKpiOut(many=True)


class ReportWholeOut(ReportOut):
    """A report with what it says otherwise than the version before it."""

    differences = serializers.SerializerMethodField()

    class Meta(ReportOut.Meta):
        fields = [*ReportOut.Meta.fields, "differences"]

    @extend_schema_field(ReportDifferenceOut(many=True))
    def get_differences(self, row: Report) -> Any:
        return ReportDifferenceOut(row.said["differences"], many=True).data  # type: ignore[attr-defined]
