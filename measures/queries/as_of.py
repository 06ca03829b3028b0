"""The past: within `known_at(moment)` every read is answered as it could have been answered then."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction


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
