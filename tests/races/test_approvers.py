"""Eight approvers of one report in the same instant: one approves it, the others hear that it is done."""

import threading
from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from measures.errors import Stale, WrongTurn
from measures.models import Cycle, Document, Event, Measure, Ministry, Person, ProgressUpdate, Review
from measures.operations import cycles, people, progress
from measures.rules import periods
from measures.rules.roles import Actor
from measures.vocabulary import AssignmentRole, Role
from tests import builders
from tests.figures import Figure
from tests.races.callers import FULL_SECONDS, Line, at_once, share

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(FULL_SECONDS)]

APPROVERS = 8
SECONDS = 30
REPORT = {"narrative": "進めた。", "declared_status": "in_progress", "declared_health": "on_track"}


def eight_approvers() -> list[str]:
    at, administrator = timezone.now(), builders.actor("administrator")
    names = [f"approver.{number}" for number in range(APPROVERS)]
    for name in names:
        person = people.add(username=name, display_name=name, email="", actor=administrator, at=at)
        mext = Ministry.objects.get(code="mext")
        granted = {"person": person, "role": Role.APPROVER, "ministry": mext, "valid_from": date(2020, 4, 1)}
        people.grant(**granted, actor=administrator, at=at)
    return names


def submitted(number: int) -> list[int]:
    """Reports that wait for approval: of each measure of one ministry in one cycle after the other."""
    found: list[int] = []
    officer, coordinator = builders.actor("officer.mext"), builders.actor("coordinator")
    led = {"assignments__ministry__code": "mext", "assignments__role": AssignmentRole.LEAD}
    measures = list(Measure.objects.filter(**led, assignments__valid_to=None).order_by("code"))
    for year in range(2030, 2200):
        cycle = opened(year, coordinator)
        for measure in measures[: number - len(found)]:
            subject = {"measure": measure, "cycle": cycle, "on_behalf_of": None}
            # Some of the measures have a KPI that is behind.
            content = {**REPORT, "explanation": builders.an_explanation()}
            update = progress.draft(**subject, content=content, actor=officer, at=timezone.now())
            found.append(progress.submit(update_id=update.pk, actor=officer, at=timezone.now()).pk)
        # What was submitted in a closed cycle is still decided.
        cycles.close(code=cycle.code, reason="期限", actor=coordinator, at=timezone.now())
        if len(found) == number:
            return found
    raise AssertionError(f"there is no room for {number} reports")


def opened(year: int, coordinator: Actor) -> Cycle:
    days = {"opens_on": date(year, 4, 1), "due_on": date(year, 12, 1), "closes_on": date(year + 1, 3, 31)}
    cycle = cycles.plan(
        document=Document.objects.get(code="MEXT2019"),
        code=f"RACE{year}",
        period=periods.fiscal_year(year),
        **days,
        actor=coordinator,
        at=timezone.now(),
    )
    return cycles.open_(code=cycle.code, actor=coordinator, at=timezone.now())


def assert_one_each(updates: list[int], rounds: list[Counter[str]], names: list[str]) -> None:
    """One winner and one event a round, and the database says the same."""
    assert [one for one in rounds if one["won"] != 1 or set(one) - {"won", "409", "412"}] == []
    assert ProgressUpdate.objects.filter(pk__in=updates, state="approved").count() == len(updates)
    events = Event.objects.filter(verb="approve", subject_type="update").values("subject_code")
    told = dict(events.annotate(times=Count("pk")).values_list("subject_code", "times"))
    assert told == {str(pk): 1 for pk in updates}
    assert Review.objects.filter(update__in=updates, verb="approve").count() == len(updates)
    winners = Counter(Event.objects.filter(verb="approve").values_list("actor__username", flat=True))
    assert set(winners) <= set(names)
    assert len(winners) > 1, "the same approver always came first: that was no race"


def test_eight_approvers_over_http_have_one_winner_each_round(port: int, loaded: None, figure: Figure) -> None:
    names = eight_approvers()
    updates = submitted(share(100, least=15))
    tokens = [builders.token(name) for name in names]
    together = threading.Barrier(APPROVERS)

    def approve(place: int) -> list[str]:
        line, said = Line(port, tokens[place]), []
        for pk in updates:
            together.wait(SECONDS)
            reply = line.post(f"/api/v1/updates/{pk}/approve", If_Match='"v2"')
            said.append("won" if reply.status == 200 else str(reply.status))
        return said

    rounds = [Counter(said) for said in zip(*at_once(APPROVERS, approve), strict=True)]
    assert_one_each(updates, rounds, names)
    total = sum(rounds, Counter[str]())
    figure(f"HTTP: {len(rounds)} rounds of {APPROVERS} approvers: {dict(total)}, 0 others")


def test_eight_approvers_have_one_winner_and_one_event_each_round(loaded: None, figure: Figure) -> None:
    names = eight_approvers()
    updates = submitted(share(1000, least=60))
    actors = [builders.actor(name) for name in names]
    together = threading.Barrier(APPROVERS)

    def approve(place: int) -> list[str]:
        try:
            return [_approve(pk, actors[place], together) for pk in updates]
        finally:
            connection.close()

    rounds = [Counter(said) for said in zip(*at_once(APPROVERS, approve), strict=True)]
    assert_one_each(updates, rounds, names)
    assert Person.objects.filter(username__in=names).count() == APPROVERS
    total = sum(rounds, Counter[str]())
    figure(f"{len(rounds)} rounds of {APPROVERS} approvers: {dict(total)}, 0 others")


def _approve(pk: int, actor: Actor, together: threading.Barrier) -> str:
    """What one approver hears; every second round without a version, so that the turn itself must say no."""
    together.wait(SECONDS)
    try:
        progress.approve(update_id=pk, actor=actor, at=timezone.now(), version=2 if pk % 2 else None)
    except Stale:
        return "412"
    except WrongTurn:
        return "409"
    except Exception as error:
        # Whatever it is, it would have been a 5xx.
        return type(error).__name__
    return "won"
