"""Evidence: added to a report while it is written, or to a milestone, and verified by someone else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from measures import audit
from measures.errors import BadInput, NotVisible, Problem, WrongRole, WrongTurn
from measures.messages import say
from measures.models import Evidence, EvidenceVerification, Milestone, ProgressUpdate
from measures.operations import drafts, moments, progress, registry
from measures.operations.files import Incoming
from measures.queries import evidence as queries
from measures.queries import progress as progress_queries
from measures.rules import evidence as rules
from measures.rules import roles, transitions
from measures.rules.roles import Actor
from measures.vocabulary import Audience, EvidenceKind, Role, UpdateState


@transaction.atomic
def add_to_update(
    *, update_id: int, content: Mapping[str, Any], file: Incoming | None, actor: Actor, at: datetime
) -> Evidence:
    """Adds evidence to a report, which is a change of the report by `actor`: a new version, and one more contributor.

    `content`: title, released_on, replaces (id or None) and, without a file, url and sha256. Refuses as `progress.edit`
    does; WrongTurn when the report has it already.
    """
    update = progress.edit(update_id=update_id, content={}, actor=actor, at=at)
    added = Evidence(update=update, measure=update.measure, ministry=update.ministry, recorded_at=update.updated_at)
    duty = transitions.acting_as("edit", progress_queries.update_facts(update, at=at), actor)
    return _added(added, content, file, actor=actor, duty=duty)


@transaction.atomic
def add_to_milestone(
    *, milestone_id: int, content: Mapping[str, Any], file: Incoming | None, actor: Actor, at: datetime
) -> Evidence:
    """Adds what shows that a milestone was done; it is public at once, as the milestone is."""
    registry.permit_coordinator(actor)
    milestone = registry.locked(Milestone.objects.select_related("measure"), pk=milestone_id)
    lead = drafts.reporting_ministry(milestone.measure, None)
    at = registry.moment(at, milestone)
    added = Evidence(milestone=milestone, measure=milestone.measure, ministry=lead, recorded_at=at)
    return _added(added, content, file, actor=actor, duty=roles.duty_of(actor, Role.COORDINATOR))


@transaction.atomic
def verify(*, evidence_id: int, actor: Actor, at: datetime) -> Evidence:
    """Says that evidence is what it claims to be; WrongRole for whoever claimed it or wrote its report."""
    found = Evidence.objects.select_for_update(of=("self",), no_key=True).filter(pk=evidence_id)
    evidence = queries.whole(found).first()
    if evidence is None:
        raise NotVisible("not-found", say("There is no such evidence."))
    if evidence.update_id:
        # Not while it is submitted, returned or discarded.
        evidence.update = ProgressUpdate.objects.select_for_update(no_key=True).get(pk=evidence.update_id)
    facts = queries.facts(evidence)
    if problem := rules.cannot_verify(facts, actor):
        raise WrongRole(problem.code, problem.detail)
    if problem := rules.not_to_verify(facts):
        raise WrongTurn(problem.code, problem.detail)
    at = moments.after(at, evidence.recorded_at)
    made = EvidenceVerification.objects.create(evidence=evidence, verified_by_id=actor.signed_in_id, recorded_at=at)
    duty = roles.duty_for(actor, Role.APPROVER, facts.ministry)
    _record("verify", evidence, {"verified_by": made.verified_by_id}, actor=actor, duty=duty, at=at)
    return evidence


def _added(
    added: Evidence, content: Mapping[str, Any], file: Incoming | None, *, actor: Actor, duty: roles.DutyHeld | None
) -> Evidence:
    added.kind = EvidenceKind.FILE if file else EvidenceKind.ADDRESS
    added.title, added.released_on = content["title"], content["released_on"]
    added.claimed_by_id = actor.signed_in_id
    if file:
        added.name, added.media_type, added.size = file.name, str(file.media_type), file.size
        added.sha256 = file.sha256
    else:
        added.url, added.sha256 = content["url"], content["sha256"]
    _refuse_second(added)
    added.replaces = _replaced(added, content["replaces"])
    if file:
        # Before the commit: there is never a row without its file, at most a file without a row.
        file.keep()
    added.save(force_insert=True)
    _record("claim", added, {}, actor=actor, duty=duty, at=added.recorded_at)
    return added


def _refuse_second(added: Evidence) -> None:
    same = Evidence.objects.filter(url=added.url, sha256=added.sha256, update=added.update, milestone=added.milestone)
    if found := same.first():
        detail = say("That is there already, as evidence {number}: add something else.", number=found.pk)
        raise WrongTurn("already-claimed", detail)


def _replaced(added: Evidence, named: int | None) -> Evidence | None:
    """What `named` says or, without a word, the newest that is known of the same address."""
    candidates = queries.could_be_replaced(added.measure, added.update_id)
    if named is None:
        return candidates.filter(url=added.url).order_by("pk").last() if added.url else None
    found = candidates.filter(pk=named).first()
    if found is None:
        detail = say("There is no evidence {number} of this measure that it could take the place of.", number=named)
        raise BadInput([Problem("/replaces", "does-not-exist", detail)])
    return found


def _record(
    verb: str, evidence: Evidence, more: Mapping[str, Any], *, actor: Actor, duty: roles.DutyHeld | None, at: datetime
) -> None:
    is_public = evidence.update is None or evidence.update.state == UpdateState.APPROVED
    where = {"measure": evidence.measure.code, "update": evidence.update_id, "milestone": evidence.milestone_id}
    audit.record(
        at=at,
        actor_id=actor.person_id,
        verb=verb,
        subject=("evidence", str(evidence.pk)),
        after={**queries.snapshot(evidence), **where, **more},
        audience=Audience.PUBLIC if is_public else Audience.MINISTRY,
        ministry=None if is_public else evidence.ministry,
        request_id=actor.request_id,
        acting_as=duty.told() if duty else None,
    )
