"""The port that `./dev up` serves at: chosen, free, and ours alone until we end."""

import http.client
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"


class PortError(Exception):
    """Why a port cannot be served at, in one sentence that says what to do."""


def chosen(given: str) -> int:
    """PORT as a number. Raises PortError when it is none."""
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 65535:
        raise PortError(f"PORT must be a number from 1 to 65535, not {given!r}.")
    return int(given)


@contextmanager
def claimed(port: int) -> Iterator[None]:
    """Keeps `port` for us from before anything listens at it. Raises PortError when it is somebody's.

    granian lets several of itself listen at one port, so of two starts at the same moment both would succeed, and every
    other request would reach the other one's database.
    """
    refuse_taken(port)
    with socket.socket(socket.AF_UNIX) as claim:
        # A name that is no file: it lives in the same network as the port and goes with our process.
        if sys.platform == "linux":
            try:
                claim.bind(f"\0measure-tracker at {HOST}:{port}")
            except OSError:
                raise PortError(_in_use_by_us(port, "starting or stopping")) from None
        yield


def refuse_taken(port: int) -> None:
    """Raises PortError when `port` is in use or not for us."""
    with socket.socket() as probe:
        # As the server does it: addresses of closed connections do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
            return
        except PermissionError:
            raise PortError(f"Port {port} is reserved for root: choose another, as in `PORT=8001 ./dev up`.") from None
        except OSError:
            pass
    if answers(port):
        raise PortError(_in_use_by_us(port, "running"))
    raise PortError(f"Port {port} is in use by another program: choose another, as in `PORT={_other(port)} ./dev up`.")


def answers(port: int) -> bool:
    """Whether a measure tracker at `port` says that it lives."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/livez")
        reply = connection.getresponse()
        # Behind TLS the address is the same but answers with a redirect.
        return reply.status == 301 or (reply.status == 200 and b"alive" in reply.read(200))
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _in_use_by_us(port: int, doing: str) -> str:
    return (
        f"A measure tracker is already {doing} at http://{HOST}:{port}/; "
        f"for a second one choose another port: `PORT={_other(port)} ./dev up`."
    )


def _other(port: int) -> int:
    return port + 1 if port < 65535 else port - 1
