"""Reading evidence: what a person may see of it, which is what they may see of its report."""

from typing import Any

from django.db.models import Q, QuerySet

from measures.models import Evidence, Measure
from measures.rules import visibility
from measures.rules.evidence import EvidenceFacts
from measures.rules.roles import Actor
from measures.vocabulary import UpdateState

PUBLISHED = Q(update=None) | Q(update__state=UpdateState.APPROVED)


def visible_to(actor: Actor) -> QuerySet[Evidence]:
    """Evidence of milestones and approved reports, and of those whose rounds the actor's duties show."""
    if visibility.sees_all_rounds(actor):
        return Evidence.objects.all()
    return Evidence.objects.filter(PUBLISHED | Q(ministry__code__in=sorted(visibility.ministries_seen(actor))))


def whole(evidence: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """`evidence` with all that an answer shows of it, in the one statement."""
    return evidence.select_related("measure", "ministry", "update", "claimed_by", "verification__verified_by")


def could_be_replaced(measure: Measure, update_id: int | None) -> QuerySet[Evidence]:
    """What new evidence may take the place of: that of its own report, and all that is published of the measure."""
    return Evidence.objects.filter(PUBLISHED | Q(update=update_id), measure=measure)


def facts(evidence: Evidence) -> EvidenceFacts:
    """What rules.evidence asks; reads rows that `whole` brings along."""
    update = evidence.update
    return EvidenceFacts(
        ministry=evidence.ministry.code,
        ministry_name=evidence.ministry.called,
        writers=frozenset({evidence.claimed_by_id, *(update.contributors if update else ())}),
        state=UpdateState(update.state) if update else None,
        is_verified=hasattr(evidence, "verification"),
    )


def snapshot(evidence: Evidence) -> dict[str, Any]:
    """All that an event says of it, with people by id."""
    names = ("kind", "title", "url", "name", "media_type", "size", "sha256", "released_on")
    return {
        "id": evidence.pk,
        **{name: getattr(evidence, name) for name in names},
        "replaces": evidence.replaces_id,
        "claimed_by": evidence.claimed_by_id,
        "claimed_at": evidence.recorded_at,
    }
