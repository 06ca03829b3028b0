"""What a caller sends of an import: a form with a file, and what it is for where the file does not say."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from measures.api.fields import StrictSerializer, TextField
from measures.messages import lazy
from measures.operations.files import Incoming


@extend_schema_field({"type": "string", "format": "binary"})
class SpreadsheetField(serializers.Field[Incoming, Any, str, Any]):
    """A file that is read as a spreadsheet, whatever its name; what is wrong with it stands in the answer."""

    default_error_messages = {"invalid": lazy("Send a file, as the part 'file' of a multipart form.")}

    def to_internal_value(self, data: Any) -> Incoming:
        if not isinstance(data, Incoming) or not data.size:
            self.fail("invalid")
        return data


class ImportIn(StrictSerializer):
    """A filled-in template, or a CSV table of values in UTF-8 or CP932."""

    file = SpreadsheetField()
    cycle = TextField(
        required=False, max_length=32, help_text="The cycle's code; left out, the template's, or the one that is open."
    )
    ministry = TextField(
        required=False, max_length=32, help_text="The ministry's code; left out, the template's, or the caller's own."
    )


class CommitIn(StrictSerializer):
    """An empty object: there is nothing to say but that it is to be done."""
