"""The sealed log: each event's final position, the Merkle tree over them, and what was signed of it.

All of it is made from events and can be made again from them, so no change here owes an event; nothing is rewritten.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from measures.models.guards import append_only, refuse


class SealedEvent(models.Model):
    """Where an event stands in the log, for ever: 1, 2, 3, ... without gaps."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField("measures.Event", models.PROTECT, related_name="sealed")

    class Meta:
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="gapless",
                when=pgtrigger.After,
                level=pgtrigger.Statement,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="added"),
                declare=[("edge", "bigint")],
                func="SELECT min(position) - 1 INTO edge FROM added;"  # noqa: S608 nothing in it comes from outside
                " IF (SELECT max(position) - edge <> count(*) FROM added) OR edge <> 0"
                " AND NOT EXISTS (SELECT FROM measures_sealedevent WHERE position = edge) THEN "
                + refuse("'positions of the log follow each other without a gap'")
                + " END IF; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: event {self.event_id}"


class TreeNode(models.Model):
    """A complete node of the RFC 9162 tree, 32 bytes; level 0 holds the leaf hashes as they were when sealed."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tree_node_is_in_the_tree",
                condition=Q(level__gte=0, index__gte=0),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"({self.level}, {self.index})"


class SealedBatch(models.Model):
    """What one sealing added: positions `first` to `last`, and how far it looked. The newest has the largest id.

    Every transaction of `cluster` below `watermark` was finished and its events are sealed, and so are those of the
    transaction `watermark` itself up to the event `watermark_event`. `counts` is how many events of each audience,
    {"public": 12, "restricted": 3, "ministry:mext": 4}, stand at the positions up to `last`.

    A batch that only says how far was looked, after a restore, holds nothing: its `last` is `first` - 1.
    """

    first = models.BigIntegerField()
    last = models.BigIntegerField()
    watermark = models.BigIntegerField()
    watermark_event = models.BigIntegerField(default=0)
    cluster = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    counts = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sealed_batch_runs_forward",
                condition=Q(first__gte=1, last__gte=F("first") - 1),
            ),
            models.UniqueConstraint(
                fields=["first"], condition=Q(last__gte=F("first")), name="sealed_batch_begins_once"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


class Checkpoint(models.Model):
    """The signed note on the first `size` positions; `text` is all of it, as published."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"


class LogKey(models.Model):
    """A public key of the log, as signed notes write it; it signs from `since`, when the log had `since_size`."""

    vkey = models.CharField(max_length=200, unique=True)
    since = models.DateTimeField()
    since_size = models.BigIntegerField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return self.vkey
