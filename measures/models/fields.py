"""Column types the models share."""

from typing import Any

from django.db import models


class NumericField(models.DecimalField):
    """A PostgreSQL `numeric` without a fixed scale: 16.1 comes back as 16.1, and no digit is ever rounded away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": None, "decimal_places": None, **kwargs})

    def db_type(self, connection: Any) -> str:
        return "numeric"

    def check(self, **kwargs: Any) -> list[Any]:
        # DecimalField insists on digits and places, which is what this type does without.
        return [error for error in super().check(**kwargs) if error.id not in ("fields.E130", "fields.E132")]


class PeriodColumns(models.Model):
    """The three columns of a half-open period: its type, its first day and the day after its last."""

    period_type = models.CharField(max_length=16)
    period_start = models.DateField()
    period_end = models.DateField()

    class Meta:
        abstract = True
