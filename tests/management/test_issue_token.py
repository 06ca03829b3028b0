"""`issue_token`: prints the token and only it; what is wrong is one clear sentence."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from measures.models import Event, Person, Token
from tests.api.test_authentication import with_header

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("issue_token", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_prints_the_token_and_only_it_and_the_token_works() -> None:
    out, err = run("officer.jpo", "--scope", "report", "--scope", "read", "--label", "Excel")
    assert (out.count("\n"), err) == (1, "")
    response = with_header(f"Bearer {out.strip()}").get("/api/v1/me")
    assert (response.status_code, response.json()["username"]) == (200, "officer.jpo")
    assert response.json()["scopes"] == ["read", "report"]


def test_it_is_good_for_90_days_or_as_many_as_are_given_and_leaves_an_event() -> None:
    for arguments, days in (((), 90), (("--days", "7"), 7)):
        before = timezone.now()
        public_id = run("officer.jpo", "--scope", "read", *arguments)[0].partition(".")[0]
        token = Token.objects.get(public_id=public_id)
        assert (token.expires_at - before).days == days
        event = Event.objects.get(subject_type="token", subject_code=public_id)
        assert (event.verb, event.audience) == ("issue", "restricted")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nobody", "--scope", "read"), "There is no active person 'nobody'. Known are: administrator, "),
        (("officer.jpo",), "the following arguments are required: --scope"),
        (("officer.jpo", "--scope", "everything"), "invalid choice: 'everything'"),
        (("officer.jpo", "--scope", "read", "--days", "0"), "A token must expire in the future."),
        (("officer.jpo", "--scope", "read", "--days", "-1"), "A token must expire in the future."),
        (("officer.jpo", "--scope", "read", "--days", "soon"), "invalid int value: 'soon'"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_makes_no_token(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not Token.objects.exists()


@pytest.mark.parametrize("days", ["99999999", "9" * 30])
def test_a_number_of_days_past_the_calendar_is_one_sentence_too(days: str) -> None:
    with pytest.raises(CommandError) as refused:
        run("officer.jpo", "--scope", "read", "--days", days)
    assert "\n" not in str(refused.value)


def test_someone_who_left_gets_none() -> None:
    Person.objects.filter(username="officer.jpo").update(is_active=False)
    with pytest.raises(CommandError, match=r"^There is no active person 'officer\.jpo'"):
        run("officer.jpo", "--scope", "read")
    run("officer.meti", "--scope", "read")
