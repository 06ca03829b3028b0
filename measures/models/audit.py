"""The audit log's rows, and the note that a transaction still owes one."""

import pgtrigger
from django.db import models

from measures.models.guards import append_only, refuse
from measures.vocabulary import Audience

IN_TIME = "in_time"
THIS_CLUSTER = "(SELECT system_identifier FROM pg_control_system())"

UNLESS_EVENT = f"IF NOT EXISTS (SELECT FROM measures_event WHERE xid = NEW.xid AND cluster = {THIS_CLUSTER}) THEN "


class Event(models.Model):
    """What was done, when, by whom and on what; `body` is the canonical JSON whose hash is the leaf of the log.

    `xid` and `cluster` are stamped by the database: they tie the event to the one transaction that wrote it.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey("measures.Person", models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=32)
    subject_type = models.CharField(max_length=32)
    subject_code = models.CharField(max_length=128)
    body = models.TextField()
    leaf_hash = models.BinaryField(max_length=32)
    request_id = models.CharField(max_length=64, blank=True)
    audience = models.CharField(max_length=16, choices=Audience)
    ministry = models.ForeignKey("measures.Ministry", models.PROTECT, null=True, related_name="+")
    xid = models.BigIntegerField(default=0)
    cluster = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            # By cluster first: the sealer reads on from a transaction, past all that was restored from elsewhere.
            models.Index(fields=["cluster", "xid", "id"], name="event_xid"),
            models.Index(fields=["subject_type", "subject_code"], name="event_subject"),
            # With the moment, so that what was public by then is counted from the index alone.
            models.Index(fields=["audience", "at"], name="event_audience"),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_ministry_with_its_audience",
                condition=models.Q(audience=Audience.MINISTRY, ministry__isnull=False)
                | (~models.Q(audience=Audience.MINISTRY) & models.Q(ministry__isnull=True)),
            )
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="stamped",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"NEW.xid := pg_current_xact_id()::text::bigint; NEW.cluster := {THIS_CLUSTER};"
                " IF NEW.leaf_hash <> sha256('\\x00'::bytea || convert_to(NEW.body, 'UTF8')) THEN "
                + refuse("'the event''s leaf hash is not that of its body'")
                + " END IF; RETURN NEW;",
            ),
            # What is answered about a moment that lies further back can then never change any more. An import says
            # itself since when its rows are known.
            pgtrigger.Trigger(
                name=IN_TIME,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                operation=pgtrigger.Insert,
                func="IF NEW.at < clock_timestamp() - interval '10 seconds' AND NOT EXISTS"
                " (SELECT FROM measures_event WHERE xid = NEW.xid AND cluster = NEW.cluster AND verb = 'import') THEN "
                + refuse("'an event is committed within 10 seconds of its moment: do it again'")
                + " END IF; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.verb} {self.subject_type} {self.subject_code}"


class AuditDue(models.Model):
    """A transaction that changed a guarded table; its one deferred trigger refuses the commit without an event."""

    xid = models.BigIntegerField(primary_key=True)

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="event_owed",
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                operation=pgtrigger.Insert,
                func=UNLESS_EVENT  # noqa: S608 nothing in it comes from outside
                + refuse("'no change without an audit event: record one in the same transaction'")
                + " END IF; DELETE FROM measures_auditdue WHERE xid = NEW.xid; RETURN NULL;",
            )
        ]
