"""`./dev up`: what it refuses to start with, and that it says so in one sentence."""

import http.server
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker import up
from tracker.embedded import places

ROOT = Path(__file__).resolve().parents[2]


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
    with socket.create_server((up.HOST, 0)) as taken:
        yield taken.getsockname()[1]


@pytest.fixture
def port_of_a_running_one() -> Iterator[int]:
    with http.server.HTTPServer((up.HOST, 0), Alive) as other:
        thread = threading.Thread(target=other.serve_forever, daemon=True)
        thread.start()
        yield other.server_port
        other.shutdown()
        thread.join()


def run_up(data_dir: Path, **environment: str) -> tuple[int, str, str]:
    """Exit code, output and errors of `python -m tracker.up`."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY", "PORT")}
    done = subprocess.run(
        [sys.executable, "-m", "tracker.up"],
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(data_dir)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("given", ["abc", "0", "65536", "-1", "80.5", "８０００", " 8000"])
def test_a_port_that_is_no_port_is_refused(given):
    with pytest.raises(up.UpError, match="PORT must be a number from 1 to 65535"):
        up.chosen_port(given)


def test_a_free_port_is_taken_as_it_is():
    with socket.create_server((up.HOST, 0)) as other:
        free = other.getsockname()[1]
    assert up.chosen_port(str(free)) == free
    up.refuse_taken_port(free)


def test_a_port_in_use_is_refused_before_anything_starts_and_another_is_proposed(tmp_path, taken_port):
    code, output, errors = run_up(tmp_path / "data", PORT=str(taken_port))
    assert (code, output) == (2, "")
    assert errors == (
        f"./dev up: Port {taken_port} is in use by another program: "
        f"choose another, as in `PORT={taken_port + 1} ./dev up`.\n"
    )
    assert not (tmp_path / "data").exists()


def test_a_second_up_at_the_same_port_says_where_the_first_one_is(port_of_a_running_one):
    with pytest.raises(up.UpError, match=f"already running at http://127.0.0.1:{port_of_a_running_one}/"):
        up.refuse_taken_port(port_of_a_running_one)


def test_a_given_database_that_does_not_answer_is_one_sentence_without_the_password(tmp_path):
    url = "postgresql://tracker:s3cret@127.0.0.1:1/tracker"
    code, output, errors = run_up(tmp_path / "data", DATABASE_URL=url, PORT="65001")
    assert (code, output) == (2, "[1/4] Using the PostgreSQL of DATABASE_URL\n")
    assert errors.startswith("./dev up: The database of DATABASE_URL cannot be used: ")
    assert errors.count("\n") == 1
    assert "s3cret" not in errors


def test_a_server_that_ends_at_once_is_named_instead_of_waited_for():
    with subprocess.Popen(["sh", "-c", "exit 4"]) as server:
        server.wait()
        with pytest.raises(up.UpError, match="The server ended at once with exit code 4"):
            up.wait_until_ready(server, port=1)


def test_up_serves_and_a_request_to_stop_leaves_nothing_running(tmp_path):
    with socket.create_server((up.HOST, 0)) as probe:
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker.up"],
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(tmp_path), "PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        lines = []
        while "curl" not in (line := process.stdout.readline()):
            assert line, lines
            lines.append(line)
        assert [line[:5] for line in lines if line.startswith("[")] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
        assert f"http://127.0.0.1:{port}/" in "".join(lines)
        # The line that is shown is the line that works.
        address = line.split("'")[1]
        with urllib.request.urlopen(address, timeout=10) as reply:  # noqa: S310 - it is the address of our own server
            assert b'"items"' in reply.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        home = embedded_home(tmp_path)
        stopped = not (home / "cluster" / "postmaster.pid").exists()
        shutil.rmtree(home)
    assert stopped
    assert not up.answers(port)


def embedded_home(data_dir: Path) -> Path:
    pointer = data_dir / places.POINTER
    return Path(pointer.read_text().strip()) if pointer.exists() else data_dir / "postgres"
