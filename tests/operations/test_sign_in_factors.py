"""Second factors: each code is good once and for a moment, keys are readable nowhere, the log hears of all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from measures.errors import BadInput, WrongTurn
from measures.models import Event, Factor, Person, SignIn
from measures.operations import sign_in, sign_in_factors
from measures.operations.sign_in_secrets import Adapter
from tests import builders
from tests.figures import Figure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

STEP = timedelta(seconds=30)
# RFC 6238, appendix B, by SHA-1 and cut to six digits; its key is 12345678901234567890.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_CODES = {1_111_111_111: "050471", 1_111_111_109: "081804", 1_234_567_890: "005924", 2_000_000_000: "279037"}
NOW = datetime(2026, 11, 24, 6, 0, 10, tzinfo=UTC)


def officer() -> Person:
    return Person.objects.get(username="officer.jpo")


def set_up(secret: str = RFC_SECRET, at: datetime = NOW) -> list[str]:
    code = builders.code_of(secret, at)
    return sign_in_factors.set_up(
        person=officer(), secret=secret, code=code, session_key=None, at=at, request_id="test-request"
    )


def takes(code: str, at: datetime = NOW) -> bool:
    given = {"caller": "c0ffee", "at": at, "request_id": "test-request"}
    return sign_in_factors.with_code(person=officer(), code=code, **given).person is not None


def code(at: datetime) -> str:
    return builders.code_of(RFC_SECRET, at)


@pytest.mark.parametrize(("seconds", "digits"), RFC_CODES.items())
def test_the_codes_are_those_of_the_rfc(seconds: int, digits: str) -> None:
    at = datetime.fromtimestamp(seconds, tz=UTC)
    set_up(at=at - 10 * STEP)
    assert takes(digits, at)


def test_a_code_is_good_once(figure: Figure) -> None:
    set_up()
    later = NOW + 2 * STEP
    assert [takes(code(later), later) for _ in range(3)] == [True, False, False]


def test_the_code_that_set_it_up_does_not_open_the_account_as_well() -> None:
    set_up()
    assert not takes(code(NOW))


def test_an_earlier_code_is_not_good_after_a_later_one() -> None:
    set_up()
    later = NOW + 4 * STEP
    assert takes(code(later), later)
    assert not takes(code(later - STEP), later)


@pytest.mark.parametrize(("off", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_30_seconds_off(off: int, taken: bool) -> None:
    set_up(at=NOW - 20 * STEP)
    assert takes(code(NOW + off * STEP)) is taken


@pytest.mark.parametrize("written", ["{0} {1}", "{0}-{1}", " {0}{1} ", "wide"])
def test_a_code_is_read_as_it_is_written(written: str) -> None:
    set_up(at=NOW - 20 * STEP)
    digits = code(NOW)
    wide = digits.translate({ord(one): 0xFF10 + int(one) for one in "0123456789"})
    assert takes(wide if written == "wide" else written.format(digits[:3], digits[3:]))


@pytest.mark.parametrize("given", ["", " ", "000000x", "١٢٣٤٥٦", "a\x00b", "9" * 999, "-1", "1e5"])
def test_what_is_no_code_is_not_taken(given: str) -> None:
    set_up()
    assert not takes(given, NOW + 5 * STEP)


def test_someone_elses_code_is_not_taken() -> None:
    set_up()
    other = sign_in_factors.new_secret()
    later = NOW + 5 * STEP
    assert not takes(builders.code_of(other, later), later)


def test_a_recovery_code_is_good_once_and_the_next_one_still_is() -> None:
    codes = set_up()
    assert len(set(codes)) == 10
    assert [takes(codes[3]), takes(codes[3]), takes(codes[4])] == [True, False, True]
    assert Event.objects.filter(verb="use_recovery_code", audience="restricted").count() == 2


def test_new_recovery_codes_take_the_place_of_all_earlier_ones() -> None:
    old = set_up()
    new = sign_in_factors.renew_codes(person=officer(), at=NOW, request_id="test-request")
    assert not set(old) & set(new)
    assert [takes(old[0]), takes(new[0])] == [False, True]


def test_wrong_codes_lock_the_account_like_wrong_passwords(settings: Any) -> None:
    settings.LOCKOUT = (3, 86_400)
    codes = set_up()
    assert [takes("000000") for _ in range(3)] == [False] * 3
    assert not takes(codes[0]), "a right one is not told right"
    assert sign_in.with_password(username="officer.jpo", password="", caller="", at=NOW, request_id="test-request").lock
    assert Event.objects.filter(verb="fail_sign_in").count() == 3


def test_right_codes_lock_nobody_out(settings: Any) -> None:
    settings.LOCKOUT = (2, 86_400)
    assert all(takes(one) for one in set_up())


def test_a_wrong_code_sets_nothing_up_and_a_second_factor_needs_the_first_removed() -> None:
    with pytest.raises(BadInput):
        sign_in_factors.set_up(
            person=officer(), secret=RFC_SECRET, code="000000", session_key=None, at=NOW, request_id="test-request"
        )
    assert not Factor.objects.exists()
    set_up()
    with pytest.raises(WrongTurn):
        set_up()


def test_it_is_removed_with_its_recovery_codes_once() -> None:
    codes = set_up()
    gone = {"person": officer(), "at": NOW, "remover_id": None}
    assert [sign_in_factors.remove(**gone), sign_in_factors.remove(**gone)] == [True, False]
    assert not takes(codes[0])
    assert not SignIn.objects.filter(person=officer()).exists()


def test_neither_key_nor_codes_are_readable_in_the_database_or_the_log() -> None:
    codes = set_up()
    kept = " ".join(str(one.data) for one in Authenticator.objects.all())
    said = " ".join(Event.objects.filter(subject_type="factor").values_list("body", flat=True))
    assert RFC_SECRET not in kept + said
    assert not any(one in kept + said for one in codes)


def test_a_key_is_read_under_an_earlier_secret_and_under_no_other(settings: Any) -> None:
    kept = Adapter().encrypt(RFC_SECRET)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [settings.SECRET_KEY]
    assert Adapter().decrypt(kept) == RFC_SECRET
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        Adapter().decrypt(kept)


@pytest.mark.django_db(transaction=True)
def test_of_16_who_send_one_code_at_once_one_gets_in(settings: Any, figure: Figure) -> None:
    settings.LOCKOUT = (0, 0)
    codes = set_up(at=timezone.now() - 20 * STEP)
    at = timezone.now()
    with ThreadPoolExecutor(16) as pool:
        by_clock = list(pool.map(lambda _: _alone(code(at), at), range(16)))
        by_recovery = list(pool.map(lambda _: _alone(codes[0], at), range(16)))
    assert (by_clock.count(True), by_recovery.count(True)) == (1, 1)
    figure("one code sent 16 times at once: 1 was taken; one recovery code: 1")


def _alone(digits: str, at: datetime) -> bool:
    try:
        return takes(digits, at)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["delete", "planted", "moved"])
def test_a_factor_that_changes_without_an_event_is_refused_at_commit(change: str) -> None:
    set_up(at=timezone.now())
    rows = Factor.objects.filter(type="totp")
    with pytest.raises(IntegrityError, match="without an audit event"), transaction.atomic():
        if change == "delete":
            rows.delete()
        elif change == "planted":
            rows.update(data={"secret": Adapter().encrypt(RFC_SECRET)})
        else:
            rows.update(user=Person.objects.get(username="officer.meti"))
