"""Progress updates: the report of one measure for one cycle, the values in it, and every round of its review."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from measures.models.guards import append_only, audited, refuse, turns
from measures.models.history import Remembered, history_of
from measures.models.kpis import ValueColumns, value_or_range
from measures.vocabulary import Health, MeasureStatus, Role, UpdateKind, UpdateState

EDITABLE = (UpdateState.DRAFT, UpdateState.RETURNED)
OPEN = (UpdateState.DRAFT, UpdateState.SUBMITTED, UpdateState.RETURNED)
DECIDED = (UpdateState.APPROVED, UpdateState.WITHDRAWN)

# The same pairs as rules.transitions, which models may not import; a test keeps the two equal.
UPDATE_TURNS = (
    (UpdateState.DRAFT, UpdateState.SUBMITTED),
    (UpdateState.RETURNED, UpdateState.SUBMITTED),
    (UpdateState.SUBMITTED, UpdateState.WITHDRAWN),
    (UpdateState.RETURNED, UpdateState.WITHDRAWN),
    (UpdateState.SUBMITTED, UpdateState.RETURNED),
    (UpdateState.SUBMITTED, UpdateState.APPROVED),
)


def _in(states: tuple[UpdateState, ...]) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


class ProgressUpdate(models.Model):
    """One report (進捗報告). `contributors` are the ids of all who drafted, edited or submitted it.

    `explanation_*` say, all or none, why the declared health differs from what the KPIs say; `explained_kpis` are the
    codes of those it differed from at the approval. `reason` is why a correction is made. `round` counts the
    submissions; `ministry` is the one that reports, `on_behalf_of` names it again when the coordinator entered the
    report for it.
    """

    measure = models.ForeignKey("measures.Measure", models.PROTECT, related_name="updates")
    cycle = models.ForeignKey("measures.Cycle", models.PROTECT, related_name="updates")
    kind = models.CharField(max_length=16, choices=UpdateKind, default=UpdateKind.REPORT)
    state = models.CharField(max_length=16, choices=UpdateState, default=UpdateState.DRAFT)
    round = models.PositiveSmallIntegerField(default=0)
    ministry = models.ForeignKey("measures.Ministry", models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey("measures.Ministry", models.PROTECT, null=True, related_name="+")
    narrative = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    declared_status = models.CharField(max_length=16, choices=MeasureStatus, blank=True)
    declared_health = models.CharField(max_length=16, choices=Health, blank=True)
    explanation_cause = models.TextField(blank=True)
    explanation_corrective_step = models.TextField(blank=True)
    explanation_owner = models.CharField(max_length=200, blank=True)
    explanation_due_on = models.DateField(null=True)
    explained_kpis = ArrayField(models.CharField(max_length=64), default=list)
    author = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    contributors = ArrayField(models.BigIntegerField())
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey("measures.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("measures.Person", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "cycle"], condition=Q(state__in=OPEN), name="update_one_open_a_measure_and_cycle"
            ),
            models.UniqueConstraint(
                fields=["measure", "cycle"],
                condition=Q(state=UpdateState.APPROVED, kind=UpdateKind.REPORT),
                name="update_one_approved_a_measure_and_cycle",
            ),
            models.CheckConstraint(
                name="update_submitted_both_or_neither",
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True, round=0)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False, round__gte=1),
            ),
            models.CheckConstraint(
                name="update_decided_both_or_neither",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="update_reason_is_a_corrections", condition=Q(kind=UpdateKind.CORRECTION) | Q(reason="")
            ),
            models.CheckConstraint(
                name="update_correction_gives_its_reason",
                condition=~Q(kind=UpdateKind.CORRECTION) | Q(state=UpdateState.DRAFT) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="update_explanation_all_or_none",
                condition=Q(
                    explanation_cause="",
                    explanation_corrective_step="",
                    explanation_owner="",
                    explanation_due_on__isnull=True,
                )
                | ~Q(explanation_cause="")
                & ~Q(explanation_corrective_step="")
                & ~Q(explanation_owner="")
                & Q(explanation_due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="update_divergence_is_explained",
                condition=Q(explained_kpis=[]) | ~Q(explanation_cause=""),
            ),
            models.CheckConstraint(
                name="update_approved_is_decided",
                condition=~Q(state=UpdateState.APPROVED) | Q(decided_at__isnull=False, submitted_at__isnull=False),
            ),
        ]
        triggers = [
            audited(),
            turns(legal=UPDATE_TURNS, first=[UpdateState.DRAFT]),
            pgtrigger.Trigger(
                name="decided_for_good",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=f"IF OLD.state IN ({_in(DECIDED)}) THEN "
                + refuse("'an update that is ' || OLD.state || ' stays as it is'")
                + f" ELSIF TG_OP = 'DELETE' AND OLD.state <> '{UpdateState.DRAFT.value}' THEN "
                + refuse("'only a draft is discarded: withdraw this update instead'")
                + " END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="four_eyes",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="IF NOT (NEW.author_id = ANY (NEW.contributors)) THEN "
                + refuse("'the author of an update is one of its contributors'")
                + " ELSIF TG_OP = 'UPDATE' AND NOT (NEW.contributors @> OLD.contributors) THEN "
                + refuse("'a contributor to an update stays one'")
                + " ELSIF NEW.decided_by_id = ANY (NEW.contributors) THEN "
                + refuse("'nobody decides on an update they wrote'")
                + " END IF; RETURN NEW;",
            ),
            Remembered(fixed=("measure_id", "cycle_id", "kind", "ministry_id", "author_id")),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id}/{self.cycle_id}"


ProgressUpdateHistory = history_of(ProgressUpdate, found_by=("measure_id",))
# The values of a report change only with it, and are recorded when it is.
WITH_ITS_UPDATE = "(SELECT updated_at FROM measures_progressupdate WHERE id = {row}.update_id)"


class ReportedValue(ValueColumns):
    """A KPI value inside an update; it becomes an Observation when the update is approved, and is frozen then."""

    update = models.ForeignKey(ProgressUpdate, models.CASCADE, related_name="observations")
    position = models.PositiveSmallIntegerField()
    kpi = models.ForeignKey("measures.Kpi", models.PROTECT, related_name="+")
    source_title = models.TextField()
    source_publisher = models.CharField(max_length=200, blank=True)
    source_url = models.TextField(blank=True)
    source_published_on = models.DateField(null=True)

    class Meta:
        constraints = [
            value_or_range("reported_value"),
            models.UniqueConstraint(fields=["update", "position"], name="reported_value_position"),
            models.UniqueConstraint(
                fields=["update", "kpi", "period_type", "period_start"], name="reported_value_once_an_update"
            ),
        ]
        triggers = [
            audited(),
            pgtrigger.Trigger(
                name="frozen_with_its_update",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("holder", "bigint")],
                func=f"""
                    FOREACH holder IN ARRAY ARRAY_REMOVE(ARRAY[
                        CASE WHEN TG_OP <> 'INSERT' THEN OLD.update_id END,
                        CASE WHEN TG_OP <> 'DELETE' THEN NEW.update_id END], NULL)
                    LOOP
                        IF NOT EXISTS (SELECT FROM measures_progressupdate
                                       WHERE id = holder AND state IN ({_in(EDITABLE)})) THEN
                            {refuse("'the values of an update change only while it is a draft or returned'")}
                        END IF;
                    END LOOP;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            ),
            Remembered(fixed=("update_id",), moment=WITH_ITS_UPDATE),
        ]


ReportedValueHistory = history_of(ReportedValue, found_by=("update_id",))


class Review(models.Model):
    """One turn in the workflow of an update, with the comment of whoever made it; every round is kept.

    `acting_*` is the duty under which they made it, with the ministry's code as it stands in the event.
    """

    update = models.ForeignKey(ProgressUpdate, models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=16)
    comment = models.TextField(blank=True)
    actor = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    acting_role = models.CharField(max_length=16, choices=Role, blank=True)
    acting_ministry = models.CharField(max_length=32, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["update", "recorded_at"], name="review_once_at_a_time"),
            models.CheckConstraint(
                name="review_acting_both_or_neither",
                condition=Q(acting_role="", acting_ministry="") | ~Q(acting_role="") & ~Q(acting_ministry=""),
            ),
            models.CheckConstraint(name="review_return_has_comment", condition=~Q(verb="return") | ~Q(comment="")),
        ]
        triggers = [audited(), *append_only()]
