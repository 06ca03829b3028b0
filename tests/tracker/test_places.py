"""Where things lie: whose folders they are, how long their paths may be, and secrets that are made once."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.tracker.starting import AS_ROOT, ROOT, SAY
from tracker.embedded import EmbeddedError, keys, places, server
from tracker.embedded.places import Place

NOBODY = 65534


def a_python_for_others(**identity: object) -> str | None:
    """A Python of our version that another user may run: ours, or the system's when ours lies in somebody's home."""
    same = f"import sys, psycopg; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            if subprocess.run([python, "-c", same], check=False, capture_output=True, **identity).returncode == 0:
                return python
        except OSError:
            continue
    return None


@pytest.mark.skipif(not AS_ROOT, reason="needs root, to become a normal user")
def test_a_normal_user_starts_it_from_a_closed_home_with_a_space_and_keeps_everything_in_the_data_folder(tmp_path):
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    house = tmp_path / "a home"
    clone = house / "my clone"
    shutil.copytree(ROOT / "tracker", clone / "tracker")
    for path in (house, clone, *clone.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    house.chmod(0o700)
    environment = {"PATH": os.environ["PATH"], "HOME": str(house), "PYTHONPATH": sysconfig.get_path("purelib")}
    nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": clone, "env": environment}
    python = a_python_for_others(**nobody)
    if python is None:
        pytest.skip("needs a Python of this version, with its packages, that another user can read")
    command = [python, "-m", "tracker.embedded", "run", "--", python, "-c", SAY]
    done = subprocess.run(command, check=False, capture_output=True, text=True, **nobody)
    assert (done.returncode, done.stdout[:13]) == (0, "postgresql://"), done.stderr
    assert {path.name for path in (clone / ".data").iterdir()} == {"postgres", "secret_key"}
    assert {path.stat().st_uid for path in (clone / ".data").rglob("*")} == {NOBODY}
    assert not (clone / ".data" / "postgres" / "cluster" / "postmaster.pid").exists()


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


def test_a_note_is_written_whole_or_not_at_all_and_keeps_any_path(tmp_path):
    note = tmp_path / "note"
    there = Path(os.fsdecode(b"/home/\xe6\x96\xbd\xff x"))
    places.write_note(note, f"{there}\n")
    assert places.read_note(note) == there
    tmp_path.chmod(0o700)
    note.with_name("taken").mkdir()
    with pytest.raises(OSError):
        places.write_note(note.with_name("taken") / "missing" / "note", "text")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["note"]
