"""`./dev up`: what it says while it starts, and that what it says works."""

import signal
import subprocess
import urllib.request

import pytest

from tests.tracker.starting import a_user, ask, free_port, is_stopped, left_running, run_up, until_it_serves
from tracker import port, up


def test_a_server_that_ends_at_once_is_named_instead_of_waited_for():
    with subprocess.Popen(["sh", "-c", "exit 4"]) as server:
        server.wait()
        with pytest.raises(up.UpError, match="The server ended at once with exit code 4"):
            up.wait_until_ready(server, number=1)


@pytest.mark.parametrize("request_to_stop", [signal.SIGTERM, signal.SIGHUP])
def test_up_serves_and_a_request_to_stop_leaves_nothing_running(data_dir, ups, request_to_stop):
    number = free_port()
    process = ups.start(data_dir, number)
    lines = until_it_serves(process)
    assert [line[:5] for line in lines if line.startswith("[")] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
    assert f"http://127.0.0.1:{number}/" in "".join(lines)
    assert f"  mails     in {data_dir}/mail (EMAIL_HOST names no server)\n" in lines
    # The line that is shown is the line that works.
    address = lines[-1].split("'")[1]
    with urllib.request.urlopen(address, timeout=10) as reply:  # noqa: S310 - it is the address of our own server
        assert b'"items"' in reply.read()
    process.send_signal(request_to_stop)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert left_running(data_dir) == []
    assert is_stopped(data_dir)
    assert not port.answers(number)


def test_a_user_who_may_not_migrate_is_told_so_in_one_sentence(data_dir):
    with a_user(data_dir) as (_, url):
        ask(url, "CREATE DATABASE other")
        elsewhere = url.replace("/tracker?", "/other?")
        made = "CREATE TABLE django_migrations (id bigint, app text, name text, applied timestamptz)"
        ask(elsewhere, made, "REVOKE ALL ON django_migrations FROM tracker")
        code, _, errors = run_up(data_dir / "up", free_port(), DATABASE_URL=elsewhere)
        ask(url, "DROP DATABASE other")
    assert (code, errors) == (
        2,
        "./dev up: The user of DATABASE_URL may not migrate (permission denied for table django_migrations): "
        "make it the database's owner.\n",
    )
