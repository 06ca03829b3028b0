"""What a program that trusts the generated types asks of each answer."""

from typing import Any, TypeVar

from measure_tracker_client.types import Response

from tests.journeys.by_client.fitting import misfits

Answer = TypeVar("Answer")

taken: list[str] = []


def answer(reply: Response[Any], kind: type[Answer], status: int = 200) -> Answer:
    """The answer as `kind`, with everything in it of the type that the client says."""
    assert reply.status_code == status, (reply.status_code, reply.content[:500])
    wrong = list(misfits(reply.parsed, kind, kind.__name__))
    assert wrong == [], wrong
    taken.append(kind.__name__)
    assert isinstance(reply.parsed, kind)
    return reply.parsed


def unchanged(reply: Response[Any]) -> None:
    assert (reply.status_code, reply.content, reply.parsed) == (304, b"", None)
    taken.append("304")
