"""The current computed truth, one row per KPI and per measure; derived, so it can always be rebuilt."""

from django.db import models

from measures.models.fields import NumericField
from measures.models.guards import append_only, audited
from measures.models.history import Remembered, history_of
from measures.vocabulary import DataState, PeriodType, Rating, StandingState


class RuleChange(models.Model):
    """That ratings follow another rule from now on; the last row names the one in force, without any it is the first.

    What a rule does is in rules.kpi.
    """

    rule = models.CharField(max_length=16)
    reason = models.TextField()
    set_by = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        triggers = [audited(), *append_only()]


class KpiStanding(models.Model):
    """What rules.kpi says of a KPI's latest value; numbers are unrounded, null means there is none."""

    kpi = models.OneToOneField("measures.Kpi", models.CASCADE, primary_key=True, related_name="standing")
    state = models.CharField(max_length=16, choices=StandingState)
    rating = models.CharField(max_length=1, choices=Rating, null=True)
    rule = models.CharField(max_length=16)
    data_state = models.CharField(max_length=16, choices=DataState)
    value = NumericField(null=True)
    low = NumericField(null=True)
    high = NumericField(null=True)
    period_type = models.CharField(max_length=16, choices=PeriodType, null=True)
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    progress = NumericField(null=True)
    elapsed = NumericField(null=True)
    required = NumericField(null=True)
    target = NumericField(null=True)
    target_low = NumericField(null=True)
    target_high = NumericField(null=True)
    baseline = NumericField(null=True)
    met = models.BooleanField(null=True)
    met_on_type = models.CharField(max_length=16, choices=PeriodType, null=True)
    met_on_start = models.DateField(null=True)
    met_on_end = models.DateField(null=True)
    lost = models.BooleanField()
    provisional = models.BooleanField()
    approximate = models.BooleanField()
    indeterminate = models.BooleanField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "rating"], name="kpi_standing_groups")]
        triggers = [Remembered()]


KpiStandingHistory = history_of(KpiStanding)


class MeasureStanding(models.Model):
    """How a measure's KPIs stand together: never one number, so `rating` comes with its coverage.

    `rating` is the worst of the rated KPIs. `total` KPIs are linked, `ratable` of them have a target with a number,
    `rated` got A or B, `met` are at or past their target. `divergent` sets the declared health against the states of
    the KPIs, `explained_by` is the approved report that explains the divergence as it is now, null when none does.
    """

    measure = models.OneToOneField("measures.Measure", models.CASCADE, primary_key=True, related_name="standing")
    rating = models.CharField(max_length=1, choices=Rating, null=True)
    rule = models.CharField(max_length=16)
    total = models.PositiveIntegerField()
    ratable = models.PositiveIntegerField()
    rated = models.PositiveIntegerField()
    met = models.PositiveIntegerField()
    divergent = models.BooleanField()
    explained_by = models.ForeignKey("measures.ProgressUpdate", models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        triggers = [Remembered()]


MeasureStandingHistory = history_of(MeasureStanding)
