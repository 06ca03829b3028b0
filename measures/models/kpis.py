"""KPIs, their baselines and targets, the values observed, and where each value was published."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value

from measures.models import aims
from measures.models.fields import NumericField, PeriodColumns
from measures.models.guards import append_only, audited
from measures.models.history import Remembered, history_of
from measures.models.search import Concat, Fold
from measures.vocabulary import Basis, Direction, ObservationStatus, PeriodType, TargetKind


class Kpi(models.Model):
    """An indicator (指標): what is counted, in which unit, over which kind of period, to how many decimals."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    unit = models.CharField(max_length=32)
    direction = models.CharField(max_length=8, choices=Direction, blank=True)
    period_type = models.CharField(max_length=16, choices=PeriodType)
    period_note = models.CharField(max_length=100, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    statistic = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    notes = ArrayField(models.TextField(), default=list)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    folded = models.GeneratedField(
        expression=Fold(Concat("code", Value("|"), "name", Value("|"), "name_en", Value("|"), "definition")),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        triggers = [audited(), Remembered(fixed=("code",)), aims.turned()]

    def __str__(self) -> str:
        return self.code


KpiHistory = history_of(Kpi)


class Source(models.Model):
    """Where a value was published; `tier` says how near the publisher ("primary", "copy of primary", "secondary")."""

    code = models.CharField(max_length=64, null=True, unique=True)
    title = models.TextField()
    publisher = models.CharField(max_length=200, blank=True)
    url = models.TextField(blank=True)
    published_on = models.DateField(null=True)
    tier = models.CharField(max_length=32, blank=True)

    class Meta:
        triggers = [audited(), *append_only()]

    def __str__(self) -> str:
        return self.title


def value_or_range(prefix: str) -> models.CheckConstraint:
    """A number, or both ends of a range in order, never both kinds and never neither.

    Every column is asked for by name: a CHECK that comes out as NULL passes.
    """
    return models.CheckConstraint(
        name=f"{prefix}_value_or_range",
        condition=Q(value__isnull=False, low__isnull=True, high__isnull=True)
        | Q(value__isnull=True, low__isnull=False, high__isnull=False, high__gte=F("low")),
    )


class ValueColumns(PeriodColumns):
    """What is said of one KPI for one period: a number or an explicit range, and how sure it is."""

    value = NumericField(null=True)
    low = NumericField(null=True)
    high = NumericField(null=True)
    status = models.CharField(max_length=16, choices=ObservationStatus, default=ObservationStatus.FINAL)
    approximate = models.BooleanField(default=False)
    derived = models.BooleanField(default=False)
    derivation = models.TextField(blank=True)
    note = models.TextField(blank=True)

    class Meta:
        abstract = True


class Observation(ValueColumns):
    """A published value (実績値) as we learnt it; a second value for a period comes only by correcting the first."""

    kpi = models.ForeignKey(Kpi, models.PROTECT, related_name="observations")
    source = models.ForeignKey(Source, models.PROTECT, related_name="observations")
    further_sources = models.ManyToManyField(Source, through="ObservationSource", related_name="+")
    update = models.ForeignKey("measures.ProgressUpdate", models.PROTECT, null=True, related_name="observed")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            value_or_range("observation"),
            models.UniqueConstraint(
                fields=["kpi", "period_type", "period_start", "recorded_at"], name="observation_once_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["kpi", "period_type", "period_start"],
                condition=Q(corrects__isnull=True),
                name="observation_second_value_corrects",
            ),
            models.CheckConstraint(
                name="observation_correction_has_reason", condition=Q(corrects__isnull=True) | ~Q(reason="")
            ),
            models.CheckConstraint(name="observation_period_half_open", condition=Q(period_end__gt=F("period_start"))),
        ]
        triggers = [audited(), *append_only()]


class ObservationSource(models.Model):
    """A further place where the same value was read."""

    observation = models.ForeignKey(Observation, models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["observation", "source"], name="observation_source_once")]
        triggers = [audited(), *append_only()]


class Baseline(models.Model):
    """The value a target is measured from; a null value is a legal state that gives the target no number.

    One that eases the KPI's target is `proposed`, and holds once its verdict approves it, any other from the moment it
    is recorded. `set_by` is who recorded it; the rows of the import have none.
    """

    kpi = models.ForeignKey(Kpi, models.PROTECT, related_name="baselines")
    period_type = models.CharField(max_length=16, choices=PeriodType)
    period_start = models.DateField()
    period_end = models.DateField()
    value = NumericField(null=True)
    basis = models.CharField(max_length=16, choices=Basis)
    reason = models.TextField()
    set_by = models.ForeignKey("measures.Person", models.PROTECT, null=True, related_name="+")
    proposed = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="revisions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi"], condition=Q(supersedes__isnull=True, proposed=False), name="baseline_one_ledger"
            ),
            models.UniqueConstraint(
                fields=["supersedes"], condition=Q(proposed=False), name="baseline_revised_at_once_once"
            ),
            models.CheckConstraint(
                name="baseline_proposed_by_someone", condition=Q(proposed=False) | Q(set_by__isnull=False)
            ),
        ]
        triggers = [audited(), *append_only(), aims.restated()]


class Target(models.Model):
    """What a KPI must reach by `due_on`; a revision is a new row that supersedes the old.

    A revision that is `proposed` holds once its verdict approves it, any other from the moment it is recorded.
    `effective_on` is the day from which whoever decided it says it holds, `set_by` is who recorded it; the rows of the
    import have neither.
    `value` reads by kind: the number itself (absolute, maintain), the rate of change r of b x (1 + r) (relative),
    the factor n of b x n (multiple); a range has `low` and `high` instead.
    """

    kpi = models.ForeignKey(Kpi, models.PROTECT, related_name="targets")
    kind = models.CharField(max_length=16, choices=TargetKind)
    value = NumericField(null=True)
    low = NumericField(null=True)
    high = NumericField(null=True)
    due_on = models.DateField()
    stated_as = models.TextField(blank=True)
    element = models.ForeignKey("measures.Element", models.PROTECT, null=True, related_name="targets")
    source = models.TextField()
    basis = models.CharField(max_length=16, choices=Basis)
    reason = models.TextField()
    effective_on = models.DateField(null=True)
    set_by = models.ForeignKey("measures.Person", models.PROTECT, null=True, related_name="+")
    proposed = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="revisions")

    class Meta:
        constraints = [
            value_or_range("target"),
            models.CheckConstraint(
                name="target_range_has_ends",
                condition=Q(kind=TargetKind.RANGE, low__isnull=False)
                | (~Q(kind=TargetKind.RANGE) & Q(value__isnull=False)),
            ),
            models.UniqueConstraint(fields=["kpi"], condition=Q(supersedes__isnull=True), name="target_one_ledger"),
            models.UniqueConstraint(
                fields=["supersedes"], condition=Q(proposed=False), name="target_revised_at_once_once"
            ),
            models.CheckConstraint(
                name="target_proposed_revises",
                condition=Q(proposed=False) | Q(supersedes__isnull=False, set_by__isnull=False),
            ),
        ]
        triggers = [audited(), *append_only(), aims.revised()]
