"""Second factors: codes by the clock (TOTP) and the codes for when their key is lost; each is good once."""

from datetime import UTC, datetime
from unicodedata import normalize

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.db.models import Q, QuerySet

from measures.errors import BadInput, Problem, WrongTurn
from measures.messages import say
from measures.models import Factor, Person
from measures.operations import limits, sign_in, sign_in_sessions
from measures.operations.sign_in import Attempt
from measures.operations.sign_in_events import record
from measures.vocabulary import EventVerb

# How one signed in, as the log has it.
CODE = "code"
MOST_LETTERS = 16


def new_secret() -> str:
    """A key in base 32, of 160 bits, as RFC 4226 recommends."""
    return generate_totp_secret()


@transaction.atomic
def set_up(
    *, person: Person, secret: str, code: str, session_key: str | None, at: datetime, request_id: str
) -> list[str]:
    """Gives an account its second factor, once a code shows that its owner has it; returns the recovery codes.

    Its other sessions, which have shown none, end.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    if _of(person, Factor.Type.TOTP):
        raise WrongTurn("wrong-turn", say("The account has a second factor already: remove it first."))
    step = _step(secret, _plain(code), at)
    if step is None:
        detail = say("The code is not the one of this moment: see that the clock of your device is right.")
        raise BadInput([Problem("/code", "invalid", detail)])
    made = TOTP.activate(person, secret).instance
    # What was typed to show it does not open the account as well.
    Factor.objects.filter(pk=made.pk).update(last_used_at=_begins(step))
    codes = _new_codes(person)
    _record(EventVerb.SET_UP, person, actor_id=person.pk, at=at, request_id=request_id)
    sign_in_sessions.end_all(
        person=person, at=at, ender_id=person.pk, request_id=request_id, keep=session_key, why="factor-set-up"
    )
    return codes


def with_code(*, person: Person, code: str, caller: str, at: datetime, request_id: str) -> Attempt:
    """Looks whether `code` is a code of this moment that was not used, or an unused recovery code.

    Counted with the wrong passwords of the account, and like them not looked at while it is locked.
    """
    spent = limits.spend(quota=sign_in.lock_of(person.username), at=at)
    if spent and spent.is_over:
        return Attempt(lock=spent)
    plain = _plain(code)
    if _takes_totp(person, plain, at) or _takes_recovery(person, plain, at=at, request_id=request_id):
        sign_in.spare(spent)
        return Attempt(person)
    sign_in.record_failure(person, spent, how=CODE, caller=caller, at=at, request_id=request_id)
    return Attempt()


@transaction.atomic
def renew_codes(*, person: Person, at: datetime, request_id: str) -> list[str]:
    """New recovery codes in place of all earlier ones."""
    Person.objects.select_for_update().get(pk=person.pk)
    _of(person, Factor.Type.RECOVERY_CODES).delete()
    codes = _new_codes(person)
    _record(EventVerb.ISSUE, person, actor_id=person.pk, at=at, request_id=request_id)
    return codes


@transaction.atomic
def remove(*, person: Person, at: datetime, remover_id: int | None, request_id: str = "", reason: str = "") -> bool:
    """Takes the second factor and its recovery codes from an account; whether there was one.

    When someone else does it, since the device was lost, all sessions end.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    removed, _ = Factor.objects.filter(user_id=person.pk).delete()
    if removed:
        _record(EventVerb.REMOVE, person, actor_id=remover_id, at=at, request_id=request_id, reason=reason)
    if removed and remover_id != person.pk:
        sign_in_sessions.end_all(person=person, at=at, ender_id=remover_id, request_id=request_id, why="factor-removed")
    return bool(removed)


def _takes_totp(person: Person, code: str, at: datetime) -> bool:
    factor = _of(person, Factor.Type.TOTP).first()
    step = _step(decrypt(factor.data["secret"]), code, at) if factor else None
    if factor is None or step is None:
        return False
    # One statement, so that of two who send the same code at once one is refused, whichever process it asks; what was
    # used before it is not good any more either.
    unused = Q(last_used_at=None) | Q(last_used_at__lt=_begins(step))
    return bool(Factor.objects.filter(unused, pk=factor.pk).update(last_used_at=_begins(step)))


@transaction.atomic
def _takes_recovery(person: Person, code: str, *, at: datetime, request_id: str) -> bool:
    codes = _of(person, Factor.Type.RECOVERY_CODES).first()
    # The row is locked in there.
    if codes is None or not RecoveryCodes(codes).validate_code(code):
        return False
    _record(EventVerb.USE_RECOVERY_CODE, person, actor_id=person.pk, at=at, request_id=request_id)
    return True


def _step(secret: str, code: str, at: datetime) -> int | None:
    """The number of the 30 seconds, of those that a clock may be off, whose code it is."""
    now, most = int(at.timestamp()) // app_settings.TOTP_PERIOD, app_settings.TOTP_TOLERANCE
    for step in range(now - most, now + most + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def _begins(step: int) -> datetime:
    return datetime.fromtimestamp(step * app_settings.TOTP_PERIOD, tz=UTC)


def _plain(code: str) -> str:
    """As it was meant: Japanese keyboards write wide digits, and people write them in groups."""
    return "".join(letter for letter in normalize("NFKC", code) if letter.isalnum())[:MOST_LETTERS]


def _new_codes(person: Person) -> list[str]:
    return RecoveryCodes.activate(person).generate_codes()


def _of(person: Person, kind: str) -> QuerySet[Factor]:
    return Factor.objects.filter(user_id=person.pk, type=kind)


def _record(
    verb: EventVerb, person: Person, *, actor_id: int | None, at: datetime, request_id: str, reason: str = ""
) -> None:
    after = {"reason": reason} if reason else None
    record(verb, ("factor", str(person.pk)), actor_id=actor_id, after=after, at=at, request_id=request_id)
