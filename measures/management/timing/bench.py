"""One run: the two applications, a token, and how rounds of ours and of the limit take turns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from measures.management.timing import calls
from measures.management.timing.calls import Outcome
from measures.management.timing.served import Served
from measures.management.timing.table import Measured

Say = Callable[[str], None]
Flows = Sequence[Sequence[str]]
# Requests that are sent before anything is counted: connections, prepared statements and caches are as they stay.
WARMING_SECONDS = 0.5


@dataclass(slots=True)
class Bench:
    """`number` runs on through all rounds, so that no request with {n} in it is ever sent twice."""

    ours: Served
    limit: Served
    at: datetime
    token: str
    rounds: int
    seconds: float
    connections: int
    tell: Say
    number: int = 0

    def turns(
        self,
        name: str,
        ours: Flows,
        limit: Flows,
        *,
        goal: float | None,
        unit: str = "/s",
        limit_is_ours: bool = False,
        note: Callable[[Sequence[Outcome], Sequence[Outcome]], str] = lambda ours, limit: "",
    ) -> Measured:
        """Rounds in which ours and the limit are asked one after the other; `limit_is_ours` asks ours for both."""
        other = self.ours if limit_is_ours else self.limit
        for flows, served in ((ours, self.ours), (limit, other)):
            self._send(flows, served, WARMING_SECONDS)
        ours_rounds, limit_rounds = [], []
        for number in range(1, self.rounds + 1):
            limit_rounds.append(self._send(limit, other, self.seconds))
            ours_rounds.append(self._send(ours, self.ours, self.seconds))
            self.tell(f"  {name} {number}/{self.rounds}: {ours_rounds[-1].a_second:.1f} {unit}"
                     f" of {limit_rounds[-1].a_second:.1f}")  # fmt: skip
        return Measured(
            name=name,
            unit=unit,
            ours=[one.a_second for one in ours_rounds],
            limit=[one.a_second for one in limit_rounds],
            goal=goal,
            note=note(ours_rounds, limit_rounds),
        )

    def _send(self, flows: Flows, served: Served, seconds: float) -> Outcome:
        outcome = calls.send(flows, port=served.port, seconds=seconds, connections=self.connections, first=self.number)
        self.number = outcome.last
        return outcome
