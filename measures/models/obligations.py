"""Obligations: what each measure owes in a reporting cycle, by when, and what was frozen on that day."""

import pgtrigger
from django.db import models
from django.db.models import Q

from measures.models.guards import audited, refuse
from measures.models.history import Remembered, history_of

# The day in Japan of an instant: a report handed in on the day it is due is on time.
DAY = "({instant} AT TIME ZONE 'Asia/Tokyo')::date"


def _day(instant: str) -> str:
    return DAY.format(instant=instant)


class Obligation(models.Model):
    """That a measure's report is due in a cycle, from the ministry that leads on `due_on`; its state is computed.

    `reported_at` is when the report that stands now was first submitted, null when none stands. `in_time_at` is the
    same as it stood at the end of `due_on`, and never changes after that day.
    """

    cycle = models.ForeignKey("measures.Cycle", models.PROTECT, related_name="obligations")
    measure = models.ForeignKey("measures.Measure", models.PROTECT, related_name="obligations")
    ministry = models.ForeignKey("measures.Ministry", models.PROTECT, related_name="obligations")
    due_on = models.DateField()
    reported_at = models.DateTimeField(null=True)
    in_time_at = models.DateTimeField(null=True)
    waived_at = models.DateTimeField(null=True)
    waiver_reason = models.TextField(blank=True)
    unlocked_until = models.DateTimeField(null=True)
    unlock_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "measure"], name="obligation_once_a_measure_and_cycle"),
            models.CheckConstraint(
                name="obligation_waived_with_a_reason",
                condition=Q(waived_at__isnull=True, waiver_reason="")
                | (Q(waived_at__isnull=False) & ~Q(waiver_reason="")),
            ),
            models.CheckConstraint(
                name="obligation_unlocked_with_a_reason",
                condition=Q(unlocked_until__isnull=True, unlock_reason="")
                | (Q(unlocked_until__isnull=False) & ~Q(unlock_reason="")),
            ),
        ]
        triggers = [
            audited(),
            pgtrigger.Trigger(
                name="frozen_when_due",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF TG_OP = 'DELETE' THEN
                        {refuse("'an obligation stays: waive it instead'")}
                    ELSIF {_day("NEW.in_time_at")} > NEW.due_on THEN
                        {refuse("'what is reported after the day it was due is not in time'")}
                    ELSIF TG_OP = 'UPDATE' THEN
                        IF NEW.in_time_at IS DISTINCT FROM OLD.in_time_at
                            AND {_day("NEW.updated_at")} > OLD.due_on THEN
                            {refuse("'whether a report was in time is frozen on the day it was due'")}
                        ELSIF NEW.due_on < OLD.due_on
                            OR (NEW.due_on > OLD.due_on AND {_day("NEW.updated_at")} > OLD.due_on) THEN
                            {refuse("'a day that something is due only moves on, and only before it has passed'")}
                        ELSIF OLD.waived_at IS NOT NULL AND NEW.waived_at IS DISTINCT FROM OLD.waived_at THEN
                            {refuse("'what was waived stays waived'")}
                        END IF;
                    END IF;
                    RETURN NEW;
                """,
            ),
            Remembered(fixed=("cycle_id", "measure_id")),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id}/{self.cycle_id}"


ObligationHistory = history_of(Obligation)
