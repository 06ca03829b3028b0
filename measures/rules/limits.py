"""How often one caller may ask: a policy, whose quota it is, and what one more request leaves of it."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Policy:
    """At most `most` requests in each window of `seconds`; none at all is no limit."""

    name: str
    most: int
    seconds: int

    @property
    def is_off(self) -> bool:
        return self.most == 0


@dataclass(frozen=True, slots=True)
class Quota:
    """What one caller has under one policy."""

    policy: Policy
    caller: str

    def until(self, at: datetime) -> datetime:
        """The end of the window of `at`; windows follow each other from the epoch on, for everyone the same."""
        return _moment(self._end(at))

    def key(self, at: datetime) -> str:
        """The name of this quota in the window of `at`."""
        return f"{self.policy.name} {self.caller} {self._end(at)}"

    def _end(self, at: datetime) -> int:
        """In seconds of the epoch."""
        seconds = self.policy.seconds
        return (int(at.timestamp()) // seconds + 1) * seconds


@dataclass(frozen=True, slots=True)
class Spent:
    """A quota after a request at `at`, the `hits`-th in its window; those that are too many are not told apart."""

    quota: Quota
    hits: int
    at: datetime

    @property
    def is_over(self) -> bool:
        return self.hits > self.quota.policy.most

    @property
    def left(self) -> int:
        return max(0, self.quota.policy.most - self.hits)

    @property
    def seconds_left(self) -> int:
        """Whole seconds after which the window has surely passed; at least one."""
        return max(1, math.ceil((self.quota.until(self.at) - self.at).total_seconds()))

    @property
    def back_at(self) -> datetime:
        return self.at + timedelta(seconds=self.seconds_left)


@lru_cache(maxsize=64)
def _moment(seconds: int) -> datetime:
    """The same few for all requests of a window."""
    return datetime.fromtimestamp(seconds, tz=UTC)
