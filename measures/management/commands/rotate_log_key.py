"""`rotate_log_key`: makes a new key for the log's checkpoints; the old one stays aside, and published."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measures.audit.log_keys import LogKeyError
from measures.operations import checkpoints


class Command(BaseCommand):
    help = "Makes the key that signs the log from now on, and prints its public half."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = checkpoints.rotate_key(at=timezone.now())
        except LogKeyError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(key.vkey)
