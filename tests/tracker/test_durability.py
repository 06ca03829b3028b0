"""What is confirmed is kept: a kill cannot show the settings on which that rests, so each start asks for them."""

import sys

import pytest

from tests.tracker.starting import SAY, a_user, ask, home, is_stopped, run
from tracker.embedded import places, programs
from tracker.embedded.durability import SETTINGS


def test_the_settings_that_keep_what_is_confirmed_are_on_whatever_the_clusters_files_or_the_role_say(new_data_dir):
    with a_user(new_data_dir) as (_, url):
        ask(url, "ALTER ROLE tracker SET synchronous_commit = off")
    with (home(new_data_dir) / "cluster" / "postgresql.auto.conf").open("a") as file:
        file.writelines(f"{name} = off\n" for name in SETTINGS)
    with a_user(new_data_dir) as (_, url):
        assert ask(url, *(f"SHOW {name}" for name in SETTINGS)) == ["on"] * len(SETTINGS)


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_a_server_that_something_else_started_without_them_is_refused_and_stopped(data_dir, name):
    assert run(data_dir, "true")[0] == 0
    place = places.place_of(data_dir)
    folder = places.socket_folder(place)
    options = f"-c {name}=off -c listen_addresses= -c unix_socket_directories={folder}"
    assert programs.run(place, "pg_ctl", "-D", "cluster", "-w", "-s", "-o", options, "start") == 0
    code, output, errors = run(data_dir, "echo", "ran")
    assert (code, output) == (2, "")
    assert f"runs with {name}=off, so a crash may lose what it has confirmed" in errors
    assert errors.count("\n") == 1
    assert is_stopped(data_dir)
    assert run(data_dir, sys.executable, "-c", SAY)[0] == 0
