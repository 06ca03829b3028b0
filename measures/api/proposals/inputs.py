"""What a coordinator sends of a document on its way in: its text or file, and changes of what was proposed."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from measures.api.evidence.inputs import FileField
from measures.api.fields import (
    LINES_SCHEMA,
    CodeField,
    DayField,
    FlagField,
    StrictSerializer,
    TextField,
    WholeNumberField,
)
from measures.api.registry import CODE, REASON, ReasonIn
from measures.models import Document, Measure, Ministry
from measures.operations.files import Incoming
from measures.rules.outlines import texts
from measures.rules.proposals.elements import LONGEST_TITLE
from measures.vocabulary import Basis, ElementKind, Fate, MeasureKind, TextEncoding

YEAR = {"min_value": 1900, "max_value": 2200, "required": False, "allow_null": True}


@extend_schema_field(LINES_SCHEMA)
class LineRangeField(serializers.ListField):
    """The first and the last line, counted from 1."""

    child = WholeNumberField(min_value=1, max_value=texts.MOST_LINES)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=2, max_length=2, **kwargs)


@extend_schema_field({"type": "string", "format": "binary"})
class TextFileField(FileField):
    """A file of text, in whatever encoding it is said to be."""

    def to_internal_value(self, data: Any) -> Incoming:
        if not isinstance(data, Incoming):
            self.fail("invalid")
        return data


class LeadIn(StrictSerializer):
    """A lead ministry; without `valid_from` it leads from the day the document was issued. `element` is by its code."""

    ministry = CodeField(queryset=Ministry.objects.all())
    valid_from = DayField(allow_null=True, default=None)
    basis = serializers.ChoiceField(choices=Basis)
    reason = TextField(max_length=2000)
    element = TextField(max_length=32, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        day = attrs["valid_from"]
        return {**attrs, "ministry": attrs["ministry"].code, "valid_from": day.isoformat() if day else None}


class HeadIn(StrictSerializer):
    """What is said of the document as a whole; what is left out is read in the text, or stays as it is."""

    code = TextField(required=False, max_length=32, validators=[CODE])
    title = TextField(required=False, max_length=300)
    title_en = TextField(required=False, max_length=300)
    issuer = TextField(required=False, max_length=200)
    issuer_en = TextField(required=False, max_length=200)
    issued_on = DayField(required=False)


class ReplacingIn(HeadIn):
    replaces = CodeField(
        queryset=Document.objects.all(), allow_null=True, default=None, help_text="The document it is a version of."
    )


class ProposalTextIn(ReplacingIn):
    """A document's text, as it was extracted."""

    text = TextField(trim_whitespace=False, max_length=texts.MOST_BYTES)


class ProposalFileIn(ReplacingIn):
    """A document's text as a file of at most 1 MiB; a file in CP932 (Shift_JIS) is said to be one."""

    file = TextFileField()
    encoding = serializers.ChoiceField(choices=TextEncoding, default=TextEncoding.UTF_8)


class ProposedMeasureIn(StrictSerializer):
    """What is left out stays; a blank `code` follows from its element's, and without a lead it has the proposal's."""

    code = TextField(required=False, allow_blank=True, max_length=64)
    title = TextField(required=False, max_length=LONGEST_TITLE)
    title_en = TextField(required=False, max_length=200)
    kind = serializers.ChoiceField(required=False, choices=MeasureKind)
    action_type = TextField(required=False, allow_blank=True, max_length=32)
    theme = TextField(required=False, allow_blank=True, max_length=64)
    classification_basis = serializers.ChoiceField(required=False, choices=Basis)
    due_on = DayField(required=False, allow_null=True)
    lead = LeadIn(required=False, allow_null=True)

    def validate_code(self, code: str) -> str:
        if code:
            CODE(code)
        return code

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("due_on"):
            attrs["due_on"] = attrs["due_on"].isoformat()
        return attrs


class ProposedElementIn(StrictSerializer):
    """A change of the element with that code, or a new one, which needs its kind and lines; what is left out stays."""

    code = TextField(max_length=32)
    renamed = TextField(required=False, max_length=32, validators=[CODE], help_text="Its new code.")
    kind = serializers.ChoiceField(required=False, choices=ElementKind)
    parent = TextField(required=False, allow_null=True, max_length=32)
    lines = LineRangeField(required=False)
    text_en = TextField(required=False, allow_blank=True, max_length=10_000)
    measure = ProposedMeasureIn(required=False)


class NoiseIn(StrictSerializer):
    """A line that belongs to no element, and why; a blank reason makes it one that does."""

    line = WholeNumberField(min_value=1, max_value=texts.MOST_LINES)
    reason = TextField(allow_blank=True, max_length=200)


class FateIn(StrictSerializer):
    """What becomes of a measure: it carries on at an element of the new version, one or several new ones take its
    place, it goes into the measure of one, or it is withdrawn for a reason."""

    measure = CodeField(queryset=Measure.objects.all())
    fate = serializers.ChoiceField(choices=Fate)
    elements = serializers.ListField(child=TextField(max_length=32), max_length=50, default=list)
    reason = TextField(allow_blank=True, default="", max_length=REASON)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {**attrs, "measure": attrs["measure"].code}


class ProposalChangesIn(HeadIn):
    """Elements are changed, added and dropped one by one: to merge two, drop one and give the other its lines.

    `lead` is of every measure without one of its own.
    """

    plan_from = WholeNumberField(**YEAR)
    plan_to = WholeNumberField(**YEAR)
    plan_text = TextField(required=False, allow_blank=True, max_length=200)
    lead = LeadIn(required=False, allow_null=True)
    elements = ProposedElementIn(many=True, required=False, max_length=texts.MOST_ELEMENTS)
    drop = serializers.ListField(child=TextField(max_length=32), required=False, max_length=texts.MOST_ELEMENTS)
    fates = FateIn(many=True, required=False, max_length=texts.MOST_ELEMENTS)
    takes_suggestions = FlagField(
        default=False, help_text="Lets every measure without a fate carry on where that is suggested."
    )
    noise = NoiseIn(many=True, required=False, max_length=texts.MOST_ELEMENTS)


class ConfirmationIn(ReasonIn):
    """Why the document is entered."""
