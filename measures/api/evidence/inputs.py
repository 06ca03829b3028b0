"""What a caller sends of evidence: an address as JSON, or a form with a file."""

import re
from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from measures.api.fields import DayField, StrictSerializer, TextField, WebAddressField, WholeNumberField
from measures.messages import lazy, say
from measures.operations.files import Incoming
from measures.rules import media

SHA256 = RegexValidator(r"\A[0-9a-f]{64}\Z", lazy("Send a sha256 as 64 hexadecimal digits in lower case."))
DIGITS = re.compile(r"[1-9][0-9]{0,17}")
LARGEST = 10**18 - 1


class NumberField(WholeNumberField):
    """A number that may be written as a word, as a form writes everything."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST, required=False, allow_null=True, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        return super().to_internal_value(int(data) if isinstance(data, str) and DIGITS.fullmatch(data) else data)


@extend_schema_field({"type": "string", "format": "binary"})
class FileField(serializers.Field[Incoming, Any, str, Any]):
    default_error_messages = {
        "invalid": lazy("Send a file, as the part 'file' of a multipart form."),
        "unknown-content": lazy(
            "The file is none of what is taken, by what is in it: PDF, PNG, JPEG, XLSX, DOCX, PPTX (without macros),"
            " ZIP, or text in UTF-8."
        ),
    }

    def to_internal_value(self, data: Any) -> Incoming:
        if not isinstance(data, Incoming):
            self.fail("invalid")
        if data.media_type not in media.TYPES:
            self.fail("unknown-content")
        return data


class EvidenceIn(StrictSerializer):
    """What it belongs to, a report or a milestone, and what it takes the place of, if anything."""

    update = NumberField(help_text="The number of the report.")
    milestone = NumberField(help_text="The number of the milestone, instead.")
    title = TextField(max_length=200)
    released_on = DayField(required=False, allow_null=True, default=None)
    replaces = NumberField(default=None, help_text="The number of the evidence that it takes the place of.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs.get("update") is None) == (attrs.get("milestone") is None):
            detail = say("Name what it is evidence of: either update or milestone.")
            raise serializers.ValidationError({"update": [serializers.ErrorDetail(detail, "one-of-two")]})
        return attrs


class AddressIn(EvidenceIn):
    """An address; the sha256 of what was seen there makes a later change of it plain."""

    url = WebAddressField(max_length=2000)
    sha256 = TextField(required=False, allow_blank=True, default="", max_length=64, validators=[SHA256])


class FileIn(EvidenceIn):
    file = FileField()


class VerificationIn(StrictSerializer):
    """An empty object: there is nothing to say but that it was done."""
