"""Reporting cycles of a document."""

from django.db import models
from django.db.models import F, Q

from measures.models.guards import audited, turns
from measures.models.history import Remembered, history_of
from measures.vocabulary import CycleState

CYCLE_TURNS = (
    (CycleState.PLANNED, CycleState.OPEN),
    (CycleState.OPEN, CycleState.CLOSED),
    (CycleState.CLOSED, CycleState.OPEN),
)


class Cycle(models.Model):
    """A round of reporting over a half-open period; `due_on` is the last day that counts as on time."""

    code = models.CharField(max_length=32, unique=True)
    document = models.ForeignKey("measures.Document", models.PROTECT, related_name="cycles")
    state = models.CharField(max_length=8, choices=CycleState, default=CycleState.PLANNED)
    period_type = models.CharField(max_length=16)
    period_start = models.DateField()
    period_end = models.DateField()
    opens_on = models.DateField()
    due_on = models.DateField()
    closes_on = models.DateField()
    is_demo = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(state=CycleState.OPEN), name="cycle_one_open_a_document"
            ),
            models.CheckConstraint(
                name="cycle_days_in_order",
                condition=Q(opens_on__lte=F("due_on"), due_on__lte=F("closes_on"), period_end__gt=F("period_start")),
            ),
        ]
        triggers = [
            audited(),
            turns(legal=CYCLE_TURNS, first=CycleState.values),
            Remembered(fixed=("code", "document_id")),
        ]

    def __str__(self) -> str:
        return self.code


CycleHistory = history_of(Cycle)
