"""Who calls, and with what in hand: every person of the cast with tokens of each scope set, and a browser."""

import base64
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.test import Client
from django.utils import timezone

from measures.models import Person, Token
from measures.operations import tokens
from tests.matrix.policy import CAST, DOORS, REFUSED_CREDENTIALS, SINGLE_SCOPES, Row

ALL = "a token of all scopes"
BASIC = "all scopes by Basic"
SESSION = "a session"
NO_CSRF = "a session without the CSRF token"
DAY = timedelta(days=1)
# One of each kind to whom an update is something else: they come in every way, the others with all scopes.
KINDS = ("officer.jpo", "approver.jpo", "author.jpo", "officer.mext", "coordinator", "closed.jpo")


class Caller(NamedTuple):
    """`environ` is what a request of this caller carries besides the request itself."""

    username: str | None
    credential: str
    scopes: frozenset[str]
    environ: dict[str, str]

    def __str__(self) -> str:
        return f"{self.username or 'anonymous'} with {self.credential}"


NOBODY = Caller(None, "no credentials", frozenset(), {})


class Callers:
    """Everyone, made once: `one(username, credential)`, and the groups that the rows are asked by."""

    def __init__(self) -> None:
        self._known: dict[tuple[str | None, str], Caller] = {(None, NOBODY.credential): NOBODY}
        for username in CAST:
            for caller in _all_of(username):
                self._known[username, caller.credential] = caller
        # Noting the use of a token would be one more statement in every cell, since every cell is rolled back.
        Token.objects.update(last_used_at=timezone.now() + DAY)

    def one(self, username: str, credential: str = ALL) -> Caller:
        return self._known[username, credential]

    def each(self, *credentials: str, people: Iterable[str] = tuple(CAST)) -> list[Caller]:
        return [self.one(username, credential) for username in people for credential in credentials]

    def in_every_way(self, scope: str, people: Iterable[str]) -> list[Caller]:
        """With each single scope, all of them, all but `scope`, by Basic, by a browser, and with what is refused."""
        singles = [token_of(one) for one in SINGLE_SCOPES]
        but = [all_but(scope)] if scope in SINGLE_SCOPES else []
        refused = sorted(REFUSED_CREDENTIALS)
        return self.each(*singles, ALL, *but, BASIC, SESSION, NO_CSRF, *refused, people=people)

    def of_row(self, row: Row) -> list[Caller]:
        """Everyone with all scopes; in every way those whom the row gives something that others have not, and one."""
        if DOORS.get(row.address) == "no credentials looked at":
            return self.few()[:4]
        given = {name for name in CAST if row.done_by in CAST[name]}
        one = "visitor" if row.address not in DOORS else "administrator"
        return self._together(row.scope, given | {one})

    def of_update(self, scope: str) -> list[Caller]:
        """Everyone with all scopes, by token and by browser; in every way one of each kind."""
        return self._together(scope, KINDS, SESSION)

    def with_all(self) -> list[Caller]:
        return [NOBODY, *self.each(ALL)]

    def few(self) -> list[Caller]:
        """Some of each kind, for what depends on nothing but the door."""
        visitor = self.each(ALL, NO_CSRF, "an expired token", token_of("audit"), people=["visitor"])
        administrator = self.each(ALL, SESSION, NO_CSRF, people=["administrator"])
        return [NOBODY, *visitor, *administrator, *self.each(ALL, SESSION, people=["closed.jpo"])]

    def _together(self, scope: str, in_every_way: Iterable[str], *ways: str) -> list[Caller]:
        asked = [*self.each(ALL, *ways), *self.in_every_way(scope, sorted(in_every_way))]
        return [NOBODY, *{(one.username, one.credential): one for one in asked}.values()]


def token_of(scope: str) -> str:
    return f"a token of {scope}"


def all_but(scope: str) -> str:
    return f"a token of all but {scope}"


def _all_of(username: str) -> Iterator[Caller]:
    person = Person.objects.get(username=username)
    at, every = timezone.now(), frozenset(SINGLE_SCOPES)
    sets = {ALL: every}
    sets |= {token_of(scope): frozenset([scope]) for scope in SINGLE_SCOPES}
    sets |= {all_but(scope): every - {scope} for scope in SINGLE_SCOPES}
    for credential, scopes in sets.items():
        yield Caller(username, credential, scopes, _bearer(_issued(person, scopes, at)))
    text = _issued(person, every, at)
    yield Caller(username, BASIC, every, _basic(text))
    yield Caller(username, "a token with a wrong secret", every, _bearer(f"{text[:-4]}AAAA"))
    yield Caller(username, "an expired token", every, _bearer(_issued(person, every, at - 2 * DAY)))
    revoked = _issued(person, every, at)
    tokens.revoke(public_id=revoked.partition(".")[0], at=at, revoker_id=None)
    yield Caller(username, "a revoked token", every, _bearer(revoked))
    cookies, csrf = _browser(person)
    yield Caller(username, SESSION, every, {**cookies, **csrf})
    yield Caller(username, NO_CSRF, every, cookies)
    yield Caller(username, "a session beside a revoked token", every, {**cookies, **csrf, **_bearer(revoked)})


def _issued(person: Person, scopes: Iterable[str], at: datetime) -> str:
    return tokens.issue(person=person, scopes=list(scopes), expires_at=at + DAY, at=at, issuer_id=None)[1]


def _bearer(text: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def _basic(text: str) -> dict[str, str]:
    encoded = base64.b64encode(text.replace(".", ":", 1).encode()).decode()
    return {"HTTP_AUTHORIZATION": f"Basic {encoded}"}


def _browser(person: Person) -> tuple[dict[str, str], dict[str, str]]:
    """The cookies of a signed-in browser that has seen a page, and the header that its scripts add to a write."""
    browser = Client()
    browser.force_login(person)
    browser.get("/login")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    return {"HTTP_COOKIE": cookies}, {"HTTP_X_CSRFTOKEN": browser.cookies["csrftoken"].value}
