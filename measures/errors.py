"""The ways in which the service refuses; each carries a code for machines and a reason for people."""

from collections.abc import Iterable
from dataclasses import dataclass

from measures.messages import say


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (a JSON pointer into the body, or a query parameter), what, and what to do."""

    pointer: str
    code: str
    detail: str
    parameter: str = ""


class Refusal(Exception):
    """Base of all refusals; `problems` lists every item at once where there are several."""

    def __init__(self, code: str, detail: str, *, problems: Iterable[Problem] = ()) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.problems = tuple(problems)


class NotVisible(Refusal):
    """There is no such thing, or it is not the caller's to see: the two answers are the same (404)."""


class WrongRole(Refusal):
    """The caller's duties, scopes or own authorship forbid it (403)."""


class Stale(Refusal):
    """The subject changed since the caller read it (412)."""


class BadInput(Refusal):
    """The input cannot be what it says (400)."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__(
            "invalid", say("The request cannot be taken as it is; each error says where and why."), problems=problems
        )


class WrongTurn(Refusal):
    """The subject's state does not allow it now (409)."""


class NotReady(Refusal):
    """Something is missing before the step can be taken (400)."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__(
            "not-ready", say("The report is not complete; each error says what is missing."), problems=problems
        )
