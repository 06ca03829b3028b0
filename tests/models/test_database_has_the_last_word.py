"""Side doors: each promise of the models, broken by SQL behind the application's back, is refused by the database."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from measures import audit
from measures.models import Kpi, Measure, Person
from measures.models.cycles import CYCLE_TURNS
from measures.models.measures import MEASURE_TURNS
from measures.models.progress import UPDATE_TURNS
from measures.vocabulary import CycleState, MeasureStatus, UpdateState
from tests import builders

AGAIN = (
    "INSERT INTO measures_progressupdate (measure_id, cycle_id, kind, state, round, ministry_id, narrative, reason,"
    " declared_status, declared_health, explanation_cause, explanation_corrective_step, explanation_owner,"
    " explained_kpis, author_id, contributors, drafted_at, version, updated_at)"
    " SELECT measure_id, cycle_id, kind, %s, 0, ministry_id, '', '', '', '', '', '', '', '{}', author_id, contributors,"
    " now(), 1, now()"
    " FROM measures_progressupdate WHERE id = %s"
)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def refused(match: str, statement: str, *parameters: object) -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def taken(statement: str, *parameters: object) -> None:
    """Runs it with the event that the end of the test asks for."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    audit.record(at=timezone.now(), actor_id=None, verb="test", subject=("test", "sql"))


@pytest.mark.parametrize("source", UpdateState.values)
@pytest.mark.parametrize("target", UpdateState.values)
def test_an_update_turns_by_sql_only_along_the_table(source: str, target: str) -> None:
    if source == target:
        return
    update = builders.an_update(at_status=source)
    eve = Person.objects.get(username="approver.meti").pk
    statement = (
        "UPDATE measures_progressupdate SET state = %s, round = 1, submitted_at = now(), submitted_by_id = author_id,"
        " decided_at = now(), decided_by_id = %s, updated_at = clock_timestamp() WHERE id = %s"
    )
    if (source, target) in UPDATE_TURNS:
        taken(statement, target, eve, update.pk)
    else:
        refused("cannot turn|stays as it is", statement, target, eve, update.pk)


def test_an_update_begins_as_a_draft() -> None:
    update = builders.an_update()
    refused("cannot begin", AGAIN, "withdrawn", update.pk)


@pytest.mark.parametrize("state", ["approved", "withdrawn"])
@pytest.mark.parametrize("change", ["narrative = 'x'", "version = version + 1", "updated_at = now()"])
def test_a_decided_update_stays_as_it_is(state: str, change: str) -> None:
    update = builders.an_update(at_status=state)
    refused("stays as it is", "UPDATE measures_progressupdate SET " + change + " WHERE id = %s", update.pk)
    refused("stays as it is|append-only", "DELETE FROM measures_progressupdate WHERE id = %s", update.pk)


@pytest.mark.parametrize("state", ["submitted", "returned"])
def test_only_a_draft_is_deleted(state: str) -> None:
    update = builders.an_update(at_status=state, observations=[])
    refused("only a draft", "DELETE FROM measures_progressupdate WHERE id = %s", update.pk)


def test_nobody_decides_by_sql_on_what_they_wrote() -> None:
    update = builders.an_update(at_status="submitted")
    approve = (
        "UPDATE measures_progressupdate SET state = 'approved', decided_at = now(), decided_by_id = %s,"
        " updated_at = clock_timestamp() WHERE id = %s"
    )
    refused("they wrote", approve, update.author_id, update.pk)
    refused("contributor", "UPDATE measures_progressupdate SET contributors = '{}' WHERE id = %s", update.pk)
    taken(approve, Person.objects.get(username="approver.jpo").pk, update.pk)


@pytest.mark.parametrize("state", ["submitted", "approved", "withdrawn"])
def test_the_values_of_an_update_are_frozen_with_it(state: str) -> None:
    update = builders.an_update(at_status=state)
    refused("draft or returned", "UPDATE measures_reportedvalue SET value = 99 WHERE update_id = %s", update.pk)
    refused("draft or returned", "DELETE FROM measures_reportedvalue WHERE update_id = %s", update.pk)


def test_the_values_of_a_draft_change() -> None:
    update = builders.an_update()
    taken("UPDATE measures_reportedvalue SET value = 99 WHERE update_id = %s", update.pk)
    assert str(update.observations.get().value) == "99"


@pytest.mark.parametrize("part", ["cause = 'x'", "corrective_step = 'x'", "owner = 'x'", "due_on = now()"])
def test_an_explanation_is_whole_by_sql(part: str) -> None:
    update = builders.an_update()
    statement = f"UPDATE measures_progressupdate SET explanation_{part}, updated_at = clock_timestamp() WHERE id = %s"
    refused("update_explanation_all_or_none", statement, update.pk)


def test_a_divergence_is_explained_by_sql() -> None:
    statement = (
        "UPDATE measures_progressupdate SET explained_kpis = '{x}', updated_at = clock_timestamp() WHERE id = %s"
    )
    refused("update_divergence_is_explained", statement, builders.an_update().pk)
    explained = builders.an_update(measure="MEXT2019-P1-01", officer="officer.mext", observations=[],
                                   explanation=builders.an_explanation())  # fmt: skip
    taken(statement, explained.pk)


def test_a_measure_and_cycle_have_one_open_update() -> None:
    update = builders.an_update()
    refused("update_one_open_a_measure_and_cycle", AGAIN, "draft", update.pk)


@pytest.mark.parametrize("source", MeasureStatus.values)
@pytest.mark.parametrize("target", MeasureStatus.values)
def test_a_measures_status_turns_by_sql_only_along_the_table(source: str, target: str) -> None:
    if source == target:
        return
    study = Measure.objects.filter(kind="study").first()
    assert study is not None
    _force(study, source)
    statement = "UPDATE measures_measure SET status = %s, updated_at = clock_timestamp() WHERE id = %s"
    if (source, target) in MEASURE_TURNS:
        taken(statement, target, study.pk)
    else:
        refused("cannot turn|only by a recorded decision", statement, target, study.pk)


def _force(measure: Measure, status: str) -> None:
    """Puts the measure where no report leads, with every trigger off as only the owner of the table can."""
    taken("ALTER TABLE measures_measure DISABLE TRIGGER USER")
    taken("UPDATE measures_measure SET status = %s WHERE id = %s", status, measure.pk)
    taken("ALTER TABLE measures_measure ENABLE TRIGGER USER")


def test_an_action_is_never_concluded() -> None:
    action = Measure.objects.filter(kind="action").first()
    assert action is not None
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE measures_measure DISABLE TRIGGER USER")
    refused("measure_concluded_only_study", "UPDATE measures_measure SET status = 'concluded' WHERE id = %s", action.pk)


def test_a_measure_has_one_lead_at_a_time() -> None:
    insert = (
        "INSERT INTO measures_assignment (measure_id, ministry_id, role, valid_from, valid_to, basis, reason,"
        " recorded_at, updated_at) SELECT m.id, y.id, 'lead', %s::date, NULL, 'assigned', 'x', now(), now()"
        " FROM measures_measure m,"
        " measures_ministry y WHERE m.code = 'MEXT2019-P1-08' AND y.code = 'meti'"
    )
    refused("assignment_one_lead", insert, "2024-04-01")
    taken(
        "UPDATE measures_assignment SET valid_to = '2024-04-01', updated_at = clock_timestamp()"
        " WHERE role = 'lead' AND measure_id ="
        " (SELECT id FROM measures_measure WHERE code = 'MEXT2019-P1-08')"
    )
    taken(insert, "2024-04-01")


def test_what_the_document_states_names_its_lines() -> None:
    refused(
        "assignment_stated_names_its_lines",
        "UPDATE measures_assignment SET basis = 'stated', element_id = NULL WHERE role = 'lead'",
    )


def test_a_document_has_one_open_cycle() -> None:
    builders.an_open_cycle()
    refused(
        "cycle_one_open_a_document",
        "INSERT INTO measures_cycle (code, document_id, state, period_type, period_start, period_end, opens_on, due_on,"
        " closes_on, is_demo, version, updated_at) SELECT 'FY2021', document_id, 'open', period_type, '2021-04-01',"
        " '2022-04-01', '2021-04-01', '2021-12-25', '2022-03-31', false, 1, now() FROM measures_cycle",
    )


@pytest.mark.parametrize("source", CycleState.values)
@pytest.mark.parametrize("target", CycleState.values)
def test_a_cycle_turns_by_sql_only_along_the_table(source: str, target: str) -> None:
    if source == target:
        return
    taken("ALTER TABLE measures_cycle DISABLE TRIGGER USER")
    taken("UPDATE measures_cycle SET state = %s", source)
    taken("ALTER TABLE measures_cycle ENABLE TRIGGER USER")
    if (source, target) in CYCLE_TURNS:
        taken("UPDATE measures_cycle SET state = %s, updated_at = clock_timestamp()", target)
    else:
        refused("cannot turn", "UPDATE measures_cycle SET state = %s", target)


def test_a_kpi_has_one_first_value_a_period() -> None:
    refused(
        "observation_second_value_corrects",
        "INSERT INTO measures_observation (kpi_id, period_type, period_start, period_end, value, status, approximate,"
        " derived, derivation, note, source_id, reason, recorded_at) SELECT kpi_id, period_type, period_start,"
        " period_end, value + 1, status, approximate, derived, '', '', source_id, '', now() FROM measures_observation"
        " WHERE kpi_id = %s LIMIT 1",
        Kpi.objects.get(code="sme-patent-share").pk,
    )


@pytest.mark.parametrize(
    ("value", "low", "high"), [(None, None, None), ("1", "1", "2"), (None, "2", "1"), (None, "1", None)]
)
def test_an_observation_is_a_number_or_a_range_in_order(value: str, low: str, high: str) -> None:
    refused(
        "observation_value_or_range",
        "INSERT INTO measures_observation (kpi_id, period_type, period_start, period_end, value, low, high, status,"
        " approximate, derived, derivation, note, source_id, reason, recorded_at) SELECT kpi_id, period_type,"
        " '1990-01-01', '1991-01-01', %s::numeric, %s::numeric, %s::numeric, status, false, false, '', '', source_id,"
        " '', now() FROM measures_observation LIMIT 1",
        value,
        low,
        high,
    )


def test_a_correction_says_why() -> None:
    refused(
        "observation_correction_has_reason",
        "INSERT INTO measures_observation (kpi_id, period_type, period_start, period_end, value, status, approximate,"
        " derived, derivation, note, source_id, reason, recorded_at, corrects_id) SELECT kpi_id, period_type,"
        " period_start, period_end, value, status, false, false, '', '', source_id, '', now(), id"
        " FROM measures_observation LIMIT 1",
    )


def test_a_revoked_token_stays_revoked() -> None:
    builders.token("officer.jpo")
    taken("UPDATE measures_token SET revoked_at = now()")
    refused("stays revoked", "UPDATE measures_token SET revoked_at = NULL")


def test_duties_of_one_person_do_not_overlap() -> None:
    refused(
        "duty_once_at_a_time",
        "INSERT INTO measures_duty (person_id, role, ministry_id, valid_from)"
        " SELECT person_id, role, ministry_id, valid_from + 30 FROM measures_duty LIMIT 1",
    )
