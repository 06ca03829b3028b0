"""A small load generator: one process, persistent connections, raw HTTP/1.1; as a program it reads a job as JSON.

It imports nothing of ours, so that it starts at once and takes as little as it can of the machine that it measures.
"""

import json
import re
import selectors
import socket
import sys
import time
from typing import Any

IDENTIFIER = re.compile(rb'"id"\s*:\s*(\d+)')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
# With the end of the chunk before it: a row of a CSV may end in 0 as well.
LAST_CHUNK = b"\r\n0\r\n\r\n"
ROOM = 1 << 20
STUCK_SECONDS = 120


class Feed:
    """Hands out flows: lists of request templates in which {n} is a running number and {id} what the first one made."""

    def __init__(self, flows: list[list[str]], *, first: int, repeats: bool) -> None:
        self.flows, self.number, self.repeats = flows, first, repeats
        self.place = 0

    def next(self) -> list[str] | None:
        if self.place == len(self.flows):
            if not self.repeats:
                return None
            self.place = 0
        flow = self.flows[self.place]
        self.place += 1
        self.number += 1
        if "{n}" not in flow[0]:
            return flow
        return [request.replace("{n}", f"{self.number:06}") for request in flow]


class Caller:
    """One connection, which sends the requests of one flow after another."""

    def __init__(self, address: tuple[str, int], feed: Feed) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.feed, self.flow, self.made = feed, feed.next(), b""
        self.step, self.flow_since = 0, 0.0
        self.buffer = bytearray(ROOM)
        self.begin()

    def begin(self) -> None:
        self.have, self.wanted, self.is_chunked, self.tail = 0, 0, False, b""

    def send(self) -> bool:
        """Sends the next request; False when there is none left."""
        if self.flow is None:
            return False
        text = self.flow[self.step]
        data = text.encode()
        if self.made and b"{id}" in data:
            data = data.replace(b"{id}", self.made)
        self.since = time.perf_counter()
        if self.step == 0:
            self.flow_since = self.since
        self.socket.sendall(data)
        self.begin()
        return True

    def receive(self) -> int | None:
        """Reads what is there; the status once the answer is complete."""
        if self.is_chunked:
            return self._drain()
        read = self.socket.recv_into(memoryview(self.buffer)[self.have :])
        if read == 0:
            raise ConnectionError("the server closed the connection")
        self.have += read
        if not self.wanted:
            end = self.buffer.find(b"\r\n\r\n", 0, self.have)
            if end < 0:
                return None
            self.status = int(self.buffer[9:12])
            length = LENGTH.search(self.buffer, 0, end + 2)
            if length:
                self.wanted = end + 4 + int(length[1])
            elif self.status in (204, 304):
                self.wanted = end + 4
            else:
                self.is_chunked, self.tail = True, bytes(self.buffer[end + 2 : self.have])[-len(LAST_CHUNK) :]
                return self.status if self.tail == LAST_CHUNK else None
            if self.wanted > len(self.buffer):
                self.buffer.extend(bytes(self.wanted - len(self.buffer)))
        return self.status if self.have >= self.wanted else None

    def _drain(self) -> int | None:
        """A long streamed answer is not kept: only its end is looked for."""
        read = self.socket.recv_into(self.buffer)
        if read == 0:
            raise ConnectionError("the server closed the connection")
        self.have += read
        self.tail = (self.tail + bytes(self.buffer[max(0, read - len(LAST_CHUNK)) : read]))[-len(LAST_CHUNK) :]
        return self.status if self.tail == LAST_CHUNK else None

    def advance(self) -> bool:
        """Goes on in the flow; True when that was the end of it."""
        if self.step == 0 and self.flow is not None and len(self.flow) > 1:
            found = IDENTIFIER.search(self.buffer, 0, self.have)
            self.made = found[1] if found else b""
        self.step += 1
        if self.flow is not None and self.step < len(self.flow):
            return False
        self.step, self.flow = 0, self.feed.next()
        return True


def run(job: dict[str, Any]) -> dict[str, Any]:
    """The outcome: flows that were done, in how many seconds, statuses, and latencies of flows in ms."""
    feed = Feed(job["flows"], first=job["first"], repeats=job["repeats"])
    callers = [Caller((job["host"], job["port"]), feed) for _ in range(job["connections"])]
    since = time.perf_counter()
    until = since + job["seconds"]
    statuses: dict[int, int] = {}
    latencies: list[float] = []
    received = 0
    with selectors.DefaultSelector() as waiting:
        for caller in callers:
            if caller.send():
                waiting.register(caller.socket, selectors.EVENT_READ, caller)
        while waiting.get_map():
            ready = waiting.select(STUCK_SECONDS)
            if not ready:
                raise TimeoutError("no answer came")
            for key, _ in ready:
                caller = key.data
                status = caller.receive()
                if status is None:
                    continue
                now = time.perf_counter()
                statuses[status] = statuses.get(status, 0) + 1
                received += caller.have
                if caller.advance():
                    latencies.append((now - caller.flow_since) * 1000)
                # What was begun is finished, so that nothing half done is left behind.
                if (now >= until and caller.step == 0) or not caller.send():
                    waiting.unregister(caller.socket)
                    caller.socket.close()
    seconds = time.perf_counter() - since
    latencies.sort()
    return {
        "flows": len(latencies),
        "seconds": seconds,
        "statuses": statuses,
        "bytes": received,
        "median": latencies[len(latencies) // 2] if latencies else None,
        "p99": latencies[min(len(latencies) - 1, len(latencies) * 99 // 100)] if latencies else None,
        "last": feed.number,
        "placed": feed.place,
    }


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
