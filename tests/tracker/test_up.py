"""`./dev up`: what it says while it starts, and that what it says works."""

import signal
import subprocess
import urllib.request

import pytest

from tests.tracker.starting import free_port, is_stopped, left_running, start_up, until_it_serves
from tracker import port, up


def test_a_server_that_ends_at_once_is_named_instead_of_waited_for():
    with subprocess.Popen(["sh", "-c", "exit 4"]) as server:
        server.wait()
        with pytest.raises(up.UpError, match="The server ended at once with exit code 4"):
            up.wait_until_ready(server, number=1)


@pytest.mark.parametrize("request_to_stop", [signal.SIGTERM, signal.SIGHUP])
def test_up_serves_and_a_request_to_stop_leaves_nothing_running(data_dir, request_to_stop):
    number = free_port()
    process = start_up(data_dir, number)
    try:
        lines = until_it_serves(process)
        assert [line[:5] for line in lines if line.startswith("[")] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
        assert f"http://127.0.0.1:{number}/" in "".join(lines)
        # The line that is shown is the line that works.
        address = lines[-1].split("'")[1]
        with urllib.request.urlopen(address, timeout=10) as reply:  # noqa: S310 - it is the address of our own server
            assert b'"items"' in reply.read()
    finally:
        process.send_signal(request_to_stop)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert left_running(data_dir) == []
    assert is_stopped(data_dir)
    assert not port.answers(number)
