"""Published reports of cycles: what was known of a document at a moment, frozen with the files that were made of it."""

import pgtrigger
from django.db import models
from django.db.models import Q

from measures.models.guards import append_only, audited, refuse

HASHED = """
    IF NEW.sha256 <> encode(sha256({content}), 'hex') THEN
        {refusal}
    END IF;
    RETURN NEW;
"""
SUCCEEDS = f"""
    IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (SELECT FROM measures_report WHERE id = NEW.supersedes_id
        AND cycle_id = NEW.cycle_id AND number = NEW.number - 1 AND known_at < NEW.known_at) THEN
        {refuse("'a report supersedes the version before it, of the same cycle and known earlier'")}
    END IF;
    RETURN NEW;
"""


def _hashed(content: str) -> pgtrigger.Trigger:
    """The column `sha256` is that of the bytes that the SQL `content` says."""
    refusal = refuse("'the sha256 is not that of the content'")
    return pgtrigger.Trigger(
        name="hashed",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=HASHED.format(content=content, refusal=refusal),
    )


class Report(models.Model):
    """Version `number` of a cycle's report. `text` is canonical JSON of what every reader could see at `known_at`.

    `rule` is the one that ratings followed then, `revision` how many public events there were, `checkpoint` the newest
    signed one; `reason` is why there is a further version.
    """

    code = models.CharField(max_length=48, unique=True)
    cycle = models.ForeignKey("measures.Cycle", models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    reason = models.TextField(blank=True)
    known_at = models.DateTimeField()
    rule = models.CharField(max_length=16)
    revision = models.BigIntegerField()
    checkpoint = models.ForeignKey("measures.Checkpoint", models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="report_version_once_a_cycle"),
            models.CheckConstraint(
                name="report_later_version_supersedes_with_a_reason",
                condition=Q(number=1, supersedes__isnull=True)
                | (Q(number__gt=1, supersedes__isnull=False) & ~Q(reason="")),
            ),
        ]
        triggers = [
            audited(),
            *append_only(),
            _hashed("convert_to(NEW.text, 'UTF8')"),
            pgtrigger.Trigger(name="succeeds", when=pgtrigger.Before, operation=pgtrigger.Insert, func=SUCCEEDS),
        ]

    def __str__(self) -> str:
        return self.code


class ReportFile(models.Model):
    """A file that was made of a report when it was published, and is given out as it is for ever."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="files")
    name = models.CharField(max_length=32)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "name"], name="report_file_once")]
        triggers = [audited(), *append_only(), _hashed("NEW.data")]

    def __str__(self) -> str:
        return self.name
