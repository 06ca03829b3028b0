"""What every operation on the registry begins and ends with: the duty, the version, the new version, the event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from measures import audit
from measures.errors import NotVisible, Problem, Stale, WrongRole
from measures.messages import NOUNS, say
from measures.models import Kpi, Measure, Milestone, Obligation, Proposal, StatusChange
from measures.operations import moments
from measures.rules import registry
from measures.rules.roles import Actor, DutyHeld, duty_of
from measures.vocabulary import Audience, Role

Versioned = TypeVar("Versioned", Kpi, Measure, Milestone, Obligation, Proposal)


def permit_coordinator(actor: Actor) -> None:
    """WrongRole unless `actor` keeps the registry."""
    _permit(registry.cannot_coordinate(actor))


def permit_administrator(actor: Actor) -> None:
    """WrongRole unless `actor` keeps people and duties."""
    _permit(registry.cannot_administer(actor))


def locked(rows: QuerySet[Versioned], *, version: int | None = None, **key: Any) -> Versioned:
    """The row with `key`, locked; NotVisible when there is none, Stale when it is not at `version`."""
    row = rows.select_for_update(of=("self",), no_key=True).filter(**key).first()
    if row is None:
        raise NotVisible(
            "not-found", say("There is no {noun} like that.", noun=NOUNS[str(rows.model._meta.model_name)])
        )
    if version is not None and version != row.version:
        raise Stale(
            "stale",
            say(
                "It is at version {now}, not {given}: read it again first.",
                now=row.version,
                given=version,
            ),
        )
    return row


def locked_measures(*measures: Measure) -> list[Measure]:
    """Measures as they were given, locked in the order of their ids: two who lock the same wait in line."""
    found = {pk: locked(Measure.objects.all(), pk=pk) for pk in sorted({one.pk for one in measures})}
    return [found[one.pk] for one in measures]


def renew(row: Versioned, at: datetime, *names: str) -> None:
    """Saves the columns `names` of a locked row and gives it its next version."""
    row.version += 1
    row.updated_at = at
    row.save(update_fields=[*names, "version", "updated_at"])


def note_status(measure: Measure, *, reason: str, at: datetime) -> None:
    """Adds the measure's status, as an operation has just set it, to the ledger of its status."""
    StatusChange.objects.create(
        measure=measure,
        status=measure.status,
        status_since=measure.status_since,
        health=measure.health,
        reason=reason,
        recorded_at=at,
    )


def changed(row: Model, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Sets `changes` on `row`; returns the old values of what really changes."""
    before = {name: getattr(row, name) for name, value in changes.items() if getattr(row, name) != value}
    for name in before:
        setattr(row, name, changes[name])
    return before


def record(
    verb: str,
    subject: tuple[str, str],
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    audience: Audience = Audience.PUBLIC,
    duty: DutyHeld | None = None,
) -> None:
    """The event of a change of the registry; its reason stands in what it left.

    `duty` is the one under which the actor made it, where that is not the coordinator's.
    """
    acting_as = duty or duty_of(actor, Role.COORDINATOR)
    audit.record(
        at=at,
        actor_id=actor.person_id,
        verb=verb,
        subject=subject,
        before=before,
        after={**(after or {}), **({"reason": reason} if reason else {})},
        audience=audience,
        request_id=actor.request_id,
        acting_as=acting_as.told() if acting_as else None,
    )


def moment(at: datetime, *rows: Kpi | Measure | Milestone | Obligation | Proposal) -> datetime:
    """`at`, past the last change of every row."""
    return moments.after(at, *[row.updated_at for row in rows])


def _permit(problem: Problem | None) -> None:
    if problem:
        raise WrongRole(problem.code, problem.detail)
