"""The embedded PostgreSQL with its real programs: started, shared and stopped."""

import os
import shutil
import signal
import subprocess
import sys

import psycopg
import pytest

from tests.tracker.starting import (
    AS_ROOT,
    ROOT,
    SAY,
    a_user,
    ask,
    environment,
    home,
    is_stopped,
    run,
    server_pid,
    start,
)


def test_secrets_and_the_log_can_be_read_by_their_owner_only(data_dir):
    with a_user(data_dir) as (_, url):
        place = home(data_dir)
        password = (place / "password").read_text()
        assert password in url
        for path in (place / "password", place / "superuser_password", place / "server.log", data_dir / "secret_key"):
            assert path.stat().st_mode & 0o077 == 0, path
        for folder in (place / "cluster", place / "run"):
            assert folder.stat().st_mode & 0o077 == 0, folder
        assert password not in (place / "server.log").read_text()
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(password, "guess"))


def test_the_second_command_joins_and_the_last_one_out_stops_the_server(data_dir):
    with a_user(data_dir) as (_, first_url):
        pid = server_pid(data_dir)
        with a_user(data_dir) as (_, second_url):
            assert second_url == first_url
        assert run(data_dir, sys.executable, "-c", SAY)[:2] == (0, f"{first_url}\n")
        assert server_pid(data_dir) == pid
        assert ask(first_url, "SELECT 1") == [1]
    assert is_stopped(data_dir)


def test_commands_that_start_at_the_same_moment_share_one_new_database(new_data_dir):
    started = [start(new_data_dir, sys.executable, "-c", SAY) for _ in range(4)]
    answers = {process.communicate(timeout=60)[0] for process in started}
    assert [process.returncode for process in started] == [0] * 4
    assert len(answers) == 1
    assert is_stopped(new_data_dir)


def test_a_process_that_merely_has_the_number_of_a_killed_server_is_left_alone(data_dir):
    assert run(data_dir, "true")[0] == 0
    with subprocess.Popen(["sleep", "60"]) as innocent:
        note = home(data_dir) / "cluster" / "postmaster.pid"
        note.write_text(f"{innocent.pid}\n{note.parent}\n1700000000\n5432\n/nowhere\n\n  5432001 1\nready   \n")
        assert run(data_dir, "true")[0] == 0
        assert innocent.poll() is None
        innocent.kill()


def test_a_path_with_spaces_quotes_and_dollars_works(tmp_path):
    folder = tmp_path / 'my $HOME\'s "data", `id` 施策'
    with a_user(folder) as (_, url):
        assert ask(url, "SELECT 1") == [1]
    assert is_stopped(folder)
    if AS_ROOT:
        shutil.rmtree(home(folder))


def test_the_commands_exit_code_is_ours_and_a_signals_is_128_more(data_dir):
    assert run(data_dir, "sh", "-c", "exit 3")[0] == 3
    assert run(data_dir, "sh", "-c", "kill -KILL $$")[0] == 128 + signal.SIGKILL
    # A folder on the path that may not be read would be another error.
    code, _, errors = run(data_dir, "no-such-command", PATH="/usr/bin:/bin")
    assert (code, errors) == (2, "no-such-command cannot be run: No such file or directory.\n")


def test_sigterm_goes_to_the_command_and_then_the_server_stops(data_dir):
    with a_user(data_dir) as (supervisor, _):
        supervisor.terminate()
        assert supervisor.wait(timeout=30) == 128 + signal.SIGTERM
    assert is_stopped(data_dir)


def test_ctrl_c_in_the_terminal_reaches_the_command_and_spares_the_server_until_we_stop_it(data_dir):
    script = "trap 'echo interrupted; exit 7' INT; echo ready; read line"
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "tracker.embedded", "run", "--", "sh", "-c", script],
        cwd=ROOT,
        env=environment(data_dir),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert supervisor.stdout.readline() == b"ready\n"
    os.killpg(supervisor.pid, signal.SIGINT)
    assert b"interrupted" in supervisor.communicate(timeout=30)[0]
    assert supervisor.returncode == 7
    assert is_stopped(data_dir)
    assert "database system is shut down" in (home(data_dir) / "server.log").read_text()


def test_a_cluster_of_another_version_is_refused_in_one_sentence(new_data_dir):
    assert run(new_data_dir, "true")[0] == 0
    (home(new_data_dir) / "cluster" / "PG_VERSION").write_text("14\n")
    code, _, errors = run(new_data_dir, "true")
    assert code == 2
    assert "was made by PostgreSQL 14 and the installed one is 18" in errors
    assert errors.count("\n") == 1


def test_a_lost_password_is_named_and_the_server_does_not_stay(new_data_dir):
    assert run(new_data_dir, "true")[0] == 0
    (home(new_data_dir) / "password").write_text("another")
    code, _, errors = run(new_data_dir, "true")
    assert (code, "is not the password of the database" in errors) == (2, True)
    assert "another" not in errors
    assert is_stopped(new_data_dir)


@pytest.mark.skipif(not AS_ROOT, reason="only root's cluster lies outside of its data folder")
def test_a_removed_data_folder_means_a_new_database_and_the_former_is_set_aside(new_data_dir):
    with a_user(new_data_dir) as (_, url):
        ask(url, "CREATE TABLE former ()")
    shutil.rmtree(new_data_dir)
    code, _, errors = run(new_data_dir, "true")
    assert code == 0
    assert "the former database was set aside" in errors
    with a_user(new_data_dir) as (_, url):
        assert ask(url, "SELECT to_regclass('former')") == [None]
    assert (home(new_data_dir) / "cluster.before").is_dir()
