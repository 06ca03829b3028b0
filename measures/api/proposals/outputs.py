"""How a document on its way in is shown: its head in the list, and one with its elements and what is missing."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from measures.api.fields import DayField, InstantField, LabelField
from measures.api.proposals.inputs import LineRangeField
from measures.models import Proposal
from measures.queries import proposals as queries
from measures.rules.days import day_of
from measures.rules.outlines.kinds import REASONS
from measures.rules.proposals import elements, problems
from measures.vocabulary import Basis, ElementKind, MeasureKind, ProposalState


class ProposedLeadOut(serializers.Serializer[Any]):
    ministry = serializers.CharField()
    valid_from = DayField(allow_null=True)
    basis = serializers.ChoiceField(choices=Basis)
    reason = serializers.CharField()
    element = serializers.CharField(allow_null=True)


class ProposedMeasureOut(serializers.Serializer[Any]):
    """`code` is the one that it gets as things stand."""

    code = serializers.CharField()
    title = serializers.CharField()
    title_en = serializers.CharField()
    kind = serializers.ChoiceField(choices=MeasureKind)
    action_type = serializers.CharField()
    theme = serializers.CharField()
    classification_basis = serializers.ChoiceField(choices=Basis)
    due_on = DayField(allow_null=True)
    lead = ProposedLeadOut(allow_null=True)


class ProposedElementOut(serializers.Serializer[Any]):
    """`rule` made it and `why` says how; one that is not sure should be looked at."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=ElementKind)
    parent = serializers.CharField(allow_null=True)
    lines = LineRangeField()
    marker = serializers.CharField()
    text = serializers.CharField()
    text_normalized = serializers.CharField()
    text_en = serializers.CharField()
    rule = serializers.CharField()
    why = serializers.CharField()
    is_sure = serializers.BooleanField()
    measure = ProposedMeasureOut(allow_null=True)


class ProposalProblemOut(serializers.Serializer[Any]):
    """What stands in the way of its confirmation; `pointer` leads to the place in the proposal."""

    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProposalOut(serializers.ModelSerializer[Proposal]):
    """A document on its way in; `document` is the code of what was made of it, `created_by` a person's number."""

    state_label = LabelField(ProposalState, source="state")
    document = serializers.CharField(source="document.code", allow_null=True, default=None)
    created_by = serializers.IntegerField(source="created_by_id")
    recorded_at = InstantField()
    updated_at = InstantField()

    class Meta:
        model = Proposal
        fields = [
            "id",
            "version",
            "state",
            "state_label",
            "code",
            "title",
            "title_en",
            "issuer",
            "issuer_en",
            "issued_on",
            "sha256",
            "file_sha256",
            "document",
            "created_by",
            "recorded_at",
            "updated_at",
        ]


class ProposalDetailOut(ProposalOut):
    """With its text and elements, the lines that belong to none, and all that stands in the way."""

    noise_lines = serializers.DictField(child=serializers.CharField())
    lead = ProposedLeadOut(allow_null=True)
    elements = serializers.SerializerMethodField()
    problems = serializers.SerializerMethodField()

    class Meta(ProposalOut.Meta):
        fields = [
            *ProposalOut.Meta.fields,
            "plan_from",
            "plan_to",
            "plan_text",
            "text",
            "noise_lines",
            "lead",
            "elements",
            "problems",
        ]

    @extend_schema_field(ProposedElementOut(many=True))
    def get_elements(self, row: Proposal) -> list[dict[str, Any]]:
        return list(_elements(row))

    @extend_schema_field(ProposalProblemOut(many=True))
    def get_problems(self, row: Proposal) -> list[dict[str, Any]]:
        """None of one that is not open any more."""
        if row.state != ProposalState.OPEN:
            return []
        facts = queries.facts(row)
        found = problems.problems(facts, queries.known(facts, today=day_of(timezone.now())))
        return [{"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in found]


def _elements(row: Proposal) -> Iterator[dict[str, Any]]:
    source = elements.Source(row.text, row.noise_lines)
    for one in row.elements:
        told = source.words(*one["lines"])
        measure = one["measure"] and {**one["measure"], "code": elements.measure_code(row.code, one)}
        yield {
            **{name: one[name] for name in ("code", "kind", "parent", "lines")},
            "marker": told.marker,
            "text": told.text,
            "text_normalized": told.normalised,
            "text_en": one["text_en"],
            "rule": one["rule"],
            "why": str(REASONS[one["rule"]]),
            "is_sure": one["is_sure"],
            "measure": measure,
        }
