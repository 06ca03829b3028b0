"""Milestones: deeds of a measure with a day by which they are due."""

from django.db import models
from django.db.models import Q

from measures.models.guards import audited
from measures.models.history import Remembered, history_of
from measures.models.revisions import approved_before_later
from measures.vocabulary import Basis


class Milestone(models.Model):
    """Something to be done by `due_on`; once done it has the day and the evidence, before that neither."""

    measure = models.ForeignKey("measures.Measure", models.PROTECT, related_name="milestones")
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    basis = models.CharField(max_length=16, choices=Basis)
    reason = models.TextField()
    done_on = models.DateField(null=True)
    evidence = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "title", "due_on"], name="milestone_once"),
            models.CheckConstraint(
                name="milestone_done_both_or_neither",
                condition=Q(done_on__isnull=True, evidence="") | (Q(done_on__isnull=False) & ~Q(evidence="")),
            ),
        ]
        triggers = [
            audited(),
            approved_before_later("one.milestone_id = NEW.id"),
            Remembered(fixed=("measure_id",)),
        ]

    def __str__(self) -> str:
        return self.title


MilestoneHistory = history_of(Milestone)
