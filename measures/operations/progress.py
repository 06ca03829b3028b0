"""The reporting flow: each verb locks, decides, changes, records, returns, in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from measures import audit
from measures.errors import NotReady, NotVisible, Problem, Stale, WrongRole, WrongTurn
from measures.messages import say
from measures.models import Cycle, Evidence, Measure, Ministry, ProgressUpdate, ReportedValue, Review
from measures.operations import drafts, effects, moments, notices, obligations, values
from measures.queries import progress
from measures.rules import transitions
from measures.rules.roles import Actor, DutyHeld
from measures.rules.transitions import UpdateFacts
from measures.vocabulary import Audience, UpdateKind, UpdateState

TEXTS = ("narrative", "reason", "declared_status", "declared_health")


@transaction.atomic
def draft(
    *,
    measure: Measure,
    cycle: Cycle,
    content: Mapping[str, Any],
    on_behalf_of: Ministry | None,
    actor: Actor,
    at: datetime,
    kind: UpdateKind = UpdateKind.REPORT,
) -> ProgressUpdate:
    """Begins the report of `measure` for `cycle`, or a correction of the approved one; `content` as in `edit`.

    Raises WrongRole unless the actor reports for the lead ministry, WrongTurn when the cycle is not open or the
    measure has a report for it already (or none to correct), BadInput for values that can never be right.
    """
    measure = Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
    ministry = drafts.reporting_ministry(measure, on_behalf_of)
    drafts.permit(measure, kind=kind, ministry=ministry, cycle=cycle, on_behalf_of=on_behalf_of, actor=actor, at=at)
    drafts.refuse_second(measure, cycle, kind=kind)
    drafts.refuse_reason(kind, content)
    update = ProgressUpdate.objects.create(
        measure=measure,
        cycle=cycle,
        kind=kind,
        ministry=ministry,
        on_behalf_of=on_behalf_of,
        author_id=actor.signed_in_id,
        contributors=[actor.signed_in_id],
        drafted_at=at,
        updated_at=at,
        **{name: content.get(name, "") for name in TEXTS},
        **drafts.explanation(content),
    )
    values.replace(update, content.get("observations", ()))
    _record("draft", update, actor=actor, at=at, before=None)
    return update


@transaction.atomic
def edit(
    *, update_id: int, content: Mapping[str, Any], actor: Actor, at: datetime, version: int | None = None
) -> ProgressUpdate:
    """Changes what `content` names: narrative, reason, declared_status, declared_health, and as a whole `explanation`
    (None takes it back) and `observations`.

    `observations` are unsaved ReportedValues, an explanation is {cause, corrective_step, owner, due_on}. Refuses as
    every verb does: WrongRole, Stale, WrongTurn, BadInput.
    """
    update, at, before = _begin("edit", update_id, actor=actor, at=at, version=version)
    drafts.refuse_reason(UpdateKind(update.kind), content)
    for name in TEXTS:
        setattr(update, name, content.get(name, getattr(update, name)))
    explained = drafts.explanation(content) if "explanation" in content else {}
    for name, value in explained.items():
        setattr(update, name, value)
    update.contributors = _with(update, actor)
    _save(update, at, *TEXTS, *explained, "contributors")
    if "observations" in content:
        ReportedValue.objects.filter(update=update).delete()
        values.replace(update, content["observations"])
    _record("edit", update, actor=actor, at=at, before=before)
    return update


@transaction.atomic
def discard(*, update_id: int, actor: Actor, at: datetime, version: int | None = None) -> None:
    """Deletes a draft; what it said stays in the log."""
    update, at, before = _begin("discard", update_id, actor=actor, at=at, version=version)
    _record("discard", update, actor=actor, at=at, before=before)
    # Its end is a state of its own, recorded at its own moment.
    _save(update, at)
    Evidence.objects.filter(update=update).delete()
    update.delete()


@transaction.atomic
def submit(
    *, update_id: int, actor: Actor, at: datetime, comment: str = "", version: int | None = None
) -> ProgressUpdate:
    """Hands a complete report to the approver and begins the next round; NotReady lists all that is missing."""
    update, at, before = _begin("submit", update_id, actor=actor, at=at, version=version)
    _require_ready(update, at)
    update.state = UpdateState.SUBMITTED
    update.round += 1
    update.submitted_at, update.submitted_by_id = at, actor.signed_in_id
    update.contributors = _with(update, actor)
    _save(update, at, "state", "round", "submitted_at", "submitted_by", "contributors")
    notices.submitted(update, at=at)
    obligations.note_submission(update, actor=actor, duty=_duty("submit", update, actor, at), at=at)
    return _reviewed("submit", update, comment, actor=actor, at=at, before=before)


@transaction.atomic
def withdraw(
    *, update_id: int, actor: Actor, at: datetime, comment: str = "", version: int | None = None
) -> ProgressUpdate:
    """Takes a submitted or returned report back for good; a new draft may follow."""
    update, at, before = _begin("withdraw", update_id, actor=actor, at=at, version=version)
    update.state = UpdateState.WITHDRAWN
    _save(update, at, "state")
    obligations.note_withdrawal(update, actor=actor, duty=_duty("withdraw", update, actor, at), at=at)
    return _reviewed("withdraw", update, comment, actor=actor, at=at, before=before)


@transaction.atomic
def send_back(
    *, update_id: int, actor: Actor, at: datetime, comment: str, version: int | None = None
) -> ProgressUpdate:
    """The verb `return`: gives a submitted report back to be changed, saying why."""
    update, at, before = _begin("return", update_id, actor=actor, at=at, version=version)
    if not comment.strip():
        raise NotReady([Problem("/comment", "missing", say("Say what is to be changed: a return needs a comment."))])
    update.state = UpdateState.RETURNED
    _save(update, at, "state")
    notices.returned(update, at=at)
    return _reviewed("return", update, comment, actor=actor, at=at, before=before)


@transaction.atomic
def approve(
    *, update_id: int, actor: Actor, at: datetime, comment: str = "", version: int | None = None
) -> ProgressUpdate:
    """Publishes a submitted report: its values become observations, the measure takes the declared status and health,
    and the standings that depend on them follow, all in this transaction.
    """
    update, at, before = _begin("approve", update_id, actor=actor, at=at, version=version)
    touched = effects.lock(update)
    at = moments.after(at, *touched.moments)
    update.explained_kpis = _require_ready(update, at)
    update.state = UpdateState.APPROVED
    update.decided_at, update.decided_by_id = at, actor.signed_in_id
    _save(update, at, "state", "decided_at", "decided_by", "explained_kpis")
    published = effects.publish(update, touched, at=at)
    notices.approved(update, corrected=published["corrected"], at=at)
    return _reviewed("approve", update, comment, actor=actor, at=at, before=before, published=published)


def _begin(
    verb: str, update_id: int, *, actor: Actor, at: datetime, version: int | None
) -> tuple[ProgressUpdate, datetime, dict[str, Any]]:
    """Locks the update, refuses what the actor, the version or the state does not allow, and takes the snapshot."""
    try:
        update = progress.related(ProgressUpdate.objects.select_for_update(of=("self",))).get(pk=update_id)
    except ProgressUpdate.DoesNotExist:
        raise NotVisible("not-found", say("There is no such update.")) from None
    facts = progress.update_facts(update, at=at)
    _permit(verb, facts, actor)
    if version is not None and version != update.version:
        raise Stale(
            "stale",
            say(
                "The update is at version {now}, not {given}: read it again first.",
                now=update.version,
                given=version,
            ),
        )
    if problem := transitions.wrong_turn(verb, facts):
        raise WrongTurn(problem.code, problem.detail)
    return update, moments.after(at, update.updated_at), progress.snapshot(update)


def _permit(verb: str, facts: UpdateFacts, actor: Actor) -> None:
    if problem := transitions.forbidden(verb, facts, actor):
        raise WrongRole(problem.code, problem.detail)


def _require_ready(update: ProgressUpdate, at: datetime) -> list[str]:
    """Refuses what is not complete; returns the codes of the KPIs that its declared health contradicts."""
    reported = progress.values_of(update)
    values.refuse_second(update, reported)
    problems, against = progress.unready(update, reported, on=moments.day_of(at))
    if problems:
        raise NotReady(problems)
    return sorted(against)


def _duty(verb: str, update: ProgressUpdate, actor: Actor, at: datetime) -> DutyHeld | None:
    """The duty under which the actor takes the turn."""
    return transitions.acting_as(verb, progress.update_facts(update, at=at), actor)


def _with(update: ProgressUpdate, actor: Actor) -> list[int]:
    return sorted({*update.contributors, actor.signed_in_id})


def _save(update: ProgressUpdate, at: datetime, *names: str) -> None:
    update.version += 1
    update.updated_at = at
    update.save(update_fields=[*names, "version", "updated_at"])


def _reviewed(
    verb: str,
    update: ProgressUpdate,
    comment: str,
    *,
    actor: Actor,
    at: datetime,
    before: Mapping[str, Any],
    published: Mapping[str, Any] | None = None,
) -> ProgressUpdate:
    duty = _duty(verb, update, actor, at)
    Review.objects.create(
        update=update,
        round=update.round,
        verb=verb,
        comment=comment.strip(),
        actor_id=actor.signed_in_id,
        acting_role=duty.role if duty else "",
        acting_ministry=duty.ministry if duty else "",
        recorded_at=at,
    )
    if comment.strip():
        # Comments stay inside the ministry, so they have an event of their own beside a public approval.
        _event("comment", update, duty=duty, actor=actor, at=at, after={"verb": verb, "comment": comment.strip()})
    _record(verb, update, actor=actor, at=at, before=before, published=published)
    return update


def _record(
    verb: str,
    update: ProgressUpdate,
    *,
    actor: Actor,
    at: datetime,
    before: Mapping[str, Any] | None,
    published: Mapping[str, Any] | None = None,
) -> None:
    after: dict[str, Any] | None
    duty = _duty(verb, update, actor, at)
    if published is not None:
        after = {**progress.snapshot(update), "published": published}
        # The drafts before an approval stay the ministry's, so the public event does not repeat them.
        return _event(verb, update, duty=duty, actor=actor, at=at, after=after, audience=Audience.PUBLIC)
    after = None if verb == "discard" else progress.snapshot(update)
    return _event(verb, update, duty=duty, actor=actor, at=at, before=before, after=after)


def _event(
    verb: str,
    update: ProgressUpdate,
    *,
    duty: DutyHeld | None,
    actor: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    audience: Audience = Audience.MINISTRY,
) -> None:
    audit.record(
        at=at,
        actor_id=actor.person_id,
        verb=verb,
        subject=("update", str(update.pk)),
        before=before,
        after=after,
        audience=audience,
        ministry=update.ministry if audience == Audience.MINISTRY else None,
        request_id=actor.request_id,
        acting_as=duty.told() if duty else None,
    )
