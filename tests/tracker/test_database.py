"""DATABASE_URL becomes Django's settings, and how long work may take follows from who does it."""

import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.tracker.starting import ROOT, a_user, run
from tracker import database

SHOW = (
    "from django.db import connection as c; k = c.cursor();"
    "k.execute('SHOW statement_timeout'); print(k.fetchone()[0]);"
    "k.execute('SHOW join_collapse_limit'); print(k.fetchone()[0])"
)


@pytest.mark.parametrize(
    ("program", "limits"),
    [
        (["/srv/manage.py", "migrate"], database.COMMANDS),
        (["manage.py", "rebuild_standings", "--check"], database.COMMANDS),
        (["/srv/tracker/up.py"], database.COMMANDS),
        (["manage.py", "runserver"], database.REQUESTS),
        (["/srv/.venv/lib/granian/__main__.py"], database.REQUESTS),
        (["/usr/bin/gunicorn", "tracker.wsgi"], database.REQUESTS),
        (["uwsgi"], database.REQUESTS),
        ([""], database.REQUESTS),
        ([], database.REQUESTS),
    ],
)
def test_commands_may_take_long_and_whatever_else_loads_the_settings_may_not(program, limits):
    assert database.limits_for(program) is limits


def test_a_migration_waits_less_for_a_lock_than_the_requests_that_wait_behind_it():
    assert int(database.COMMANDS["lock_timeout"].rstrip("s")) < int(database.REQUESTS["lock_timeout"].rstrip("s"))


def test_manage_py_runs_without_the_limits_of_requests_and_the_served_application_with_them(data_dir):
    with a_user(data_dir) as (_, url):
        as_command = run(data_dir, sys.executable, "manage.py", "shell", "-v", "0", "-c", SHOW, DATABASE_URL=url)
        served = run(data_dir, sys.executable, "-c", f"import tracker.wsgi; {SHOW}", DATABASE_URL=url)
    assert as_command == (0, "1h\n8\n", "")
    assert served == (0, "5s\n4\n", "")
    assert (ROOT / "manage.py").name in database.RUN_COMMANDS


def test_the_urls_own_options_come_last_and_win():
    found = database.settings_from("postgresql://u:p%40x@h:5433/d?sslmode=require&options=-cstatement_timeout%3D9s")
    assert {name: found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "d",
        "USER": "u",
        "PASSWORD": "p@x",
        "HOST": "h",
        "PORT": "5433",
    }
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["options"].endswith(" -cstatement_timeout=9s")


def test_a_url_that_cannot_be_read_is_refused_without_the_password():
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL cannot be read") as refusal:
        database.settings_from("postgresql://u:s3cret%ZZ@h/d")
    assert "s3cret" not in str(refusal.value)
