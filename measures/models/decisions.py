"""Decisions: what a study came to, and which measure went into which; recorded once, and never changed."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from measures.models.guards import append_only, audited, refuse
from measures.vocabulary import DecisionOutcome


class Decision(models.Model):
    """What was decided of a measure, on which day and where that can be read (`reference`); `into` is where it went."""

    measure = models.ForeignKey("measures.Measure", models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=16, choices=DecisionOutcome)
    into = models.ForeignKey("measures.Measure", models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=500)
    decided_on = models.DateField()
    reason = models.TextField()
    recorded_by = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="decision_into_is_a_mergers",
                condition=Q(outcome=DecisionOutcome.MERGE_INTO, into__isnull=False)
                | (~Q(outcome=DecisionOutcome.MERGE_INTO) & Q(into__isnull=True)),
            ),
            models.CheckConstraint(
                name="decision_into_another", condition=Q(into__isnull=True) | ~Q(into=F("measure"))
            ),
        ]
        triggers = [
            audited(),
            *append_only(),
            pgtrigger.Trigger(
                name="of_a_study",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NEW.outcome <> 'merge_into' AND NOT EXISTS (
                        SELECT FROM measures_measure WHERE id = NEW.measure_id AND kind = 'study') THEN
                        {refuse("'only a study is adopted, rejected or continued'")}
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


def by_decision() -> pgtrigger.Trigger:
    """A measure is concluded or merged only by its decision."""
    return pgtrigger.Trigger(
        name="by_decision",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("status"),
        func=f"""
            IF NEW.status <> OLD.status AND NEW.status IN ('concluded', 'merged') AND NOT EXISTS (
                SELECT FROM measures_decision WHERE measure_id = NEW.id
                AND ((NEW.status = 'concluded' AND outcome IN ('adopt', 'reject'))
                     OR (NEW.status = 'merged' AND outcome = 'merge_into'))) THEN
                {refuse("'a measure is ' || NEW.status || ' only by a recorded decision'")}
            END IF;
            RETURN NEW;
        """,
    )
