"""Imports: files that officers sent to report with, what was found wrong in each, and what came of it."""

from django.db import models
from django.db.models import Q

from measures.models.guards import audited, turns
from measures.vocabulary import ImportState

IMPORT_TURNS = ((ImportState.DRY_RUN, ImportState.COMMITTED),)


class Import(models.Model):
    """One file for one cycle, kept under its sha256; it is its owner's alone.

    `problems` are {sheet, row, column, cell, code, value, detail: {ja, en}}, none where it may be committed. `changes`
    are {measure, verb, values, update}: what committing does or did to each report, by the event's verb or "keep".
    """

    owner = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("measures.Cycle", models.PROTECT, related_name="+")
    ministry = models.ForeignKey("measures.Ministry", models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=ImportState)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    recorded_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="import_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="import_refused_has_problems",
                condition=Q(state=ImportState.REFUSED) & ~Q(problems=[])
                | ~Q(state=ImportState.REFUSED) & Q(problems=[]),
            ),
            models.CheckConstraint(
                name="import_committed_both_or_neither",
                condition=Q(state=ImportState.COMMITTED, committed_at__isnull=False)
                | ~Q(state=ImportState.COMMITTED) & Q(committed_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["owner", "sha256"], name="import_of_owner")]
        triggers = [audited(), turns(legal=IMPORT_TURNS, first=[ImportState.DRY_RUN, ImportState.REFUSED])]

    def __str__(self) -> str:
        return self.name
