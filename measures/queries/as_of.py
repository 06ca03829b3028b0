"""The past: within `known_at(moment)` every read is answered as it could have been answered then.

Within `reading(moment)` so is a file: all of its statements see one state, and it may take longer than an answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

# A file of all there is, on a slow machine.
LONGEST_FILE = "10min"


@contextmanager
def known_at(moment: datetime | None) -> Iterator[None]:
    """Shows what was recorded by `moment` to every statement inside, which can only read; None shows the present.

    A transaction of its own and one statement more. What commits later with an earlier moment is seen by a later
    question only, so an answer is final once `moment` lies further back than any transaction may run.
    """
    if moment is None:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            # The views of models.as_of, and the moment that they read.
            cursor.execute(
                "SELECT set_config('search_path', 'as_of, public', true), set_config('measures.known_at', %s, true),"
                " set_config('transaction_read_only', 'on', true)",
                [moment.isoformat()],
            )
        yield
        # There is nothing to commit, and a caller in a transaction of their own gets the present back after it.
        transaction.set_rollback(True)


@contextmanager
def reading(moment: datetime | None) -> Iterator[None]:
    """One state of the database for all statements inside, which can only read: that of `moment`, or of now.

    Inside of another transaction it is that one's states.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            if not connection.savepoint_ids:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true), set_config('transaction_read_only', 'on', true)",
                [LONGEST_FILE],
            )
        with known_at(moment):
            yield
        transaction.set_rollback(True)
