"""Sessions of browsers: begun with an event, noted once a minute, ended at once and never someone else's."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from measures.errors import NotVisible
from measures.models import Event, Person, SignIn
from measures.operations import people, sign_in_sessions
from measures.queries import sign_in
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

MINUTE = timedelta(minutes=1)


def person(username: str = "officer.jpo") -> Person:
    return Person.objects.get(username=username)


def begun(username: str = "officer.jpo", **given: Any) -> SignIn:
    called = {"address": "192.0.2.1", "agent": "Firefox", "caller": "c0ffee", "request_id": "test-request", **given}
    at = timezone.now()
    return sign_in_sessions.begin(session=SessionStore(), person=person(username), how="password", at=at, **called)


def ended() -> list[str]:
    """Why sessions ended, in the order of their events."""
    bodies = Event.objects.filter(verb="end", subject_type="session").order_by("pk").values_list("body", flat=True)
    return [body.partition('"why":"')[2].partition('"')[0] for body in bodies]


def test_the_log_has_neither_the_key_of_a_session_nor_where_it_is() -> None:
    one = begun()
    event = Event.objects.get(verb="sign_in")
    assert (event.subject_code, event.audience) == (one.public_id, "restricted")
    assert one.pk not in event.body and one.address not in event.body and one.agent not in event.body


def test_use_is_noted_at_most_once_a_minute() -> None:
    one, at = begun(), timezone.now()
    seen = []
    for later in (0.5, 1.5, 1.6, 3):
        sign_in_sessions.note_use(session_key=one.pk, at=at + later * MINUTE)
        one.refresh_from_db()
        seen.append(round((one.last_used_at - at) / MINUTE, 1))
    assert seen == [0, 1.5, 1.5, 3]


def test_someone_elses_session_is_not_there() -> None:
    theirs = begun("officer.meti")
    with pytest.raises(NotVisible):
        sign_in_sessions.end(person=person(), public_id=theirs.public_id, at=timezone.now(), request_id="test-request")
    assert Session.objects.filter(pk=theirs.pk).exists()


def test_all_others_end_and_each_has_its_event() -> None:
    kept, *_ = [begun() for _ in range(3)]
    others = begun("officer.meti")
    count = sign_in_sessions.end_all(person=person(), at=timezone.now(), ender_id=person().pk, keep=kept.pk)
    assert (count, ended()) == (2, ["ended", "ended"])
    assert {one.pk for one in SignIn.objects.all()} == {kept.pk, others.pk} == {one.pk for one in Session.objects.all()}


def test_what_ran_out_is_not_shown_and_gone_at_the_next_sign_in() -> None:
    old, at = begun(), timezone.now()
    Session.objects.filter(pk=old.pk).update(expire_date=at - MINUTE)
    assert sign_in.sessions(person().pk, at=at) == []
    new = begun()
    assert list(SignIn.objects.all()) == [new]


@pytest.mark.parametrize("change", ["closed", "new password"])
def test_sessions_end_for_good_with_the_account_or_the_password(change: str) -> None:
    begun()
    if change == "closed":
        given = {"username": "officer.jpo", "reason": "異動", "actor": builders.actor("administrator")}
        for active in (False, True):
            people.set_active(active=active, at=timezone.now(), **given)
    else:
        people.set_new_password(people=[person()], at=timezone.now(), setter_id=None)
    assert not Session.objects.exists()
    assert ended() == ["account-closed" if change == "closed" else "password-set"]


def test_what_a_browser_says_of_itself_is_cut_and_has_no_control_characters() -> None:
    one = begun(agent="a\x00\r\nb" + "x" * 999, address="y" * 99)
    assert (one.agent[:3], len(one.agent), len(one.address)) == ("abx", 200, 64)
