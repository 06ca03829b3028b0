"""Revisions that someone else approves: the ledger of measures' and milestones' days, and the verdicts on all."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from measures.models.guards import append_only, audited, refuse
from measures.vocabulary import VerdictOutcome

AWAITED = f"""
    IF EXISTS (SELECT FROM measures_deadline one LEFT JOIN measures_verdict said ON said.deadline_id = one.id
               WHERE one.measure_id = NEW.measure_id AND one.milestone_id IS NOT DISTINCT FROM NEW.milestone_id
               AND one.proposed AND said.id IS NULL) THEN
        {refuse("'a revision of this day waits for its verdict'")}
    END IF;
    RETURN NEW;
"""  # noqa: S608 nothing in it is anyone's
FOUR_EYES = f"""
    FOR proposal IN
        SELECT proposed, set_by_id FROM measures_target WHERE id = NEW.target_id
        UNION ALL SELECT proposed, set_by_id FROM measures_deadline WHERE id = NEW.deadline_id
        UNION ALL SELECT proposed, set_by_id FROM measures_baseline WHERE id = NEW.baseline_id
    LOOP
        IF NOT proposal.proposed THEN
            {refuse("'a verdict is on a proposed revision'")}
        ELSIF proposal.set_by_id = NEW.decided_by_id THEN
            {refuse("'nobody decides on a revision they proposed'")}
        END IF;
    END LOOP;
    RETURN NEW;
"""  # noqa: S608 nothing in it is anyone's


class Deadline(models.Model):
    """One revision of the day by which a measure, or one of its milestones, is due: from `was` to `due_on`.

    A revision that is `proposed` holds once its verdict approves it, any other from the moment it is recorded.
    """

    measure = models.ForeignKey("measures.Measure", models.PROTECT, related_name="deadlines")
    milestone = models.ForeignKey("measures.Milestone", models.PROTECT, null=True, related_name="deadlines")
    was = models.DateField(null=True)
    due_on = models.DateField(null=True)
    proposed = models.BooleanField()
    reason = models.TextField()
    set_by = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="revisions")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="deadline_later_is_proposed",
                condition=Q(proposed=True)
                | Q(was__isnull=True, due_on__isnull=False)
                | Q(was__isnull=False, due_on__isnull=False, due_on__lt=F("was")),
            ),
        ]
        triggers = [
            audited(),
            *append_only(),
            pgtrigger.Trigger(name="awaited", when=pgtrigger.Before, operation=pgtrigger.Insert, func=AWAITED),
        ]


class Verdict(models.Model):
    """What another coordinator said of a proposed revision of a target, a baseline or a day; said once."""

    target = models.OneToOneField("measures.Target", models.PROTECT, null=True, related_name="verdict")
    baseline = models.OneToOneField("measures.Baseline", models.PROTECT, null=True, related_name="verdict")
    deadline = models.OneToOneField(Deadline, models.PROTECT, null=True, related_name="verdict")
    outcome = models.CharField(max_length=16, choices=VerdictOutcome)
    comment = models.TextField(blank=True)
    decided_by = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="verdict_on_one_revision",
                condition=Q(target__isnull=False, baseline__isnull=True, deadline__isnull=True)
                | Q(target__isnull=True, baseline__isnull=False, deadline__isnull=True)
                | Q(target__isnull=True, baseline__isnull=True, deadline__isnull=False),
            ),
            models.CheckConstraint(
                name="verdict_rejection_has_comment",
                condition=Q(outcome=VerdictOutcome.APPROVED) | ~Q(comment=""),
            ),
        ]
        triggers = [
            audited(),
            *append_only(),
            pgtrigger.Trigger(
                name="four_eyes",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("proposal", "record")],
                func=FOUR_EYES,
            ),
        ]


def approved_before_later(subject: str) -> pgtrigger.Trigger:
    """The column `due_on` of a measure or milestone (`subject` is the SQL that finds its rows in the ledger) moves
    later, or away, only to where an approved revision moves it.
    """
    return pgtrigger.Trigger(
        name="approved_before_later",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("due_on"),
        func=f"""
            IF OLD.due_on IS NOT NULL AND (NEW.due_on IS NULL OR NEW.due_on > OLD.due_on) AND NOT EXISTS (
                SELECT FROM measures_deadline one JOIN measures_verdict said ON said.deadline_id = one.id
                WHERE {subject} AND one.was = OLD.due_on AND one.due_on IS NOT DISTINCT FROM NEW.due_on
                AND said.outcome = 'approved') THEN
                {refuse("'a later day is proposed first, and approved by someone else'")}
            END IF;
            RETURN NEW;
        """,  # noqa: S608 nothing in it is anyone's
    )
