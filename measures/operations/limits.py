"""Counting requests: one statement each, in no one's transaction, so that no two can be the tenth."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from measures.models import RequestCount
from measures.rules.limits import Quota, Spent

# The row's lock makes those who ask at once stand in line; each gets a number of its own. Who has nothing left is
# refused without another version of the row.
ONE_MORE = "ON CONFLICT (key) DO UPDATE SET hits = held.hits + 1 WHERE held.hits < %(most)s::int RETURNING hits"
BARRED = """
    EXISTS (SELECT FROM measures_requestcount AS bar WHERE bar.key = %(bar)s::text AND bar.hits >= %(bar_most)s::int)
"""
SPEND = f"""
    INSERT INTO measures_requestcount AS held (key, hits, until) VALUES (%(key)s, 1, %(until)s) {ONE_MORE}, {BARRED}
"""  # noqa: S608 nothing in it comes from outside
SWEEP = """
    DELETE FROM measures_requestcount WHERE key IN (
        SELECT key FROM measures_requestcount WHERE until < %s ORDER BY until LIMIT %s FOR UPDATE SKIP LOCKED)
"""
# One in 50 of those who begin a window sweeps ten times as many as came since the last sweep.
SWEPT_EVERY, SWEPT_AT_ONCE = 50, 500
# Another server's clock may be behind, and its window still open.
SWEPT_AFTER = timedelta(minutes=1)


def spend(*, quota: Quota, at: datetime, bar: Quota | None = None) -> Spent | None:
    """Counts one request and says what is left; None when the policy is off. One statement.

    When `bar` is used up, the answer is about that one: who guessed too often is not told whether the next guess,
    which may be right, was.
    """
    if bar is not None and bar.policy.is_off:
        bar = None
    if quota.policy.is_off:
        return Spent(bar, bar.policy.most + 1, at) if bar and _is_used_up(bar, at) else None
    given: dict[str, str | int | datetime | None] = {
        "key": quota.key(at),
        "until": quota.until(at),
        "most": quota.policy.most,
        "bar": bar.key(at) if bar else None,
        "bar_most": bar.policy.most if bar else 0,
    }
    with connection.cursor() as cursor:
        cursor.execute(SPEND, given)
        row = cursor.fetchone()
    hits, is_barred = row or (None, bar is not None and _is_used_up(bar, at))
    return counted(quota, hits, at=at, barred_by=bar if is_barred else None, begins=hits == 1)


def counted(
    quota: Quota, hits: int | None, *, at: datetime, barred_by: Quota | None, begins: bool = False
) -> Spent | None:
    """What is left after a request that was counted as the `hits`-th, None for one too many.

    Now and then, when it `begins` a window, those that ended are swept away.
    """
    # The clock's last digits are as good as a die, and a test can choose them.
    if begins and at.microsecond % SWEPT_EVERY == 0:
        with connection.cursor() as cursor:
            cursor.execute(SWEEP, [at - SWEPT_AFTER, SWEPT_AT_ONCE])
    if barred_by:
        return Spent(barred_by, barred_by.policy.most + 1, at)
    if quota.policy.is_off:
        return None
    return Spent(quota, hits or quota.policy.most + 1, at)


def give_back(spent: Spent) -> Spent:
    """Takes back what was counted, as for a password that was right after all."""
    RequestCount.objects.filter(key=spent.quota.key(spent.at), hits__gt=0).update(hits=F("hits") - 1)
    return replace(spent, hits=spent.hits - 1)


def _is_used_up(quota: Quota, at: datetime) -> bool:
    return RequestCount.objects.filter(key=quota.key(at), hits__gte=quota.policy.most).exists()
