"""`reset_factor USERNAME`."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from measures.models import Event, Factor, Person
from measures.operations import sign_in_factors
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def test_a_lost_factor_is_taken_away_and_the_log_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    secret, at = sign_in_factors.new_secret(), timezone.now()
    person = Person.objects.get(username="officer.jpo")
    given = {"code": builders.code_of(secret, at), "session_key": None, "request_id": "test-request"}
    sign_in_factors.set_up(person=person, secret=secret, at=at, **given)
    call_command("reset_factor", "officer.jpo", reason="端末の紛失")
    call_command("reset_factor", "officer.jpo")
    assert capsys.readouterr().out == "officer.jpo has no second factor any more.\nofficer.jpo had none.\n"
    assert not Factor.objects.exists()
    assert "端末の紛失" in Event.objects.get(verb="remove").body


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(CommandError, match="no person 'nobody'"):
        call_command("reset_factor", "nobody")
