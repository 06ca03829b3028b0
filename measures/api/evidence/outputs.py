"""What is shown of evidence; who claimed and verified it is shown to those who see the rounds of its report."""

from typing import Any

from rest_framework import serializers

from measures.api.authentication import actor_of
from measures.api.briefs import called
from measures.api.fields import DayField, InstantField, LabelField
from measures.models import Evidence
from measures.rules import visibility
from measures.vocabulary import EvidenceKind


class EvidenceBrief(serializers.ModelSerializer[Evidence]):
    """Evidence inside its report."""

    kind_label = LabelField(EvidenceKind, source="kind")
    released_on = DayField(allow_null=True)
    replaces = serializers.IntegerField(source="replaces_id", allow_null=True)
    claimed_at = InstantField(source="recorded_at")
    verified_at = InstantField(source="verification.recorded_at", allow_null=True, default=None)

    class Meta:
        model = Evidence
        fields = [
            "id",
            "kind",
            "kind_label",
            "title",
            "url",
            "name",
            "media_type",
            "size",
            "sha256",
            "released_on",
            "replaces",
            "claimed_at",
            "verified_at",
        ]


class EvidenceOut(EvidenceBrief):
    """A file or an address, what it is evidence of, and by whom; `size` in bytes, null for an address."""

    update = serializers.IntegerField(source="update_id", allow_null=True)
    milestone = serializers.IntegerField(source="milestone_id", allow_null=True)
    measure = serializers.CharField(source="measure.code")
    ministry = serializers.CharField(source="ministry.code")
    claimed_by = serializers.SerializerMethodField()
    verified_by = serializers.SerializerMethodField()

    class Meta(EvidenceBrief.Meta):
        fields = [*EvidenceBrief.Meta.fields, "update", "milestone", "measure", "ministry", "claimed_by", "verified_by"]

    def get_claimed_by(self, row: Evidence) -> str | None:
        return called(row.claimed_by, self.context["request"]) if self._inside(row) else None

    def get_verified_by(self, row: Evidence) -> str | None:
        verification: Any = getattr(row, "verification", None)
        return called(verification.verified_by, self.context["request"]) if verification and self._inside(row) else None

    def _inside(self, row: Evidence) -> bool:
        return visibility.sees_rounds_of(actor_of(self.context["request"]), row.ministry.code)
