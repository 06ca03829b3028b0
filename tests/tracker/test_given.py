"""A DATABASE_URL that cannot be used is one sentence without the password and exit code 2, whoever needs it."""

import contextlib
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tracker.starting import ROOT, SAY, a_user, ask, environment, free_port, run, run_up
from tracker.embedded import EmbeddedError, given

UNUSABLE = {
    "mysql://root:s3cret@127.0.0.1/x": "DATABASE_URL is not PostgreSQL's",
    "host=127.0.0.1 password=s3cret dbname=x": "DATABASE_URL is not PostgreSQL's",
    "postgresql://u:s3cret%ZZ@127.0.0.1/x": "DATABASE_URL cannot be read",
    "postgresql://u:s3cret@[::1/x": "DATABASE_URL cannot be read",
    # What a password does that was not written with %XX.
    "postgresql://u:pass@s3cret@127.0.0.1/x": "DATABASE_URL cannot be read",
    "postgresql://u:pass/s3cret@127.0.0.1/x": "DATABASE_URL cannot be read",
    "postgresql://u:s3cret/word@127.0.0.1/x": "DATABASE_URL cannot be read",
    "postgresql://u:s3cret@127.0.0.1:1": "DATABASE_URL names no database",
    "postgresql://u:s3cret@127.0.0.1:1/x": "The database of DATABASE_URL cannot be used: ",
    "postgresql://u:s3cret@no-such-host.invalid/x": "The database of DATABASE_URL cannot be used: ",
}


def is_one_sentence(errors: str, beginning: str) -> None:
    assert errors.startswith(beginning), errors
    assert errors.endswith(".\n")
    assert errors.count("\n") == 1
    assert "s3cret" not in errors


@pytest.mark.parametrize("url", UNUSABLE)
def test_what_cannot_be_used_is_refused_without_the_password(url):
    with pytest.raises(EmbeddedError) as refusal:
        given.check(url)
    is_one_sentence(f"{refusal.value}\n", UNUSABLE[url])


def test_a_command_and_up_refuse_it_alike_with_exit_code_2(tmp_path):
    url = "postgresql://tracker:s3cret@127.0.0.1:1/tracker"
    code, output, errors = run(tmp_path / "data", "echo", "ran", DATABASE_URL=url)
    assert (code, output) == (2, "")
    is_one_sentence(errors, "The database of DATABASE_URL cannot be used: ")
    code, output, up_errors = run_up(tmp_path / "data", free_port(), DATABASE_URL=url)
    assert (code, output) == (2, "[1/4] Using the PostgreSQL of DATABASE_URL\n")
    assert up_errors == f"./dev up: {errors}"


@pytest.mark.skipif(Path(sys.prefix) != ROOT / ".venv", reason="needs the .venv that ./dev makes")
@pytest.mark.parametrize("command", [["up"], ["test", "--version"], ["manage", "check"]])
def test_each_door_of_dev_refuses_it_with_exit_code_2(tmp_path, command):
    url = "postgresql://tracker:s3cret@127.0.0.1:1/tracker"
    changed = environment(tmp_path / "data", DATABASE_URL=url, PORT=str(free_port()))
    done = subprocess.run(["./dev", *command], cwd=ROOT, env=changed, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    is_one_sentence(done.stderr.removeprefix("./dev up: "), "The database of DATABASE_URL cannot be used: ")


@contextlib.contextmanager
def an_old_server(version: str) -> Iterator[int]:
    """Greets like a PostgreSQL of `version` that lets everybody in, and says no more."""

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!I", len(body) + 4) + body

    greeting = message(b"R", struct.pack("!I", 0))
    for name, value in (("server_version", version), ("server_encoding", "UTF8"), ("client_encoding", "UTF8")):
        greeting += message(b"S", f"{name}\0{value}\0".encode())
    greeting += message(b"Z", b"I")

    def answer(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            caller, _ = listening.accept()
            with caller:
                while b"user\0" not in caller.recv(1024):
                    # It asks for encryption first, in one of two ways.
                    caller.sendall(b"N")
                caller.sendall(greeting)
                while caller.recv(1024):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=(listening,), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(timeout=5)


@pytest.mark.parametrize(("version", "major"), [("14.19", "14"), ("9.6.24", "9")])
def test_a_server_older_than_15_is_refused_by_its_version(version, major):
    with an_old_server(version) as number, pytest.raises(EmbeddedError) as refusal:
        given.check(f"postgresql://u:s3cret@127.0.0.1:{number}/x")
    assert str(refusal.value) == f"The database of DATABASE_URL is PostgreSQL {major}: 15 or newer is needed."


def elsewhere(url: str, name: str, *, options: str = "") -> str:
    """The URL of another database on the same server."""
    return url.split("?")[0].rsplit("/", 1)[0] + f"/{name}" + (f"?options={options}" if options else "")


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_is_not_utf8_is_refused_by_its_encoding(data_dir, encoding):
    with a_user(data_dir) as (_, url):
        ask(url, f"CREATE DATABASE other ENCODING {encoding} LC_CTYPE 'C' LC_COLLATE 'C' TEMPLATE template0")
        code, output, errors = run(data_dir, "echo", "ran", DATABASE_URL=elsewhere(url, "other"))
        ask(url, "DROP DATABASE other")
    assert (code, output) == (2, "")
    assert errors == f"The database of DATABASE_URL stores {encoding}: make it with ENCODING 'UTF8'.\n"


def test_a_database_that_is_read_only_is_refused(data_dir):
    with a_user(data_dir) as (_, url):
        ask(url, "CREATE DATABASE other", "ALTER DATABASE other SET default_transaction_read_only = on")
        code, output, errors = run(data_dir, "echo", "ran", DATABASE_URL=elsewhere(url, "other"))
        ask(url, "DROP DATABASE other")
    assert (code, output) == (2, "")
    is_one_sentence(errors, "The database of DATABASE_URL is read-only for this user")


def test_a_database_or_password_that_is_wrong_is_refused(data_dir):
    with a_user(data_dir) as (_, url):
        _, _, errors = run(data_dir, "echo", "ran", DATABASE_URL=elsewhere(url, "missing"))
        is_one_sentence(errors, "The database of DATABASE_URL cannot be used: ")
        assert 'database "missing" does not exist' in errors
        password = url.split(":")[2].split("@")[0]
        _, _, errors = run(data_dir, "echo", "ran", DATABASE_URL=url.replace(password, "s3cret"))
        is_one_sentence(errors, "The database of DATABASE_URL cannot be used: ")
        assert "password authentication failed" in errors


def test_a_database_that_may_lose_what_it_confirmed_or_knows_ascii_only_is_used_with_a_warning(data_dir):
    with a_user(data_dir) as (_, url):
        ask(url, "CREATE DATABASE other LC_CTYPE 'C' TEMPLATE template0")
        weak = elsewhere(url, "other", options="-csynchronous_commit%3Doff")
        code, output, errors = run(data_dir, "echo", "ran", DATABASE_URL=weak)
        ask(url, "DROP DATABASE other")
    assert (code, output) == (0, "ran\n")
    first, second = errors.splitlines()
    assert first.startswith("warning: The database of DATABASE_URL may lose in a crash what it has confirmed")
    assert "(synchronous_commit=off)" in first
    assert second.startswith("warning: The database of DATABASE_URL knows capital letters of ASCII only")


def test_a_given_database_that_is_fit_is_used_as_it_is_without_a_word(data_dir):
    with a_user(data_dir) as (_, url):
        code, output, errors = run(data_dir / "other", sys.executable, "-c", SAY, DATABASE_URL=url)
        assert (code, output, errors) == (0, f"{url}\n", "")
        assert not (data_dir / "other" / "postgres").exists()
