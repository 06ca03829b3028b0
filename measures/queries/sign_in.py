"""What someone's account is opened by and where it is open."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from measures.models import Factor, Identity, SignIn


@dataclass(frozen=True, slots=True)
class FactorHeld:
    """Since when there is a second factor, and how many recovery codes were not used yet."""

    since: datetime
    codes_left: int


def has_factor(person_id: int) -> bool:
    return Factor.objects.filter(user_id=person_id, type=Factor.Type.TOTP).exists()


def factor(person_id: int) -> FactorHeld | None:
    """Two statements."""
    held = Factor.objects.filter(user_id=person_id, type=Factor.Type.TOTP).first()
    if held is None:
        return None
    codes = Factor.objects.filter(user_id=person_id, type=Factor.Type.RECOVERY_CODES).first()
    return FactorHeld(held.created_at, len(RecoveryCodes(codes).get_unused_codes()) if codes else 0)


def sessions(person_id: int, *, at: datetime) -> list[SignIn]:
    """The sessions of a person that have not run out, the last used first."""
    open_ = SignIn.objects.filter(person_id=person_id, session__expire_date__gt=at)
    return list(open_.order_by("-last_used_at", "public_id"))


def identities(person_id: int) -> list[Identity]:
    """The accounts at identity providers that open the person's."""
    return list(Identity.objects.filter(user_id=person_id).order_by("pk"))
