"""Every table is shown as of a moment, or there is a reason why not; and the views are those of the models."""

import pytest
from django.apps import apps
from django.db import connection

from measures.models import as_of

pytestmark = pytest.mark.django_db

# Tables without a view in the schema, which an answer about the past therefore reads as they are now.
WITHOUT_VIEW = {
    "measures_element": "never changes, and is reached through its document or measure",
    "measures_elementlink": "never changes, and is reached through its elements",
    "measures_source": "never changes, and is reached through its observations",
    "measures_observationsource": "never changes, and is reached through its observation",
    "measures_person": "names are not part of the past, so that they can be erased",
    "measures_duty": "who may see something is a question of now",
    "measures_token": "who may see something is a question of now",
    "measures_signin": "says who is signed in, not what is so",
    "mfa_authenticator": "is a secret",
    "socialaccount_socialaccount": "who may see something is a question of now",
    "measures_idempotencykey": "is no domain data",
    "measures_proposal": "is no document yet, and the log has each of its changes",
    "measures_requestcount": "is no domain data",
    "measures_auditdue": "is no domain data",
    "measures_import": "is its owner's alone, and says of a file how it went",
    "measures_notice": "is no domain data",
    "measures_mail": "is no domain data",
    "measures_checkpoint": "is a statement about the log, each with its own time",
    "measures_logkey": "is published whenever it was used",
    "measures_sealedbatch": "is bookkeeping of the log",
    "measures_sealedevent": "is asked by position",
    "measures_treenode": "is asked by position",
}


def tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_app_config("measures").get_models()}


def views() -> dict[str, str]:
    """What the database says each view of the schema is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT viewname, definition FROM pg_views WHERE schemaname = %s", [as_of.SCHEMA])
        return dict(cursor.fetchall())


def test_every_table_has_a_view_or_a_reason_to_have_none() -> None:
    histories = {table for table in tables() if table.endswith("history")}
    assert tables() - histories - set(views()) == set(WITHOUT_VIEW)
    assert set(views()) <= tables()


def test_the_views_are_those_that_the_models_give() -> None:
    there = views()
    with connection.cursor() as cursor:
        cursor.execute(as_of.DROP)
        for statement in as_of.statements(lambda name: apps.get_model("measures", name)):
            cursor.execute(statement)
    assert views() == there


def test_a_row_that_stays_is_found_by_its_own_key_and_not_by_that_of_every_history() -> None:
    there = views()
    for name in as_of.KEPT:
        assert "past.row_id" not in there[apps.get_model("measures", name)._meta.db_table], name


def test_every_column_of_a_table_is_in_its_view() -> None:
    with connection.cursor() as cursor:
        for table in views():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
                " EXCEPT SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = 'as_of' AND table_name = %s",
                [table, table],
            )
            assert cursor.fetchall() == [], table
