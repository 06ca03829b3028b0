"""`load_bench`: the past that it generates is the one that its rows tell of, and its log is sealed to the end."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from measures.management.bench.plan import Plan
from measures.models import (
    Event,
    Kpi,
    KpiLink,
    KpiStanding,
    Measure,
    MeasureStanding,
    Observation,
    ProgressUpdate,
    ProgressUpdateHistory,
    ReportedValue,
    Review,
    SealedEvent,
    StatusChange,
)
from measures.models.as_of import DISCARDED, KEPT
from measures.queries import standings
from measures.queries.as_of import known_at
from measures.vocabulary import CycleState, MeasureStatus
from tests import builders
from tests.api import wire
from tests.operations.logs import assert_whole

pytestmark = pytest.mark.usefixtures("sequences_kept", "empty_tables")

SMALL = {"measures": 50, "kpis": 100, "observations": 5000, "updates": 500}
PLAN = Plan(**SMALL)
# Before the first report, then among the drafts, the submissions and the decisions of two cycles, and behind them all.
MOMENTS = [
    PLAN.began_at + timedelta(minutes=1),
    *(PLAN.opened_at(cycle) + timedelta(days=days, minutes=7) for cycle in (2, 7) for days in (2, 7, 13, 25)),
    PLAN.opened_at(PLAN.closed) + timedelta(days=12),
    PLAN.opened_at(PLAN.closed) + timedelta(days=30),
]
NOT_GENERATED = {"Evidence"}
STATES = {"draft": "draft", "submit": "submitted", "return": "returned", "withdraw": "withdrawn", "approve": "approved"}


@pytest.fixture
def generated(sequences_kept: None, empty_tables: None) -> None:
    generate()


def generate() -> None:
    given = [f"--{name}={value}" for name, value in SMALL.items()]
    call_command("load_bench", *given, stdout=StringIO(), stderr=StringIO())


def asked(path: str, **query: Any) -> Any:
    answer = builders.client("bench.auditor").get(f"{wire.BASE}{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def steps() -> dict[int, list[tuple[datetime, str]]]:
    """What happened to each report and when, by the drafts and the reviews."""
    happened = {pk: [(at, "draft")] for pk, at in ProgressUpdate.objects.values_list("pk", "drafted_at")}
    for pk, at, verb in Review.objects.order_by("recorded_at").values_list("update", "recorded_at", "verb"):
        happened[pk].append((at, verb))
    return happened


@pytest.mark.django_db
@pytest.mark.usefixtures("generated")
def test_each_report_was_where_its_steps_had_brought_it() -> None:
    for moment in MOMENTS:
        _compare_reports(moment)


def _compare_reports(moment: datetime) -> None:
    by_then = {pk: [step for step in taken if step[0] <= moment] for pk, taken in steps().items()}
    expected = {}
    for pk, taken in by_then.items():
        if taken:
            moments = {verb: at for at, verb in taken}
            sent, decided = moments.get("submit"), moments.get("approve")
            expected[pk] = (STATES[taken[-1][1]], int(sent is not None), sent, decided, len(taken), taken[-1][0])
    names = ("state", "round", "submitted_at", "decided_at", "version", "updated_at")
    values = Counter(ReportedValue.objects.filter(update__in=expected).values_list("update", flat=True))
    narratives = dict(ProgressUpdate.objects.values_list("pk", "narrative"))
    with known_at(moment):
        assert {pk: tuple(row) for pk, *row in ProgressUpdate.objects.values_list("pk", *names)} == expected
        assert Counter(ReportedValue.objects.values_list("update", flat=True)) == values
        assert all(narratives[pk] == text for pk, text in ProgressUpdate.objects.values_list("pk", "narrative"))
    listed = asked("/updates", known_at=moment.isoformat(), limit=500, count="true")
    assert {one["id"]: one["state"] for one in listed["items"]} == {pk: row[0] for pk, row in expected.items()}


@pytest.mark.django_db
@pytest.mark.usefixtures("generated")
def test_every_step_of_a_report_is_a_state_of_its_past() -> None:
    known = {(pk, at, STATES[verb]) for pk, taken in steps().items() for at, verb in taken}
    assert set(ProgressUpdateHistory.objects.values_list("row_id", "since", "state")) == known
    assert ProgressUpdateHistory.objects.count() == len(known)


@pytest.mark.django_db
@pytest.mark.usefixtures("generated")
def test_each_measure_and_kpi_was_what_the_approvals_by_then_had_made_of_it() -> None:
    for moment in MOMENTS:
        _compare_measures(moment)


def _compare_measures(moment: datetime) -> None:
    measures = {code: [] for code in Measure.objects.values_list("code", flat=True)}
    for code, *row in StatusChange.objects.order_by("recorded_at").values_list(
        "measure__code", "status", "status_since", "health", "recorded_at"
    ):
        measures[code] += [row[:3]] if row[3] <= moment else []
    versions, kpi_versions = _versions(moment)
    with known_at(moment):
        assert {one.code: [one.status, one.status_since, one.health] for one in Measure.objects.all()} == {
            code: changes[-1] for code, changes in measures.items()
        }
        assert {one.pk: (one.version, one.updated_at) for one in Measure.objects.all()} == versions
        assert {one.pk: (one.version, one.updated_at) for one in Kpi.objects.all()} == kpi_versions
    assert asked("/measures/BENCH-00007", known_at=moment.isoformat())["revision"] == versions[7][0]


def _versions(moment: datetime) -> tuple[dict[int, Any], dict[int, Any]]:
    """(version, changed at) of every measure and every KPI at `moment`, by what was approved and observed by then."""
    kpis: dict[int, set[datetime]] = {pk: {PLAN.began_at} for pk in Kpi.objects.values_list("pk", flat=True)}
    for pk, at in Observation.objects.filter(recorded_at__lte=moment).values_list("kpi", "recorded_at"):
        kpis[pk].add(at)
    measures = {pk: {PLAN.began_at} for pk in Measure.objects.values_list("pk", flat=True)}
    for measure, kpi in KpiLink.objects.values_list("measure", "kpi"):
        measures[measure] |= kpis[kpi]
    for pk, at in ProgressUpdate.objects.filter(decided_at__lte=moment).values_list("measure", "decided_at"):
        measures[pk].add(at)
    return tuple({pk: (len(at), max(at)) for pk, at in rows.items()} for rows in (measures, kpis))  # type: ignore[return-value]


@pytest.mark.django_db
@pytest.mark.usefixtures("generated")
def test_the_values_of_a_kpi_and_the_counts_were_those_known_by_then() -> None:
    for moment in MOMENTS:
        _compare_counts(moment)


def _compare_counts(moment: datetime) -> None:
    known = Observation.objects.filter(kpi__code="bench-kpi-000001", recorded_at__lte=moment)
    expected_ids = list(known.order_by("period_start", "pk").values_list("pk", flat=True))
    series = asked("/kpis/bench-kpi-000001/observations", known_at=moment.isoformat(), limit=500)
    assert [one["id"] for one in series["items"]] == expected_ids
    ledger = StatusChange.objects.filter(recorded_at__lte=moment).order_by("recorded_at")
    status = dict(ledger.values_list("measure", "status"))
    counts = asked("/summary", known_at=moment.isoformat())
    assert counts["measures"]["total"] == 50
    assert counts["measures"]["by_status"] == {name: Counter(status.values())[name] for name in MeasureStatus.values}
    assert counts["revision"] == Event.objects.filter(audience="public", at__lte=moment).count()
    due = {CycleState.OPEN: PLAN.opened_at, CycleState.CLOSED: lambda cycle: PLAN.opened_at(cycle + 1)}
    expected = {state: sum(turned(cycle) <= moment for cycle in _cycles(state)) for state, turned in due.items()}
    found = Counter(one["state"] for one in asked("/cycles", known_at=moment.isoformat(), limit=100)["items"])
    assert (found["open"], found["closed"]) == (expected["open"] - expected["closed"], expected["closed"])


def _cycles(state: CycleState) -> Iterator[int]:
    return iter(range(PLAN.closed + (state == CycleState.OPEN)))


@pytest.mark.django_db
@pytest.mark.usefixtures("generated")
def test_the_first_standing_is_that_of_what_was_imported() -> None:
    changed = dict(Kpi.objects.filter(updated_at__gt=PLAN.began_at).values_list("pk", "updated_at"))
    later = Observation.objects.filter(recorded_at__gt=PLAN.began_at).values_list("kpi", "period_start")
    latest: dict[int, Any] = {}
    for one in Observation.objects.filter(recorded_at=PLAN.began_at).order_by("period_start"):
        latest[one.kpi_id] = (one.value, one.low, one.high)
    with known_at(PLAN.began_at):
        first = {one.pk: (one.value, one.low, one.high) for one in KpiStanding.objects.all() if one.period_start}
        dated = {one.pk: one.updated_at for one in KpiStanding.objects.all()}
        assert standings.measure_columns([7])[7]["total"] == MeasureStanding.objects.get(pk=7).total
    assert {pk: row for pk, row in first.items() if pk in changed} == {pk: latest[pk] for pk in first if pk in changed}
    assert len(first) > 50
    assert set(dated.values()) == {PLAN.began_at}
    assert {pk for pk, _ in later} == set(changed)
    assert dict(KpiStanding.objects.filter(pk__in=changed).values_list("pk", "updated_at")) == changed


@pytest.mark.django_db
@pytest.mark.usefixtures("generated")
def test_the_past_ends_in_the_present_and_begins_with_the_import() -> None:
    for name in {*KEPT, *DISCARDED} - NOT_GENERATED:
        model = apps.get_model("measures", name)
        now = rows(model)
        assert now, name
        with known_at(timezone.now()):
            assert rows(model) == now, name
        with known_at(PLAN.began_at - timedelta(seconds=1)):
            assert not rows(model), name


def rows(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("pk").values())


@pytest.mark.django_db(transaction=True)
def test_every_event_is_sealed_in_its_order() -> None:
    generate()
    assert SealedEvent.objects.count() == Event.objects.count() > 1500
    sealed = list(SealedEvent.objects.order_by("position").values_list("event", flat=True))
    assert sealed == sorted(sealed)
    assert_whole()
