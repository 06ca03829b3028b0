"""Which tables the database guards, read from the database itself."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

# Models whose every past state is kept.
REMEMBERED = {
    "assignment",
    "cycle",
    "evidence",
    "kpi",
    "kpistanding",
    "measure",
    "measurestanding",
    "milestone",
    "obligation",
    "progressupdate",
    "reportedvalue",
}
# Tables whose changes need no event, and why not.
WITHOUT_EVENT = {
    "measures_event": "is the log itself",
    "measures_auditdue": "is the note that an event is owed, gone at every commit",
    "measures_sealedevent": "is made from events, and says in which order they stand",
    "measures_treenode": "is made from events",
    "measures_sealedbatch": "is made from events",
    "measures_checkpoint": "is made from events and signed",
    "measures_logkey": "is published beside the checkpoints that the key signs",
    "measures_idempotencykey": "keeps answers that were given, for a day",
    "measures_requestcount": "says how often callers asked of late, and a crash may empty it",
    "measures_notice": "is written with the change it tells of, whose event says so",
    "measures_mail": "is a note of what was mailed, which changes nothing that is so",
    "measures_kpistanding": "is computed, and a command computes it again from scratch",
    "measures_measurestanding": "is computed, and a command computes it again from scratch",
    **{
        f"measures_{name}history": "is what the table beside it was, which a trigger tells it in the same transaction"
        for name in REMEMBERED
    },
    "django_session": "says who is signed in, not what is so",
    "measures_signin": "says who is signed in and where, and an operation tells the log",
    "account_emailaddress": "belongs to the framework and stays empty: addresses are kept with people",
    "account_emailconfirmation": "belongs to the framework and stays empty: nobody confirms an address here",
    "socialaccount_socialapp": "belongs to the framework and stays empty: the environment names the provider",
    "socialaccount_socialtoken": "belongs to the framework and stays empty: tokens of the provider are not kept",
    "django_migrations": "belongs to the framework, and the deployment's own log has it",
    "django_content_type": "belongs to the framework and nothing reads it",
    "auth_permission": "belongs to the framework; duties decide here",
    "auth_group": "belongs to the framework; duties decide here",
    "auth_group_permissions": "belongs to the framework; duties decide here",
}
# Columns whose change alone needs no event, and why not.
COLUMNS_WITHOUT_EVENT = {
    "measures_person": {"last_login": "is a note of a session"},
    "measures_token": {"last_used_at": "is a note of reading"},
    "mfa_authenticator": {"last_used_at": "is a note of use"},
    "socialaccount_socialaccount": {"last_login": "is a note of a session"},
}
APPEND_ONLY = {
    *(f"measures_{name}history" for name in REMEMBERED),
    "measures_baseline",
    "measures_deadline",
    "measures_decision",
    "measures_document",
    "measures_documentversion",
    "measures_element",
    "measures_elementlink",
    "measures_event",
    "measures_evidenceverification",
    "measures_kpilink",
    "measures_measurelink",
    "measures_ministry",
    "measures_checkpoint",
    "measures_logkey",
    "measures_observation",
    "measures_observationsource",
    "measures_quote",
    "measures_report",
    "measures_reportfile",
    "measures_review",
    "measures_rulechange",
    "measures_sealedbatch",
    "measures_sealedevent",
    "measures_source",
    "measures_statuschange",
    "measures_target",
    "measures_treenode",
    "measures_verdict",
}
# Tables whose rows move along a table of turns.
TURNING = {"measures_cycle", "measures_import", "measures_measure", "measures_progressupdate", "measures_proposal"}


def guarded(name: str) -> dict[str, set[str]]:
    """Tables with an enabled trigger of ours of that name, each with the columns it watches (all when empty)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgrelid::regclass::text, array_remove(array_agg(a.attname::text), NULL) FROM pg_trigger t"
            " LEFT JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)"
            " WHERE t.tgname LIKE %s AND NOT t.tgisinternal AND t.tgenabled = 'O' GROUP BY 1",
            [f"pgtrigger_{name}_%"],
        )
        return {table: set(columns) for table, columns in cursor.fetchall()}


def test_every_table_is_audited_or_exempt_with_a_reason() -> None:
    tables = set(connection.introspection.table_names())
    audited = set(guarded("audited"))
    assert tables - audited == set(WITHOUT_EVENT)
    assert audited <= tables


def test_a_change_of_any_column_is_audited_but_of_those_that_are_named_here() -> None:
    for table, watched in guarded("audited").items():
        with connection.cursor() as cursor:
            columns = {one.name for one in connection.introspection.get_table_description(cursor, table)}
        ignored = columns - watched - {"id"} if watched else set()
        assert ignored == set(COLUMNS_WITHOUT_EVENT.get(table, {})), table


def test_append_only_tables_are_those_that_are_named_here() -> None:
    assert set(guarded("append_only")) == APPEND_ONLY


def test_every_table_that_changes_keeps_its_past() -> None:
    assert set(guarded("remembered")) == {f"measures_{name}" for name in REMEMBERED}


def test_the_event_that_is_owed_is_asked_for_at_commit() -> None:
    assert set(guarded("event_owed")) == {"measures_auditdue"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgdeferrable, tginitdeferred FROM pg_trigger WHERE tgname LIKE 'pgtrigger_event_owed_%'")
        assert cursor.fetchall() == [(True, True)]


def test_what_moves_in_turns_is_held_to_them_by_the_database() -> None:
    assert set(guarded("turns")) == TURNING


def test_no_trigger_of_ours_is_switched_off_but_those_that_tests_must_pass() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'")
        assert {name.rpartition("_")[0] for (name,) in cursor.fetchall()} == {
            "pgtrigger_no_truncate",
            "pgtrigger_in_time",
        }
