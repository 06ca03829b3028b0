"""The embedded PostgreSQL with its real programs: started, shared, stopped, and found again after a kill."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tracker.embedded import EmbeddedError, keys, places, server
from tracker.embedded.account import STATE
from tracker.embedded.places import Place

ROOT = Path(__file__).resolve().parents[2]
SAY_AND_WAIT = "import os, sys; print(os.environ['DATABASE_URL'], flush=True); sys.stdin.read()"
SAY = "import os; print(os.environ['DATABASE_URL'])"
AS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose database is made once, for the tests that leave it as they found it."""
    yield from removed_at_the_end(tmp_path_factory.mktemp("shared") / "data")


@pytest.fixture
def new_data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data folder of this test's own, for what needs a first start or breaks something."""
    yield from removed_at_the_end(tmp_path / "data")


def removed_at_the_end(folder: Path) -> Iterator[Path]:
    yield folder
    if AS_ROOT and (found := home(folder)):
        shutil.rmtree(found)


def start(data_dir: Path, *command: str, **environment: str) -> "subprocess.Popen[str]":
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
    return subprocess.Popen(
        [sys.executable, "-m", "tracker.embedded", "run", "--", *command],
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(data_dir)} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(data_dir: Path, *command: str, **environment: str) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    process = start(data_dir, *command, **environment)
    output, errors = process.communicate(timeout=60)
    return process.returncode, output, errors


@contextmanager
def a_user(data_dir: Path, **environment: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A command that uses the database until it is told to end, and the URL it was given."""
    process = start(data_dir, sys.executable, "-c", SAY_AND_WAIT, **environment)
    try:
        url = process.stdout.readline().strip()
        assert url, process.stderr.read()
        yield process, url
    finally:
        process.communicate(timeout=60)


def home(data_dir: Path) -> Path | None:
    """Where the cluster of `data_dir` lies; None while root has none for it."""
    if not AS_ROOT:
        return data_dir / "postgres"
    return next((note.parent for note in STATE.glob("*/data_dir") if note.read_text() == str(data_dir)), None)


def server_pid(data_dir: Path) -> int:
    return int((home(data_dir) / "cluster" / "postmaster.pid").read_text().splitlines()[0])


def is_stopped(data_dir: Path) -> bool:
    return not (home(data_dir) / "cluster" / "postmaster.pid").exists()


def ask(url: str, *statements: str) -> list[object]:
    """The first value that each statement gives, None when it gives none."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursors = [connection.execute(statement) for statement in statements]
        return [cursor.fetchone()[0] if cursor.description else None for cursor in cursors]


def killed(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("language", ["C", "ja_JP.eucJP"])
def test_a_command_gets_an_utf8_database_that_it_owns_whatever_the_locale(new_data_dir, language):
    with a_user(new_data_dir, LANG=language, LC_ALL=language) as (_, url):
        found = ask(
            url,
            "SHOW server_encoding",
            "SELECT datcollate || ' ' || coalesce(datlocale, datctype) FROM pg_database WHERE datname = 'tracker'",
            "SELECT upper('é施策')",
            "SHOW fsync",
            "SHOW listen_addresses",
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user",
        )
        assert found == ["UTF8", "C C.UTF-8", "É施策", "on", "", False]
        ask(url, "CREATE EXTENSION btree_gist", "CREATE DATABASE test_tracker", "DROP DATABASE test_tracker")


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


def test_after_kill_9_of_the_server_the_next_start_has_what_was_committed(data_dir):
    with a_user(data_dir) as (_, url):
        ask(url, "CREATE TABLE kept (value int)", "INSERT INTO kept VALUES (42)")
        killed(server_pid(data_dir))
    with a_user(data_dir) as (_, url):
        assert ask(url, "SELECT value FROM kept") == [42]
    assert is_stopped(data_dir)


def test_after_kill_9_of_the_supervisor_the_next_one_adopts_the_server_and_stops_it(data_dir):
    with a_user(data_dir) as (supervisor, _):
        pid = server_pid(data_dir)
        killed(supervisor.pid)
    with a_user(data_dir):
        assert server_pid(data_dir) == pid
    assert is_stopped(data_dir)


def test_after_kill_9_in_the_middle_of_making_the_database_it_is_made_again(new_data_dir):
    supervisor = start(new_data_dir, sys.executable, "-c", SAY)
    give_up = time.monotonic() + 30
    while not ((found := home(new_data_dir)) and list(found.glob("cluster.new-*/base"))) and time.monotonic() < give_up:
        time.sleep(0.005)
    killed(supervisor.pid)
    supervisor.communicate(timeout=60)
    assert not (home(new_data_dir) / "cluster").exists()
    code, output, _ = run(new_data_dir, sys.executable, "-c", SAY)
    assert (code, output[:13]) == (0, "postgresql://")
    # What the killed one's initdb still wrote goes with the next start at the latest.
    run(new_data_dir, "true")
    assert not list(home(new_data_dir).glob("cluster.new-*"))


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
    code, _, errors = run(data_dir, "no-such-command")
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
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {"DATA_DIR": str(data_dir)},
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


@pytest.mark.skipif(not AS_ROOT, reason="somebody else is already a normal user")
def test_a_normal_user_keeps_everything_in_the_data_folder(tmp_path):
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents[:2]:
        folder.chmod(folder.stat().st_mode | 0o055)
    mine = tmp_path / "mine"
    mine.mkdir()
    os.chown(mine, 65534, 65534)
    nobody = {"user": 65534, "group": 65534, "extra_groups": [], "cwd": ROOT, "capture_output": True, "text": True}
    try:
        subprocess.run([sys.executable, "-c", "import tracker.embedded"], check=True, **nobody)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("Python, its packages or the project cannot be read by another user")
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(mine / "data")}
    command = [sys.executable, "-m", "tracker.embedded", "run", "--", sys.executable, "-c", SAY]
    done = subprocess.run(command, check=False, env=environment, **nobody)
    assert (done.returncode, done.stdout[:13]) == (0, "postgresql://"), done.stderr
    assert {path.name for path in (mine / "data").iterdir()} == {"postgres", "secret_key"}
    assert not (mine / "data" / "postgres" / "cluster" / "postmaster.pid").exists()


def a_place(home: Path) -> Place:
    home.mkdir(parents=True)
    return Place(data_dir=home.parent, home=home, bin=Path("/nowhere"), account=None)


def test_a_path_too_long_for_a_socket_gets_a_private_folder_in_the_systems_temporary_one(tmp_path):
    folder = places.socket_folder(a_place(tmp_path / ("long" * 25) / "postgres"))
    assert len(f"{folder}/.s.PGSQL.{server.PORT}") < 107
    assert folder.stat().st_mode & 0o077 == 0
    assert folder.parent.stat().st_mode & 0o077 == 0
    folder.rmdir()


def test_a_socket_folder_that_others_may_enter_is_refused(tmp_path):
    place = a_place(tmp_path / ("long" * 25) / "postgres")
    folder = places.socket_folder(place)
    folder.chmod(0o755)
    with pytest.raises(EmbeddedError, match="is not a private folder of yours"):
        places.socket_folder(place)
    folder.rmdir()


def test_a_secret_is_made_once_and_again_when_its_file_was_left_empty(tmp_path):
    path = tmp_path / "secret"
    path.touch()
    assert keys.kept(path) == keys.kept(path) == path.read_text()
    assert len(keys.kept(path)) >= 50


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://root:s3cret@127.0.0.1/x", "DATABASE_URL is not PostgreSQL's"),
        ("postgresql://u:s3cret%ZZ@127.0.0.1/x", "DATABASE_URL cannot be read"),
        ("postgresql://u:s3cret@127.0.0.1:1", "DATABASE_URL names no database"),
        ("postgresql://u:s3cret@127.0.0.1:1/x", "The database of DATABASE_URL cannot be used: "),
    ],
)
def test_a_given_database_that_cannot_be_used_is_one_sentence_without_the_password(tmp_path, url, sentence):
    code, output, errors = run(tmp_path / "data", "echo", "ran", DATABASE_URL=url)
    assert (code, output) == (2, "")
    assert errors.startswith(sentence)
    assert errors.count("\n") == 1
    assert "s3cret" not in errors


def test_a_given_database_is_used_as_it_is(data_dir):
    with a_user(data_dir) as (_, url):
        code, output, _ = run(data_dir / "other", sys.executable, "-c", SAY, DATABASE_URL=url)
        assert (code, output) == (0, f"{url}\n")
        assert not (data_dir / "other" / "postgres").exists()
