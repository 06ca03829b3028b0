"""What is sent: requests as they go over the wire, and the process that sends them."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLIENT = Path(__file__).with_name("client.py")
GOOD = ("200", "201", "304")
API = "/api/v1"


class Refused(Exception):
    """The application answered other than it should; the message says what."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of the client came to: flows a second, the median and the 99th percentile of a flow in ms."""

    a_second: float
    seconds: float
    median: float
    p99: float
    last: int
    placed: int


def get(path: str, *, token: str = "", **headers: str) -> str:
    """A GET request; underscores in header names stand for hyphens."""
    return _request("GET", path, token, headers, "")


def post(path: str, body: Mapping[str, Any] | None = None, *, token: str = "", **headers: str) -> str:
    text = json.dumps(body or {})
    sent = {"Content-Type": "application/json", "Content-Length": str(len(text)), **headers}
    return _request("POST", path, token, sent, text)


def send(
    flows: Sequence[Sequence[str]],
    *,
    port: int,
    seconds: float,
    connections: int,
    first: int = 0,
    repeats: bool = True,
) -> Outcome:
    """Sends flows over so many connections for so many seconds; {n} in them counts from `first`. Raises Refused."""
    job = {
        "host": "127.0.0.1",
        "port": port,
        "seconds": seconds,
        "connections": connections,
        "flows": flows,
        "first": first,
        "repeats": repeats,
    }
    command = [sys.executable, str(CLIENT)]
    ended = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=False)
    if ended.returncode:
        raise Refused(f"The client broke off: {(ended.stderr.splitlines() or ['without a word'])[-1]}")
    said = json.loads(ended.stdout)
    if bad := {status: count for status, count in said["statuses"].items() if status not in GOOD}:
        raise Refused(f"{flows[0][0].split(' HTTP')[0]} was answered {bad}.")
    if not said["flows"]:
        raise Refused(f"{flows[0][0].split(' HTTP')[0]} was not answered at all.")
    rate = said["flows"] / said["seconds"]
    return Outcome(rate, said["seconds"], said["median"], said["p99"], said["last"], said["placed"])


def _request(verb: str, path: str, token: str, headers: Mapping[str, str], body: str) -> str:
    lines = [f"{verb} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines) + "\r\n\r\n" + body
