"""What the database writes as JSON is, byte for byte, what the serializer renders from the same rows."""

from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from rest_framework import serializers

from measures import audit
from measures.api.compiled import pages
from measures.api.compiled.fields import item
from measures.api.kpis.views import KpiList
from measures.api.measures import MeasureList, MeasureOut, shown
from measures.api.renderers import JSONRenderer
from measures.models import KpiStanding, Measure, MeasureStanding
from measures.vocabulary import PeriodType, StandingState
from tests import builders
from tests.api import wire

pytestmark = pytest.mark.django_db

KEYSET = MeasureList.keyset


def compiled(rows: Any = None, *, only: set[str] | None = None) -> bytes:
    page = (shown() if rows is None else rows).order_by(*KEYSET)[:500]
    fields = tuple(shaped(only).fields) if only else None
    items = pages.read(page, KEYSET, serializer=MeasureOut, fields=fields, rows=shown)
    return b"[" + b",".join(text for text, _ in items) + b"]"


def rendered(rows: Any = None, *, only: set[str] | None = None) -> bytes:
    serializer = shaped(only)
    found = (shown() if rows is None else rows).order_by(*KEYSET)[:500]
    return JSONRenderer().render([serializer.to_representation(row) for row in found])


def audited() -> None:
    """The event that a change of the registry by hand owes."""
    audit.record(at=timezone.now(), actor_id=None, verb="edit", subject=("measure", builders.SME))


def shaped(only: set[str] | None) -> MeasureOut:
    serializer = MeasureOut()
    for name in set(serializer.fields) - (only or set(serializer.fields)):
        serializer.fields.pop(name)
    return serializer


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_all_measures_are_the_same_bytes_in_either_language(language: str) -> None:
    builders.an_update(at_status="approved")
    with translation.override(language):
        assert compiled() == rendered()
    assert Measure.objects.count() == 33


@pytest.mark.usefixtures("sequences_kept", "empty_tables")
def test_generated_measures_are_the_same_bytes() -> None:
    sizes = {"measures": 300, "kpis": 900, "observations": 9000, "updates": 1500}
    call_command("load_bench", *[f"--{name}={size}" for name, size in sizes.items()], verbosity=0)
    assert compiled() == rendered()
    assert len(orjson.loads(compiled())) == 300


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("field", list(MeasureOut().fields))
def test_each_field_alone_is_the_same_bytes(field: str) -> None:
    assert compiled(only={field}) == rendered(only={field})


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("kind", PeriodType.values)
def test_every_kind_of_period_is_the_same_bytes(kind: str) -> None:
    days = {
        "fiscal_year": (date(2018, 4, 1), date(2019, 4, 1)),
        "calendar_year": (date(2018, 1, 1), date(2019, 1, 1)),
        "half_year": (date(2018, 10, 1), date(2019, 4, 1)),
        "quarter": (date(2019, 1, 1), date(2019, 4, 1)),
        "month": (date(2018, 12, 1), date(2019, 1, 1)),
        "point": (date(2018, 2, 28), date(2018, 3, 1)),
    }
    start, end = days[kind]
    period = {f"{name}_{part}": value for name in ("period", "met_on")
              for part, value in (("type", kind), ("start", start), ("end", end))}  # fmt: skip
    KpiStanding.objects.update(**period, updated_at=timezone.now())
    assert f'"type":"{kind}"'.encode() in compiled()
    assert compiled() == rendered()


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "number",
    ["0", "-0.0000004", "0.0000005", "0.0000015", "-0.0000005", "-0.0000015", "0.0000025", "1.0140625", "1.0140635",
     "0.806818181818", "12345678901234567890.1234565", "1000000", "100", "-1.50", "0.333333333333"],
)  # fmt: skip
def test_numbers_are_rounded_half_to_even_and_never_minus_zero(number: str) -> None:
    names = ("value", "progress", "elapsed", "required", "target", "target_low", "target_high", "baseline")
    KpiStanding.objects.update(**dict.fromkeys(names, Decimal(number)), updated_at=timezone.now())
    assert compiled() == rendered()


@pytest.mark.usefixtures("loaded")
def test_text_is_escaped_alike() -> None:
    measure = Measure.objects.get(code=builders.SME)
    strange = '"quoted" \\ back / slash \b\f\n\r\t\x01\x1f\x7f 100% 😀 \u2028 {0} \''
    audited()
    Measure.objects.filter(pk=measure.pk).update(title=strange, title_en="", updated_at=timezone.now())
    assert compiled() == rendered()
    assert orjson.loads(compiled(Measure.objects.filter(pk=measure.pk)))[0]["title"] == strange


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("state", [*StandingState.values])
def test_labels_and_nulls_are_the_same_bytes(state: str) -> None:
    at = timezone.now()
    KpiStanding.objects.update(state=state, rating=None, met=None, period_type=None, met_on_type=None, updated_at=at)
    MeasureStanding.objects.update(rating=None, updated_at=at)
    audited()
    Measure.objects.update(status_since=date(2020, 2, 29), due_on=date(2026, 3, 31), updated_at=at)
    assert compiled() == rendered()


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "query",
    ["limit=7", "status=not_started&limit=5", "ministry=mext&role=support", "q=特許", "has_kpi=true", "standing=A",
     "fields=code,kpis", "section=R1-5-5&count=true", "updated_since=2020-01-01T00:00:00%2B09:00", "document=MEXT2019",
     "q=nothing-like-it"],
)  # fmt: skip
def test_pages_follow_filters_and_cursors_to_the_end(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same list without compiling: the class below it renders its rows."""

    def walked() -> list[Any]:
        seen, cursor = [], ""
        while True:
            page = wire.get(f"/measures?{query}{cursor}")
            seen.append(page)
            if not page["next"]:
                return seen
            cursor = f"&cursor={page['next']}"

    by_database = walked()
    monkeypatch.delattr(MeasureList.__mro__[1], "list")
    monkeypatch.delattr(MeasureList.__mro__[1], "read")
    assert walked() == by_database
    assert all("next" in page for page in by_database)


@pytest.mark.usefixtures("loaded")
def test_a_page_takes_one_statement() -> None:
    compiled()
    with CaptureQueriesContext(connection) as captured:
        compiled()
    assert len(captured) == 1


@pytest.mark.usefixtures("loaded")
def test_the_statement_is_planned_once_a_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
        connection.connection._prepared.clear()
        for _ in range(3):
            compiled()
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%to_json%'"
        )
        assert cursor.fetchall() == [(3,)]


def test_a_field_that_is_not_known_in_sql_says_so() -> None:
    class Strange(serializers.Serializer[Any]):
        odd = serializers.SerializerMethodField()

    with pytest.raises(TypeError, match="SerializerMethodField is not known in SQL"):
        item(Strange(), KpiList.queryset.all())
