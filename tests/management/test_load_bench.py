"""`load_bench`: what it generates is what operations would have left, down to the byte of each event."""

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.db.utils import IntegrityError

from measures.audit.canonical import canonical
from measures.management.bench import load
from measures.management.bench.plan import BadSize, Plan
from measures.models import (
    Document,
    Event,
    Kpi,
    KpiStanding,
    Measure,
    Observation,
    ProgressUpdate,
    ReportedValue,
    Review,
    StatusChange,
)
from measures.models.measures import MEASURE_TURNS
from measures.queries import progress
from measures.vocabulary import DataState, StandingState, TargetKind, UpdateState
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sequences_kept", "empty_tables")]

SMALL = {"measures": 50, "kpis": 100, "observations": 5000, "updates": 500}
REVIEWED = {
    "draft": [],
    "submitted": ["submit"],
    "returned": ["submit", "return"],
    "withdrawn": ["submit", "withdraw"],
    "approved": ["submit", "approve"],
}
CATALOGUE = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype <> 't'
    UNION ALL SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid
        FROM pg_index WHERE indrelid::regclass::text LIKE 'measures%'
    UNION ALL SELECT tgrelid::regclass::text, tgname, tgenabled::text, true FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1, 2, 3"""


def generate(**sizes: int) -> str:
    out = StringIO()
    given = [f"--{name}={value}" for name, value in {**SMALL, **sizes}.items()]
    call_command("load_bench", *given, stdout=out, stderr=StringIO())
    return out.getvalue()


def catalogue() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE)
        return cursor.fetchall()


def rows() -> dict[str, str]:
    """A digest of each table, without what names the transaction."""
    digests = {}
    for model in load.apps.get_app_config("measures").get_models():
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in ("xid", "cluster")]
        content = repr(list(model._default_manager.order_by("pk").values_list(*names)))
        digests[model.__name__] = sha256(content.encode()).hexdigest()
    return digests


@pytest.fixture
def generated(sequences_kept: None, empty_tables: None) -> None:
    generate()


def test_the_sizes_are_those_that_were_asked_for() -> None:
    assert "observation 5000, " in generate()
    assert [model.objects.count() for model in (Measure, Kpi, Observation, ProgressUpdate)] == [50, 100, 5000, 500]
    assert all(code.startswith("BENCH-") for code in Measure.objects.values_list("code", flat=True))
    assert all(code.startswith("bench-") for code in Kpi.objects.values_list("code", flat=True))


@pytest.mark.usefixtures("generated")
def test_the_standings_are_those_that_are_computed_from_scratch() -> None:
    out = StringIO()
    call_command("rebuild_standings", "--check", stdout=out)
    assert out.getvalue() == "0 figures differed.\n"
    assert KpiStanding.objects.count() == 100


@pytest.mark.usefixtures("generated")
def test_there_are_kpis_of_every_kind() -> None:
    assert set(Kpi.objects.values_list("targets__kind", flat=True)) == {*TargetKind.values, None}
    unreached = {StandingState.INDETERMINATE}
    assert set(KpiStanding.objects.values_list("state", flat=True)) >= set(StandingState.values) - unreached
    assert set(KpiStanding.objects.values_list("data_state", flat=True)) >= {
        DataState.REPORTED,
        DataState.REPORTED_ZERO,
        DataState.NOT_REPORTED,
    }
    kinds = Observation.objects.values_list("period_type", flat=True)
    assert set(kinds) == {"fiscal_year", "quarter", "month", "point"}
    for kind in ({"low": None}, {"corrects": None}, {"update": None}, {"status": "final"}, {"approximate": False}):
        assert Observation.objects.exclude(**kind).exists(), kind
        assert Observation.objects.filter(**kind).exists(), kind


def test_constraints_indexes_and_triggers_are_as_they_were() -> None:
    before = catalogue()
    generate()
    assert catalogue() == before
    assert all(valid for *_, valid in before)


@pytest.mark.usefixtures("generated")
def test_the_rules_hold_again_afterwards() -> None:
    refused = pytest.raises(IntegrityError, match="append-only")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE measures_observation SET value = 1 WHERE id = 1")


@pytest.mark.usefixtures("generated")
def test_rows_satisfy_what_the_triggers_guard() -> None:
    for update in ProgressUpdate.objects.prefetch_related("reviews"):
        verbs = [review.verb for review in sorted(update.reviews.all(), key=lambda one: one.recorded_at)]
        assert verbs == REVIEWED[update.state]
        assert update.author_id in update.contributors
        assert update.decided_by_id not in update.contributors
        moments = [update.drafted_at, *(review.recorded_at for review in update.reviews.order_by("recorded_at"))]
        assert moments == sorted(set(moments))
        assert update.updated_at == moments[-1]
    assert set(ProgressUpdate.objects.values_list("state", flat=True)) == set(UpdateState.values)


@pytest.mark.usefixtures("generated")
def test_the_ledger_of_each_measure_takes_legal_turns_and_ends_where_the_measure_is() -> None:
    for measure in Measure.objects.prefetch_related("status_changes"):
        ledger = sorted(measure.status_changes.all(), key=lambda one: one.recorded_at)
        steps = [(one.status, other.status) for one, other in pairwise(ledger)]
        assert {step for step in steps if step[0] != step[1]} <= set(MEASURE_TURNS)
        last = ledger[-1]
        assert (last.status, last.status_since, last.health) == (measure.status, measure.status_since, measure.health)
    assert StatusChange.objects.filter(update__isnull=False).count() > 50


@pytest.mark.usefixtures("generated")
def test_an_approved_report_published_its_values_and_no_other_did() -> None:
    published = Observation.objects.filter(update__isnull=False)
    assert {one.update.state for one in published.select_related("update")} == {"approved"}
    names = ("update_id", "kpi_id", "period_type", "period_start", "value", "low", "high", "status", "approximate")
    reported = ReportedValue.objects.filter(update__state="approved")
    assert Counter(published.values_list(*names)) == Counter(reported.values_list(*names))
    assert all(one.recorded_at == one.update.decided_at for one in published.select_related("update"))
    assert ReportedValue.objects.exclude(update__state="approved").exists()


@pytest.mark.usefixtures("generated")
def test_versions_count_what_changed_the_row() -> None:
    for kpi in Kpi.objects.prefetch_related("observations"):
        moments = {one.recorded_at for one in kpi.observations.all()}
        later = {at for at in moments if at > Plan(**SMALL).began_at}
        assert kpi.version == 1 + len(later)
        assert kpi.updated_at == max({Plan(**SMALL).began_at, *moments})
    measure = Measure.objects.get(code="BENCH-00001")
    own = {one.decided_at for one in measure.updates.filter(state="approved")}
    known = {one.recorded_at for one in Observation.objects.filter(kpi__measure_links__measure=measure)}
    assert measure.version == 1 + len(own | {at for at in known if at > Plan(**SMALL).began_at})


@pytest.mark.usefixtures("generated")
def test_each_event_is_canonical_and_its_leaf_hash_that_of_its_body() -> None:
    for event in Event.objects.all():
        body = json.loads(event.body)
        assert canonical(body) == event.body
        assert bytes(event.leaf_hash) == sha256(b"\x00" + event.body.encode()).digest()
        assert (body["verb"], body["subject"]["code"], body["actor"]) == (
            event.verb,
            event.subject_code,
            event.actor_id,
        )
        assert (body["audience"], body["ministry"]) == (
            event.audience,
            event.ministry.code if event.ministry else None,
        )
    ours = Event.objects.filter(subject_type="update")
    assert set(ours.values_list("cluster", flat=True)) == {0}
    assert ours.values("xid").distinct().count() == ours.count()
    assert Event.objects.exclude(subject_type="update").values("xid", "cluster").distinct().count() == 1


def final(update: ProgressUpdate) -> dict[str, Any]:
    return json.loads(canonical(progress.snapshot(update)))


@pytest.mark.usefixtures("generated")
def test_the_events_of_a_report_say_what_operations_would_have_said() -> None:
    updates = progress.related(ProgressUpdate.objects.all())
    bodies: dict[str, list[dict[str, Any]]] = {}
    for event in Event.objects.filter(subject_type="update").order_by("pk"):
        bodies.setdefault(event.subject_code, []).append(json.loads(event.body))
    assert len(bodies) == 500
    for update in updates:
        steps = {body["verb"]: body for body in bodies[str(update.pk)]}
        assert [verb for verb in steps if verb != "comment"] == ["draft", *REVIEWED[update.state]]
        assert ("comment" in steps) == (update.state == "returned")
        now = final(update)
        last = steps[list(steps)[-1]]["after"]
        assert {name: value for name, value in last.items() if name != "published"} == now
        drafted = now | {"state": "draft", "round": 0, "version": 1}
        drafted |= dict.fromkeys(("submitted_at", "submitted_by", "decided_at", "decided_by"))
        assert steps["draft"]["before"] is None
        assert steps["draft"]["after"] == drafted
        for verb in list(steps)[1:]:
            if verb not in ("approve", "comment"):
                assert steps[verb]["before"] == (drafted if verb == "submit" else steps["submit"]["after"])
        assert ("published" in last) == (update.state == "approved")


@pytest.mark.usefixtures("generated")
def test_a_public_event_says_what_an_approval_published() -> None:
    for event in Event.objects.filter(verb="approve").order_by("pk"):
        after = json.loads(event.body)["after"]
        update = ProgressUpdate.objects.get(pk=event.subject_code)
        codes = sorted({value["kpi"] for value in after["observations"]})
        linked = Measure.objects.filter(kpi_links__kpi__code__in=codes).order_by("pk").values_list("code", flat=True)
        change = (
            StatusChange.objects.filter(measure=update.measure_id, recorded_at__lte=update.decided_at)
            .order_by("-recorded_at")
            .first()
        )
        assert change
        assert after["published"] == {
            "corrected": [],
            "measure": update.measure.code,
            "kpis": codes,
            "measures": list(dict.fromkeys([*linked] or [update.measure.code])),
            "status": change.status,
            "status_since": change.status_since.isoformat() if change.status_since else None,
            "health": change.health,
        }


@pytest.mark.usefixtures("generated")
def test_events_are_numbered_in_time() -> None:
    moments = list(Event.objects.order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)


def test_equal_seeds_give_equal_rows_and_others_do_not() -> None:
    def digests(seed: int) -> dict[str, str]:
        generate(seed=seed)
        found = rows()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE " + ", ".join(tables()) + " CASCADE")
        return found

    first = digests(1)
    assert digests(1) == first
    assert digests(2)["Observation"] != first["Observation"]


def tables() -> Iterator[str]:
    models_of_ours: list[type[models.Model]] = list(load.apps.get_app_config("measures").get_models())
    return (model._meta.db_table for model in models_of_ours)


@pytest.mark.usefixtures("generated")
def test_the_api_answers_on_it_and_the_next_report_goes_its_way() -> None:
    client = builders.client("bench.officer.01")
    for path in ("/measures", "/kpis", "/observations", "/updates", "/cycles", "/summary", "/ministries"):
        assert client.get(f"{wire.BASE}{path}").status_code == 200, path
    assert client.get(f"{wire.BASE}/measures/BENCH-00001").status_code == 200
    free = (
        Measure.objects.exclude(updates__cycle__state="open")
        .filter(assignments__ministry=1, assignments__role="lead")
        .first()
    )
    assert free
    cycle = Document.objects.get().cycles.get(state="open")
    made = client.post(
        f"{wire.BASE}/updates",
        {"measure": free.code, "cycle": cycle.code},
        format="json",
        headers={"idempotency-key": "bench-next"},
    )
    assert made.status_code == 201, made.content


def test_a_database_with_real_documents_is_refused() -> None:
    call_command("loaddata", "mext2019", verbosity=0)
    with pytest.raises(CommandError, match=r"^Nothing loaded: .* it holds real documents \(MEXT2019\)\."):
        generate()


def test_a_second_load_is_refused() -> None:
    generate()
    with pytest.raises(CommandError, match=r"^Nothing loaded: .* it holds "):
        generate()
    assert Observation.objects.count() == 5000


@pytest.mark.parametrize("sizes", [{"kpis": 3}, {"updates": 10**9}, {"observations": 10**9}, {"measures": 0}])
def test_sizes_that_cannot_be_are_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(BadSize):
        Plan(**{**SMALL, **sizes})
    with pytest.raises(CommandError):
        generate(**sizes)
    assert not Review.objects.exists()
