"""`lift_lockout USERNAME`."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from measures.models import Event
from measures.operations import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def a_try() -> sign_in.Attempt:
    return sign_in.with_password(
        username="officer.jpo", password="wrong", caller="", at=timezone.now(), request_id="test-request"
    )


def test_a_locked_account_takes_passwords_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "LOCKOUT", (1, 86_400))
    a_try()
    assert a_try().lock
    call_command("lift_lockout", "officer.jpo")
    assert capsys.readouterr().out == "officer.jpo can sign in again.\n"
    assert not a_try().lock
    assert Event.objects.filter(verb="lift", audience="restricted").count() == 1


def test_an_account_that_is_not_locked_is_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("lift_lockout", "officer.jpo")
    assert capsys.readouterr().out == "officer.jpo was not locked.\n"
    assert not Event.objects.filter(verb="lift").exists()


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(CommandError, match="no person 'nobody'"):
        call_command("lift_lockout", "nobody")
