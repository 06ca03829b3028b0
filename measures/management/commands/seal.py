"""`seal`: seals what is finished, signs a checkpoint and says how many it was; with `--forever` it stays at it."""

import logging
import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from measures.audit.log_keys import LogKeyError
from measures.operations import checkpoints, sealing
from measures.operations.checkpoints import LogBroken

EVERY_SECONDS = 0.25
# After what went wrong, such as a database that starts again.
RETRY_SECONDS = 1
SMALL = 1000
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
FAILURES = (DatabaseError, InterfaceError, LogKeyError, LogBroken)
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Gives finished events their position in the log, signs a checkpoint, and prints how many events it were."
    # What they check is none of the log's, and takes longer than sealing.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forever", action="store_true", help="go on every 250 ms until a signal ends it")

    def handle(self, *args: Any, **options: Any) -> None:
        over = Event()
        if options["forever"]:
            for number in ENDING:
                signal.signal(number, lambda *_: over.set())
            _keep_sealing(over)
            return
        total = _seal_all(over)
        try:
            checkpoints.checkpoint(at=timezone.now())
        except (LogKeyError, LogBroken) as error:
            raise CommandError(f"{total} events sealed, but not signed. {error}") from None
        self.stdout.write(str(total))


def _keep_sealing(over: Event) -> None:
    said, pause = "", EVERY_SECONDS
    while not over.wait(pause):
        try:
            _seal_all(over)
            checkpoints.checkpoint_when_due(at=timezone.now())
            said, pause = "", EVERY_SECONDS
        except FAILURES as error:
            connection.close()
            # Once, and not every second.
            if (reason := (str(error).splitlines() or [type(error).__name__])[0]) != said:
                log.warning("sealing stopped and is tried again: %s", reason)
            said, pause = reason, RETRY_SECONDS
    connection.close()


def _seal_all(over: Event) -> int:
    """How many events were sealed until no backlog was left; a large one takes several transactions.

    A batch is cut short only before a transaction that is too large for the rest of it, and then the next one is not.
    So two small ones are the end, and in a busy log, where there is always one more event, this ends too.
    """
    total = small = 0
    while small < 2 and not over.is_set() and (number := sealing.seal(at=timezone.now())):
        total += number
        small = small + 1 if number < SMALL else 0
    return total
