"""Government bodies, in their order of precedence."""

from django.db.models import Value
from django.db.models.functions import Coalesce
from rest_framework import serializers

from measures.api.views import DetailView, ListView
from measures.models import Ministry

WITHOUT_PRECEDENCE = 999


class MinistryOut(serializers.ModelSerializer[Ministry]):
    parent = serializers.CharField(source="parent.code", allow_null=True, default=None)

    class Meta:
        model = Ministry
        fields = [
            "code",
            "name",
            "name_en",
            "level",
            "parent",
            "parent_name",
            "precedence",
            "corporate_number",
            "valid_from",
            "valid_to",
            "note",
            "source",
        ]


class MinistryList(ListView):
    queryset = Ministry.objects.select_related("parent").annotate(
        rank=Coalesce("precedence", Value(WITHOUT_PRECEDENCE))
    )
    serializer_class = MinistryOut
    keyset = ("rank", "code")


class MinistryDetail(DetailView):
    queryset = Ministry.objects.select_related("parent")
    serializer_class = MinistryOut
