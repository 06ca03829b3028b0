"""`link_identity USERNAME SUBJECT` and `unlink_identity USERNAME`."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from measures.models import Event, Identity
from tracker.sign_in import providers_from

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

ISSUER = "https://id.example.go.jp"


@pytest.fixture
def configured(settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = providers_from(issuer=ISSUER, client_id="a", secret="b", name="")


def test_an_identity_is_linked_and_unlinked_with_events(configured: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("link_identity", "officer.jpo", "subject-1")
    identity = Identity.objects.get()
    assert (identity.provider, identity.uid, identity.user.username) == (ISSUER, "subject-1", "officer.jpo")
    call_command("unlink_identity", "officer.jpo")
    call_command("unlink_identity", "officer.jpo")
    told = capsys.readouterr().out.splitlines()
    assert told[1:] == ["officer.jpo has no identity any more.", "officer.jpo had none."]
    events = Event.objects.filter(subject_type="identity").order_by("pk")
    assert list(events.values_list("verb", flat=True)) == ["link", "unlink"]


@pytest.mark.parametrize("again", [("officer.jpo", "subject-2"), ("officer.meti", "subject-1")])
def test_an_identity_opens_one_account_and_an_account_has_one(configured: None, again: tuple[str, str]) -> None:
    call_command("link_identity", "officer.jpo", "subject-1")
    with pytest.raises(CommandError, match="linked already"):
        call_command("link_identity", *again)


def test_what_cannot_be_linked_is_refused(settings: Any) -> None:
    for command in (["link_identity", "nobody", "x"], ["unlink_identity", "nobody"]):
        with pytest.raises(CommandError, match="no person 'nobody'"):
            call_command(*command)
    settings.SOCIALACCOUNT_PROVIDERS = {}
    with pytest.raises(CommandError, match="No identity provider"):
        call_command("link_identity", "officer.jpo", "x")
