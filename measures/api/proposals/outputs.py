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
from measures.rules.proposals import elements, problems, versions
from measures.vocabulary import Basis, ElementChange, ElementKind, Fate, MeasureKind, ProposalState


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


class FateOut(serializers.Serializer[Any]):
    measure = serializers.CharField()
    fate = serializers.ChoiceField(choices=Fate)
    elements = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField()


class ElementChangeOut(serializers.Serializer[Any]):
    """What became of an element since the version before; `similarity` is the share of letters in common."""

    change = serializers.ChoiceField(choices=ElementChange)
    old = serializers.CharField(allow_null=True)
    new = serializers.CharField(allow_null=True)
    similarity = serializers.FloatField()
    old_text = serializers.CharField(allow_null=True)
    new_text = serializers.CharField(allow_null=True)


class ProposalOut(serializers.ModelSerializer[Proposal]):
    """A document on its way in; `document` is the code of what was made of it, `created_by` a person's number."""

    state_label = LabelField(ProposalState, source="state")
    replaces = serializers.CharField(source="replaces.code", allow_null=True, default=None)
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
            "replaces",
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
    changes = serializers.SerializerMethodField()
    fates = FateOut(many=True)
    suggested = serializers.SerializerMethodField()
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
            "changes",
            "fates",
            "suggested",
            "problems",
        ]

    @extend_schema_field(ProposedElementOut(many=True))
    def get_elements(self, row: Proposal) -> list[dict[str, Any]]:
        return list(_elements(row))

    @extend_schema_field(ElementChangeOut(many=True))
    def get_changes(self, row: Proposal) -> list[dict[str, Any]]:
        """None of one that is not open any more, as of what is suggested."""
        return list(_changes(row, self._compared(row))) if row.state == ProposalState.OPEN else []

    @extend_schema_field(FateOut(many=True))
    def get_suggested(self, row: Proposal) -> list[dict[str, Any]]:
        return queries.suggested(row, self._compared(row)) if row.state == ProposalState.OPEN else []

    def _compared(self, row: Proposal) -> list[versions.Change]:
        """The differences, which are found once for an answer."""
        if not hasattr(row, "compared"):
            row.compared = queries.changes(row)
        return row.compared

    @extend_schema_field(ProposalProblemOut(many=True))
    def get_problems(self, row: Proposal) -> list[dict[str, Any]]:
        """None of one that is not open any more."""
        if row.state != ProposalState.OPEN:
            return []
        facts = queries.facts(row)
        found = problems.problems(facts, queries.known(facts, today=day_of(timezone.now())))
        return [{"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in found]


def _changes(row: Proposal, found: list[versions.Change]) -> Iterator[dict[str, Any]]:
    source = elements.Source(row.text, row.noise_lines)
    new = {one["code"]: one["lines"] for one in row.elements}
    before = queries.before(row)
    for one in found:
        yield {
            "change": str(one.change),
            "old": one.old,
            "new": one.new,
            "similarity": one.similarity,
            "old_text": before[one.old].text if one.old else None,
            "new_text": source.words(*new[one.new]).text if one.new else None,
        }


def _elements(row: Proposal) -> Iterator[dict[str, Any]]:
    source, prefix = elements.Source(row.text, row.noise_lines), queries.prefix(row)
    for one in row.elements:
        told = source.words(*one["lines"])
        measure = one["measure"] and {**one["measure"], "code": elements.measure_code(prefix, one)}
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
