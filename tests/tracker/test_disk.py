"""A full disk is named in one sentence, and when there is room again the next start works with what was stored."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.tracker.starting import AS_ROOT, a_user, ask, is_stopped, left_running, run
from tracker.embedded import places, room
from tracker.embedded.account import STATE

MB = 1_000_000


@contextmanager
def a_disk(folder: Path, *, size: str) -> Iterator[None]:
    """A small disk of its own at `folder`."""
    folder.mkdir(mode=0o755, parents=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], check=False)
    if done.returncode:
        pytest.skip("needs the right to mount, which root does not have in this container")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


def resize(folder: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=True)


def fill(folder: Path) -> Path:
    """Writes a file until nothing more fits."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (MB, 4096, 1):
            try:
                while True:
                    os.write(file.fileno(), b"x" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC
    return filler


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Where root's database for `tmp_path / "data"` lies, before there is one."""
    if not AS_ROOT:
        pytest.skip("needs root, to mount a small disk")
    home = places.home_for_root(tmp_path / "data")
    assert home.parent == STATE
    yield home
    shutil.rmtree(home, ignore_errors=True)


def is_the_sentence(errors: str, folder: Path) -> None:
    assert errors.count("\n") == 1, errors
    assert errors.startswith(f"The disk of {folder} is full (")
    assert errors.endswith("make room and start again; what was stored is kept.\n")


def test_a_disk_too_small_for_a_new_database_is_named_and_with_room_it_is_made(tmp_path, home):
    with a_disk(home, size="60m"):
        code, output, errors = run(tmp_path / "data", "echo", "ran", LANG="C")
        assert (code, output) == (2, "")
        is_the_sentence(errors.removeprefix("Making the database, once\n"), home)
        assert not list(home.glob("cluster*"))
        resize(home, "300m")
        assert run(tmp_path / "data", "echo", "ran")[:2] == (0, "ran\n")


def test_a_full_disk_refuses_the_start_and_interrupts_a_writer_and_loses_nothing(tmp_path, home):
    data_dir = tmp_path / "data"
    with a_disk(home, size="300m"):
        with a_user(data_dir) as (_, url):
            ask(url, "CREATE TABLE kept (value text)", "INSERT INTO kept VALUES ('施策')")
            filler = fill(home)
            with pytest.raises(psycopg.Error):
                ask(url, "INSERT INTO kept SELECT repeat('x', 1000) FROM generate_series(1, 200000)")
        assert left_running(data_dir) == []
        code, output, errors = run(data_dir, "echo", "ran")
        assert (code, output) == (2, "")
        is_the_sentence(errors, home)
        filler.unlink()
        with a_user(data_dir) as (_, url):
            assert ask(url, "SELECT array_agg(value) FROM kept") == [["施策"]]
        assert is_stopped(data_dir)


def test_a_full_disk_under_the_data_folder_is_one_sentence(tmp_path, home):
    data_dir = tmp_path / "data"
    with a_disk(data_dir, size="16k"):
        filler = fill(data_dir)
        code, output, errors = run(data_dir, "echo", "ran")
        assert (code, output) == (2, "")
        assert errors == f"The secret in {data_dir / 'secret_key'} cannot be read or made: No space left on device.\n"
        filler.unlink()
        assert run(data_dir, "echo", "ran")[:2] == (0, "ran\n")


def test_a_program_that_met_the_end_of_the_disk_is_believed_though_there_is_room_again(tmp_path):
    said = "FATAL:  could not write lock file: No space left on device"
    assert str(room.explained(tmp_path, said)).startswith(f"The disk of {tmp_path} is full (")
    assert str(room.explained(tmp_path, "something else")) == "something else"
