"""Many callers in the same instant, each with a connection of its own that stays open."""

import http.client
import json
import os
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

SECONDS = 30
# What share of the full numbers is played; 1 is all of it, and takes minutes.
SCALE = float(os.environ.get("RACES_SCALE", "0.1"))
# The longest that one test may take with the full numbers on a busy machine.
FULL_SECONDS = 1_800
Result = TypeVar("Result")


def share(full: int, *, least: int) -> int:
    return max(least, round(full * SCALE))


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Line:
    """A caller with `token` whose connection to `port` is kept; LostError when it breaks before the answer is whole."""

    port: int
    token: str
    lost: int = 0
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> Reply:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given |= {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            self.connection.request(method, path, json.dumps(body or {}), given)
            reply = self.connection.getresponse()
            return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            self.lost += 1
            raise LostError(str(error)) from error

    def get(self, path: str) -> Reply:
        return self.call("GET", path)

    def read(self, path: str, **headers: str) -> Reply:
        """A GET as most send it, without a body."""
        self.connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}", **headers})
        reply = self.connection.getresponse()
        return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())

    def post(self, path: str, body: dict[str, Any] | None = None, *, key: str = "", **headers: str) -> Reply:
        return self.call("POST", path, body, Idempotency_Key=key or str(uuid.uuid4()), **headers)


class LostError(Exception):
    """Nobody knows whether the request was done."""


def at_once(number: int, work: Callable[[int], Result]) -> list[Result]:
    """What `work` gives to each of `number` threads that begin together."""
    start = threading.Barrier(number)

    def begin(place: int) -> Result:
        start.wait(SECONDS)
        return work(place)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))
