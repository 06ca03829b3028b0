"""`revoke_token`: ends a token at once, by its id or its whole text."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from measures.models import Event, Token
from tests import builders
from tests.api.test_authentication import with_header

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def run(public_id: str) -> str:
    out = StringIO()
    call_command("revoke_token", public_id, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("whole", [False, True])
def test_a_revoked_token_is_401_at_once_and_another_still_200(whole: bool) -> None:
    text, other = builders.token("officer.jpo"), builders.token("officer.jpo")
    public_id, _, secret = text.partition(".")
    assert with_header(f"Bearer {text}").get("/api/v1/me").status_code == 200
    said = run(text if whole else public_id)
    assert said == f"Token {public_id} of officer.jpo is revoked.\n"
    assert secret not in said
    assert with_header(f"Bearer {text}").get("/api/v1/me").status_code == 401
    assert with_header(f"Bearer {other}").get("/api/v1/me").status_code == 200


def test_revoking_again_changes_nothing() -> None:
    public_id = builders.token("officer.jpo").partition(".")[0]
    run(public_id)
    at = Token.objects.get(public_id=public_id).revoked_at
    run(public_id)
    assert Token.objects.get(public_id=public_id).revoked_at == at
    assert Event.objects.filter(verb="revoke", subject_code=public_id).count() == 1


def test_an_unknown_token_is_one_sentence() -> None:
    with pytest.raises(CommandError, match=r"^There is no token '0123456789abcdef'\.$"):
        run("0123456789abcdef.secret")
