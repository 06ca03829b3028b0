"""What is shown of an import, to its owner alone."""

from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers

from measures.api.fields import InstantField, LabelField
from measures.models import Import
from measures.vocabulary import ImportChange, ImportState


class CellProblemOut(serializers.Serializer[Any]):
    """Something wrong: in a cell such as C7, a row, a sheet or the file, and what to do."""

    sheet = serializers.CharField(help_text="Blank for the file as a whole, and for CSV.")
    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(help_text="The column's code, or its header where it has none.")
    cell = serializers.CharField(help_text="Blank where no single cell is meant.")
    code = serializers.CharField()
    detail = serializers.SerializerMethodField()
    value = serializers.CharField(help_text="What stands there.")

    def get_detail(self, row: dict[str, Any]) -> str:
        language = "ja" if (get_language() or "").startswith("ja") else "en"
        return str(row["detail"][language])


class ImportChangeOut(serializers.Serializer[Any]):
    """What committing does, or did, to one report; `update` is its number once there is one."""

    measure = serializers.CharField()
    verb = serializers.ChoiceField(choices=ImportChange)
    verb_label = LabelField(ImportChange, source="verb")
    values = serializers.IntegerField(help_text="How many values the file has for it.")
    update = serializers.IntegerField(allow_null=True)


class ImportOut(serializers.ModelSerializer[Import]):
    """A file, what is wrong with it, and what committing it does; only one without problems is committed."""

    cycle = serializers.CharField(source="cycle.code")
    ministry = serializers.CharField(source="ministry.code")
    state_label = LabelField(ImportState, source="state")
    problems = CellProblemOut(many=True)
    changes = ImportChangeOut(many=True)
    recorded_at = InstantField()
    committed_at = InstantField(allow_null=True)

    class Meta:
        model = Import
        fields = [
            "id",
            "cycle",
            "ministry",
            "name",
            "size",
            "sha256",
            "state",
            "state_label",
            "problems",
            "changes",
            "recorded_at",
            "committed_at",
        ]
