"""Evidence: what a report or a milestone rests on, as a file or an address; who says so, and who verified it."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5

from measures.models.guards import append_only, audited, refuse
from measures.models.history import Remembered, history_of
from measures.models.progress import EDITABLE
from measures.vocabulary import EvidenceKind, UpdateState

EMPTY = Q(name="", media_type="", size=None)
STATES = ", ".join(f"'{state.value}'" for state in EDITABLE)
# Evidence of a report is recorded with it, and goes with a draft that is discarded.
WITH_ITS_UPDATE = (
    "COALESCE((SELECT updated_at FROM measures_progressupdate WHERE id = {row}.update_id), {row}.recorded_at)"
)


class Evidence(models.Model):
    """A file, kept under its sha256, or an address with the sha256 of what was seen there, if anyone noted it.

    It belongs to a report or to a milestone, and is never changed: what takes its place `replaces` it.
    """

    measure = models.ForeignKey("measures.Measure", models.PROTECT, related_name="+")
    ministry = models.ForeignKey("measures.Ministry", models.PROTECT, related_name="+")
    update = models.ForeignKey("measures.ProgressUpdate", models.PROTECT, null=True, related_name="evidence")
    milestone = models.ForeignKey("measures.Milestone", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=16, choices=EvidenceKind)
    title = models.CharField(max_length=200)
    url = models.TextField(blank=True)
    name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    released_on = models.DateField(null=True)
    replaces = models.ForeignKey("self", models.DO_NOTHING, null=True, related_name="+")
    claimed_by = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="evidence_of_a_report_or_a_milestone",
                condition=Q(update__isnull=False, milestone=None) | Q(update=None, milestone__isnull=False),
            ),
            models.CheckConstraint(
                name="evidence_is_a_file_or_an_address",
                condition=(Q(kind=EvidenceKind.FILE, url="") & ~Q(name="") & ~Q(media_type="") & Q(size__gt=0))
                | (Q(kind=EvidenceKind.ADDRESS) & EMPTY & ~Q(url="")),
            ),
            models.CheckConstraint(
                name="evidence_sha256",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$") | Q(kind=EvidenceKind.ADDRESS, sha256=""),
            ),
            # An index takes no address of 2,000 letters.
            models.UniqueConstraint("update", MD5("url"), "sha256", name="evidence_once_a_report"),
            models.UniqueConstraint("milestone", MD5("url"), "sha256", name="evidence_once_a_milestone"),
        ]
        triggers = [
            audited(),
            pgtrigger.Trigger(
                name="frozen_with_its_update",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF TG_OP = 'UPDATE' THEN
                        {refuse("'evidence never changes: add what takes its place'")}
                    ELSIF TG_OP = 'INSERT' THEN
                        IF NEW.update_id IS NOT NULL AND NOT EXISTS (SELECT FROM measures_progressupdate
                            WHERE id = NEW.update_id AND state IN ({STATES})) THEN
                            {refuse("'evidence is added to a report only while it is a draft or returned'")}
                        END IF;
                        RETURN NEW;
                    ELSIF NOT EXISTS (SELECT FROM measures_progressupdate
                        WHERE id = OLD.update_id AND state = '{UpdateState.DRAFT.value}') THEN
                        {refuse("'evidence goes only with a draft that is discarded'")}
                    END IF;
                    RETURN OLD;
                """,  # noqa: S608 nothing in it comes from outside
            ),
            Remembered(moment=WITH_ITS_UPDATE),
        ]

    def __str__(self) -> str:
        return self.title


EvidenceHistory = history_of(Evidence, found_by=("measure_id",))


class EvidenceVerification(models.Model):
    """That someone else than who claimed it looked at the evidence and found it to be what it says."""

    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="verification")
    verified_by = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        triggers = [
            audited(),
            *append_only(),
            pgtrigger.Trigger(
                name="four_eyes",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="IF EXISTS (SELECT FROM measures_evidence WHERE id = NEW.evidence_id"
                " AND claimed_by_id = NEW.verified_by_id) THEN "
                + refuse("'nobody verifies what they claimed'")
                + " END IF; RETURN NEW;",
            ),
        ]
