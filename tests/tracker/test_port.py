"""The port of `./dev up`: what is none, what is taken, and who has it."""

import http.server
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.tracker.starting import run_up
from tracker import port
from tracker.port import PortError


class Alive(http.server.BaseHTTPRequestHandler):
    """Answers like a measure tracker."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "alive"}')

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port at which another program listens and never answers."""
    with socket.create_server((port.HOST, 0)) as taken:
        yield taken.getsockname()[1]


@pytest.fixture
def port_of_a_running_one() -> Iterator[int]:
    with http.server.HTTPServer((port.HOST, 0), Alive) as other:
        thread = threading.Thread(target=other.serve_forever, daemon=True)
        thread.start()
        yield other.server_port
        other.shutdown()
        thread.join()


@pytest.fixture
def free_port() -> int:
    with socket.create_server((port.HOST, 0)) as other:
        return int(other.getsockname()[1])


@pytest.mark.parametrize("given", ["abc", "0", "65536", "-1", "80.5", "８０００", " 8000"])
def test_a_port_that_is_no_port_is_refused(given):
    with pytest.raises(PortError, match="PORT must be a number from 1 to 65535"):
        port.chosen(given)


def test_a_free_port_is_taken_as_it_is(free_port):
    assert port.chosen(str(free_port)) == free_port
    with port.claimed(free_port):
        pass
    with port.claimed(free_port):
        pass


def test_a_port_in_use_is_refused_before_anything_starts_and_another_is_proposed(tmp_path, taken_port):
    code, output, errors = run_up(tmp_path / "data", taken_port)
    assert (code, output) == (2, "")
    assert errors == (
        f"./dev up: Port {taken_port} is in use by another program: "
        f"choose another, as in `PORT={taken_port + 1} ./dev up`.\n"
    )
    assert not (tmp_path / "data").exists()


def test_a_second_up_at_the_same_port_says_where_the_first_one_is(port_of_a_running_one):
    with pytest.raises(PortError, match=f"already running at http://127.0.0.1:{port_of_a_running_one}/"):
        port.refuse_taken(port_of_a_running_one)


def test_a_second_up_at_the_port_of_one_that_only_starts_is_refused_before_anything_starts(tmp_path, free_port):
    with port.claimed(free_port):
        code, output, errors = run_up(tmp_path / "data", free_port)
    assert (code, output) == (2, "")
    assert errors.startswith("./dev up: A measure tracker is already starting or stopping at http://127.0.0.1:")
    assert errors.count("\n") == 1
    assert not (tmp_path / "data").exists()
