"""`set_password USERNAME`."""

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from measures.models import Event, Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def test_it_prints_only_a_new_password_which_then_opens_the_account(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("set_password", "officer.jpo")
    (password,) = capsys.readouterr().out.split()
    person = Person.objects.get(username="officer.jpo")
    assert authenticate(username="officer.jpo", password=password) == person
    event = Event.objects.get(verb="set_password")
    assert (event.subject_code, event.audience) == (str(person.pk), "restricted")
    assert password not in event.body


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(CommandError, match=r"no person 'nobody'.*officer\.jpo"):
        call_command("set_password", "nobody")
