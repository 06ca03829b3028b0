"""Tokens: what is issued, what opens, what ends, and what has the form of one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.errors import BadInput
from measures.models import Event, Person, Token
from measures.operations import tokens
from measures.vocabulary import Audience
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def issue(days: float = 1, **given: object) -> tuple[Token, str]:
    at = timezone.now()
    person = Person.objects.get(username="officer.jpo")
    complete = {"scopes": ["report", "read"], "expires_at": at + timedelta(days=days), "at": at, "issuer_id": None}
    return tokens.issue(person=person, **{**complete, **given})  # type: ignore[arg-type]


def found(text: str) -> Token | None:
    public_id, _, secret = text.partition(".")
    return tokens.find(public_id=public_id, secret=secret)


def test_a_token_opens_with_its_secret_and_with_no_other_in_one_statement() -> None:
    token, text = issue()
    with CaptureQueriesContext(connection) as captured:
        assert found(text) == token
        assert found(f"{token.public_id}.{'x' * 43}") is None
        assert found(f"{'0' * 16}.{text.partition('.')[2]}") is None
    assert len(captured) == 3


def test_no_two_tokens_share_an_id_or_a_secret() -> None:
    texts = [issue()[1] for _ in range(20)]
    assert len({part for text in texts for part in text.split(".")}) == 40


def test_the_time_to_find_nothing_is_spent_on_a_comparison_too(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr(tokens, "compare_digest", lambda *both: compared.append(both) or True)
    assert found("0123456789abcdef.x") is None
    assert len(compared) == 1


def test_a_token_is_good_until_its_hour_its_revocation_or_its_owners_leaving() -> None:
    token, text = issue(days=1)
    at = timezone.now()
    assert tokens.is_good(token, at=at)
    assert not tokens.is_good(token, at=token.expires_at)
    token.person.is_active = False
    assert not tokens.is_good(token, at=at)
    tokens.revoke(public_id=token.public_id, at=at, revoker_id=None)
    revoked = found(text)
    assert revoked and not tokens.is_good(revoked, at=at)


def test_revoking_twice_is_one_event_and_cannot_be_undone() -> None:
    token, _ = issue()
    at = timezone.now()
    tokens.revoke(public_id=token.public_id, at=at, revoker_id=None)
    tokens.revoke(public_id=token.public_id, at=at + timedelta(days=1), revoker_id=None)
    assert Token.objects.get(pk=token.pk).revoked_at == at
    assert Event.objects.filter(subject_code=token.public_id, verb="revoke").count() == 1
    with pytest.raises(IntegrityError, match="stays revoked"), transaction.atomic():
        Token.objects.filter(pk=token.pk).update(revoked_at=None)


def test_the_event_of_issuing_names_the_scopes_and_is_for_auditors_only() -> None:
    token, text = issue()
    event = Event.objects.get(subject_code=token.public_id)
    assert (event.verb, event.audience) == ("issue", Audience.RESTRICTED)
    assert '"scopes":["read","report"]' in event.body
    assert text.partition(".")[2] not in event.body


@pytest.mark.parametrize(("given", "code"), [({"scopes": ["no"]}, "unknown-scope"), ({"scopes": []}, "unknown-scope")])
def test_a_token_without_a_scope_that_exists_is_refused(given: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        issue(**given)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_token_that_has_ended_already_is_refused() -> None:
    with pytest.raises(BadInput):
        issue(days=0)


def test_a_use_within_a_minute_of_the_last_writes_nothing() -> None:
    token, _ = issue()
    at = timezone.now()
    with CaptureQueriesContext(connection) as captured:
        for seconds in (0, 1, 59, 61, 62):
            tokens.note_use(Token.objects.get(pk=token.pk), at=at + timedelta(seconds=seconds))
    assert len([one for one in captured if one["sql"].startswith("UPDATE")]) == 2
    assert Token.objects.get(pk=token.pk).last_used_at == at + timedelta(seconds=61)


def test_every_token_has_the_form_of_one_wherever_it_stands_and_ordinary_text_has_not() -> None:
    for _ in range(50):
        text = builders.token("officer.jpo")
        for place in (text, f"?token={text}&x=1", f'{{"a": "{text}"}}', f"施策{text}施策"):
            assert tokens.is_like_a_token(place)
        assert not tokens.is_like_a_token(text.replace(".", ":"))
        assert not tokens.is_like_a_token(text[:-1])
    for text in ("", "中小企業の出願支援を続けた。", "https://www.example.go.jp/2020/report.pdf", "3.14", "0" * 80):
        assert not tokens.is_like_a_token(text)
