"""`lift_lockout USERNAME`: lets an account be signed in to again that took too many wrong passwords."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from measures.management.accounts import account
from measures.operations import sign_in


class Command(BaseCommand):
    help = "Lets an account be signed in to again at once that took too many wrong passwords or codes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        person = account(options["username"])
        was_locked = sign_in.lift(person=person, at=timezone.now(), lifter_id=None)
        self.stdout.write(f"{person.username} {'can sign in again' if was_locked else 'was not locked'}.")
