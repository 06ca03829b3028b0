"""`preview_rule`: lists what would flip, and changes nothing."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from measures.models import KpiStanding
from measures.queries import rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def test_it_lists_each_rating_that_would_flip() -> None:
    out = StringIO()
    call_command("preview_rule", "abn-0", stdout=out)
    *lines, last = out.getvalue().splitlines()
    without = KpiStanding.objects.filter(rating="N").values_list("kpi__code", flat=True)
    assert {f"kpi {code}: N -> F" for code in without} == {line for line in lines if line.startswith("kpi")}
    assert last == f"{len(lines)} ratings would flip."
    assert rules.rules()[1]["in_force"]


def test_a_rule_that_is_not_there_is_refused() -> None:
    with pytest.raises(CommandError, match="abn-0, abn-1"):
        call_command("preview_rule", "abn-9")
