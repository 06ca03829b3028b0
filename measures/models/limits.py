"""How often callers asked lately."""

from django.db import models


class RequestCount(models.Model):
    """One caller's requests under one policy in the window that ends at `until`; the key names all three.

    The table is UNLOGGED: it is written at every request, nothing is owed to anyone if a crash empties it, and so it
    costs neither the write-ahead log nor a wait for the disk. A standby has no copy of it; counting is the primary's.
    For the same reason no change of it owes an event: it says how often was asked, not what is so.

    Each window has a row of its own. PostgreSQL keeps every version of a row while any transaction is older than it,
    and an update passes all of them: with one row for all windows, a busy caller's requests took 20 times as long
    whenever an export or a backup ran.
    """

    key = models.CharField(max_length=100, primary_key=True)
    hits = models.PositiveIntegerField()
    # How many of the hits the last one who leased some took at once (operations.leases).
    leased = models.PositiveIntegerField(db_default=1)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["until"], name="request_count_until")]
