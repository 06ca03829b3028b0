"""Measures, who owns them, how they relate, and the ledger of their status."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value

from measures.models.decisions import by_decision
from measures.models.guards import append_only, audited, turns
from measures.models.history import Remembered, history_of
from measures.models.people import DateRange
from measures.models.revisions import approved_before_later
from measures.models.search import Concat, Fold
from measures.vocabulary import (
    AssignmentRole,
    Basis,
    Health,
    MeasureKind,
    MeasureLinkKind,
    MeasureStatus,
)

# How a report moves a measure's status; rules.transitions reads it, a trigger enforces it.
MEASURE_TURNS = (
    (MeasureStatus.NOT_STARTED, MeasureStatus.IN_PROGRESS),
    (MeasureStatus.NOT_STARTED, MeasureStatus.COMPLETED),
    (MeasureStatus.NOT_STARTED, MeasureStatus.SUSPENDED),
    (MeasureStatus.NOT_STARTED, MeasureStatus.DISCONTINUED),
    (MeasureStatus.IN_PROGRESS, MeasureStatus.COMPLETED),
    (MeasureStatus.IN_PROGRESS, MeasureStatus.SUSPENDED),
    (MeasureStatus.IN_PROGRESS, MeasureStatus.DISCONTINUED),
    (MeasureStatus.SUSPENDED, MeasureStatus.IN_PROGRESS),
    (MeasureStatus.SUSPENDED, MeasureStatus.DISCONTINUED),
    (MeasureStatus.COMPLETED, MeasureStatus.IN_PROGRESS),
)


# How a recorded decision moves it, and nothing else does.
DECIDED_TURNS = tuple(
    (source, target)
    for target in (MeasureStatus.CONCLUDED, MeasureStatus.MERGED)
    for source in (MeasureStatus.NOT_STARTED, MeasureStatus.IN_PROGRESS, MeasureStatus.SUSPENDED)
)


class Measure(models.Model):
    """A tracked undertaking (施策); its words are its element's, its status is the last row of StatusChange.

    `version` counts every change of what is shown of the measure and is its ETag.
    """

    code = models.CharField(max_length=64, unique=True)
    element = models.ForeignKey("measures.Element", models.PROTECT, related_name="measures")
    kind = models.CharField(max_length=8, choices=MeasureKind)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    action_type = models.CharField(max_length=32, blank=True)
    theme = models.CharField(max_length=64, blank=True)
    classification_basis = models.CharField(max_length=16, choices=Basis)
    due_on = models.DateField(null=True)
    status = models.CharField(max_length=16, choices=MeasureStatus, default=MeasureStatus.NOT_STARTED)
    status_since = models.DateField(null=True)
    health = models.CharField(max_length=16, choices=Health, default=Health.NOT_ASSESSED)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    folded = models.GeneratedField(
        expression=Fold(Concat("code", Value("|"), "title", Value("|"), "title_en")),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="measure_concluded_only_study",
                condition=~Q(status=MeasureStatus.CONCLUDED) | Q(kind=MeasureKind.STUDY),
            )
        ]
        triggers = [
            audited(),
            turns(legal=MEASURE_TURNS + DECIDED_TURNS, first=MeasureStatus.values, column="status"),
            by_decision(),
            approved_before_later("one.measure_id = NEW.id AND one.milestone_id IS NULL"),
            Remembered(fixed=("code", "element_id")),
        ]

    def __str__(self) -> str:
        return self.code


MeasureHistory = history_of(Measure)


class StatusChange(models.Model):
    """One turn of a measure's status or health, with what caused it; the ledger that past answers are drawn from."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="status_changes")
    status = models.CharField(max_length=16, choices=MeasureStatus)
    status_since = models.DateField(null=True)
    health = models.CharField(max_length=16, choices=Health)
    update = models.ForeignKey("measures.ProgressUpdate", models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "recorded_at"], name="status_change_once_at_a_time")]
        triggers = [audited(), *append_only()]


class Assignment(models.Model):
    """A ministry's role on a measure over time; exactly one ministry leads at a time."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="assignments")
    ministry = models.ForeignKey("measures.Ministry", models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=8, choices=AssignmentRole)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    basis = models.CharField(max_length=16, choices=Basis)
    reason = models.TextField()
    element = models.ForeignKey("measures.Element", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="assignment_one_lead",
                expressions=[("measure", RangeOperators.EQUAL), (DateRange(), RangeOperators.OVERLAPS)],
                condition=Q(role=AssignmentRole.LEAD),
            ),
            ExclusionConstraint(
                name="assignment_one_role_a_ministry",
                expressions=[
                    ("measure", RangeOperators.EQUAL),
                    ("ministry", RangeOperators.EQUAL),
                    (DateRange(), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="assignment_stated_names_its_lines",
                condition=~Q(basis=Basis.STATED) | Q(element__isnull=False),
            ),
            models.CheckConstraint(
                name="assignment_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
        ]
        triggers = [audited(), Remembered(fixed=("measure_id", "ministry_id", "role", "valid_from"))]


AssignmentHistory = history_of(Assignment)


class MeasureLink(models.Model):
    """How two measures hang together.

    Of those that are word for word the same, overlap, or where one was merged into the other, rollups count one. One
    that supersedes another or was split from it is a measure of its own. Where there is no theme it is blank.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="links")
    other = models.ForeignKey(Measure, models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=16, choices=MeasureLinkKind)
    theme = models.CharField(max_length=100)
    basis = models.CharField(max_length=16, choices=Basis)
    reason = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "other", "theme"], name="measure_link_once"),
            models.CheckConstraint(name="measure_link_to_another", condition=~Q(measure=F("other"))),
        ]
        triggers = [audited(), *append_only()]


class Quote(models.Model):
    """That a measure goes on in a later version of its document, and where it is said there."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="quotes")
    element = models.ForeignKey("measures.Element", models.PROTECT, related_name="quotes")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "element"], name="quote_once")]
        triggers = [audited(), *append_only()]


class KpiLink(models.Model):
    """That a KPI says something about a measure, and why we think so."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="kpi_links")
    kpi = models.ForeignKey("measures.Kpi", models.PROTECT, related_name="measure_links")
    basis = models.CharField(max_length=16, choices=Basis)
    reason = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "kpi"], name="kpi_link_once")]
        triggers = [audited(), *append_only()]
