"""Who an actor is to a measure or update: duties and scopes, nothing of states."""

from dataclasses import dataclass, field, replace

from measures.vocabulary import Role, Scope


@dataclass(frozen=True, slots=True)
class DutyHeld:
    """A role at a ministry, held at the moment of the request."""

    role: Role
    ministry: str

    def __str__(self) -> str:
        return f"{self.role}@{self.ministry}"

    def told(self) -> dict[str, str]:
        """As an event names it."""
        return {"role": self.role, "ministry": self.ministry}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person with the duties of the moment and the scopes of the credential; anonymous without a person."""

    person_id: int | None = None
    duties: frozenset[DutyHeld] = frozenset()
    scopes: frozenset[Scope] = frozenset()
    request_id: str = field(default="", compare=False)

    def holds(self, role: Role, ministry: str | None = None) -> bool:
        """Whether one of the duties is `role`, at `ministry` when one is given."""
        return any(duty.role == role and ministry in (None, duty.ministry) for duty in self.duties)

    @property
    def signed_in_id(self) -> int:
        """The person's id; LookupError for an anonymous actor, whom no rule lets take a step."""
        if self.person_id is None:
            raise LookupError("an anonymous actor took a step")
        return self.person_id

    def ministries(self, *roles: Role) -> frozenset[str]:
        """Codes of the ministries where one of `roles` is held."""
        return frozenset(duty.ministry for duty in self.duties if duty.role in roles)


def reporter_role(*, on_behalf_of: str | None) -> Role:
    """Who writes a report: the ministry's officer, or the coordinator when it is entered on the ministry's behalf."""
    return Role.COORDINATOR if on_behalf_of else Role.OFFICER


def holds_for(actor: Actor, role: Role, ministry: str) -> bool:
    """Whether `actor` holds `role` for reports of `ministry`; the coordinator's duty is for all of them."""
    return duty_for(actor, role, ministry) is not None


def duty_for(actor: Actor, role: Role, ministry: str) -> DutyHeld | None:
    """The duty under which `actor` is `role` for reports of `ministry`; None when they are not."""
    fitting = [
        duty for duty in actor.duties if duty.role == role and (role == Role.COORDINATOR or duty.ministry == ministry)
    ]
    return min(fitting, key=str, default=None)


def duty_of(actor: Actor, role: Role) -> DutyHeld | None:
    """The duty under which `actor` is `role`, wherever that is; None when they are not."""
    return min((duty for duty in actor.duties if duty.role == role), key=str, default=None)


def under(actor: Actor, duty: DutyHeld) -> Actor | None:
    """`actor` with that one duty and no other; None when they do not hold it."""
    return replace(actor, duties=frozenset([duty])) if duty in actor.duties else None
