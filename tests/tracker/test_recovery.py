"""After kill -9 of anything, the next start, or the running one by itself, has what was confirmed."""

import os
import signal
import sys
import time
import urllib.request
from collections.abc import Callable

import psycopg
import pytest

from tests.tracker.starting import (
    SAY,
    a_user,
    ask,
    free_port,
    home,
    is_stopped,
    killed,
    left_running,
    run,
    server_pid,
    start,
    until_it_serves,
)
from tracker import port


def seconds_until(answer: Callable[[], object], *, at_most: float) -> float:
    """How long it took until `answer` was true. Fails after `at_most` seconds."""
    since = time.monotonic()
    while not answer():
        assert time.monotonic() - since < at_most, f"not within {at_most} s"
        time.sleep(0.02)
    return time.monotonic() - since


def reads(number: int) -> bool:
    """Whether a request that needs the database is answered."""
    try:
        with urllib.request.urlopen(f"http://{port.HOST}:{number}/api/v1/measures?limit=1", timeout=5) as reply:
            return b'"items"' in reply.read()
    except OSError:
        return False


def test_after_kill_9_of_the_server_the_next_start_has_what_was_committed_and_nothing_else(data_dir, figure):
    with a_user(data_dir) as (_, url):
        ask(url, "CREATE TABLE kept (value int)", "INSERT INTO kept VALUES (42)")
        ask(url, "INSERT INTO kept SELECT generate_series(1, 50000)")
        unfinished = psycopg.connect(url)
        unfinished.execute("INSERT INTO kept VALUES (-1)")
        killed(server_pid(data_dir))
        unfinished.close()
    since = time.monotonic()
    with a_user(data_dir) as (_, url):
        assert ask(url, "SELECT count(*) FROM kept WHERE value = 42") == [2]
        figure(f"recovery at the next start after kill -9 of PostgreSQL: {time.monotonic() - since:.2f} s")
        assert ask(url, "SELECT count(*) FROM kept", "SELECT count(*) FROM kept WHERE value < 0") == [50001, 0]
        ask(url, "DROP TABLE kept")
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


@pytest.mark.timeout(300)
def test_up_brings_a_killed_database_back_and_starts_again_after_its_own_kill_and_ctrl_c_leaves_nothing(
    new_data_dir, ups, figure
):
    number = free_port()
    since = time.monotonic()
    first = ups.start(new_data_dir, number)
    until_it_serves(first)
    figure(f"first ./dev up, from nothing to serving: {time.monotonic() - since:.2f} s")

    killed(server_pid(new_data_dir))
    seconds = seconds_until(lambda: reads(number), at_most=30)
    figure(f"./dev up answers again after kill -9 of PostgreSQL: {seconds:.2f} s")

    killed(first.pid)
    first.communicate(timeout=30)
    figure(f"port free after kill -9 of ./dev up: {seconds_until(lambda: not port.answers(number), at_most=30):.2f} s")
    since = time.monotonic()
    second, terminal = ups.start_on_a_terminal(new_data_dir, number)
    seconds_until(lambda: second.poll() is not None or reads(number), at_most=60)
    figure(f"second ./dev up, to its first answer: {time.monotonic() - since:.2f} s")

    os.write(terminal, b"\x03")
    since = time.monotonic()
    os.write(terminal, b"\x03")
    assert second.wait(timeout=30) == 0
    figure(f"Ctrl-C, until all has ended: {time.monotonic() - since:.2f} s")
    os.close(terminal)
    assert left_running(new_data_dir) == []
    assert is_stopped(new_data_dir)


@pytest.mark.timeout(300)
def test_two_ups_at_once_on_one_new_database_both_serve_it(new_data_dir, ups):
    numbers = (free_port(), free_port())
    both = [ups.start(new_data_dir, number) for number in numbers]
    for process in both:
        until_it_serves(process)
    assert all(reads(number) for number in numbers)
    for process in both:
        process.send_signal(signal.SIGINT)
    ends = [(process.communicate(timeout=30)[1], process.returncode) for process in both]
    assert ends == [("", 0), ("", 0)]
    assert left_running(new_data_dir) == []
