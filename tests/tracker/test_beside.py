"""The workers beside `./dev up`: the sealer and the mails; each comes back when it is killed and ends with the rest."""

import signal
import time
from pathlib import Path

from tests.tracker.starting import a_user, free_port, killed, left_running, until_it_serves


def workers(data_dir: Path, command: str) -> list[int]:
    """The processes of `manage.py COMMAND --forever` for `data_dir`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = f"DATA_DIR={data_dir}".encode() in (process / "environ").read_bytes().split(b"\0")
            if is_ours and f"{command}\0--forever".encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def sealers(data_dir: Path) -> list[int]:
    return workers(data_dir, "seal")


def mailers(data_dir: Path) -> list[int]:
    return workers(data_dir, "deliver")


def until(what) -> None:
    give_up = time.monotonic() + 30
    while not what():
        assert time.monotonic() < give_up, "it never came to that"
        time.sleep(0.05)


def test_up_keeps_a_sealer_that_signs_comes_back_when_killed_and_ends_with_it(data_dir, ups):
    process = ups.start(data_dir, free_port())
    until_it_serves(process)
    until(lambda: len(sealers(data_dir)) == 1)
    (first,) = sealers(data_dir)
    key = data_dir / "keys" / "log-key"
    until(key.exists)
    killed(first)
    until(lambda: sealers(data_dir) not in ([], [first]))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert errors == "./dev up: the sealer ended with exit code -9 and is started again.\n"
    assert left_running(data_dir) == []


def test_a_killed_up_takes_its_sealer_with_it(data_dir, ups):
    process = ups.start(data_dir, free_port())
    until_it_serves(process)
    until(lambda: len(sealers(data_dir)) == 1)
    killed(process.pid)
    process.communicate(timeout=30)
    until(lambda: sealers(data_dir) == mailers(data_dir) == [])
    # The database lives on, until the next one has done with it.
    with a_user(data_dir):
        pass
    until(lambda: left_running(data_dir) == [])


def test_up_keeps_a_mail_worker_that_comes_back_when_killed_and_ends_with_it(data_dir, ups):
    process = ups.start(data_dir, free_port())
    until_it_serves(process)
    until(lambda: len(mailers(data_dir)) == 1)
    (first,) = mailers(data_dir)
    killed(first)
    until(lambda: mailers(data_dir) not in ([], [first]))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert errors == "./dev up: the mail worker ended with exit code -9 and is started again.\n"
    assert left_running(data_dir) == []
