"""`lift_lockout USERNAME`: lets an account be signed in to again that took too many wrong passwords."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measures.models import Person
from measures.operations import sign_in


class Command(BaseCommand):
    help = "Lets an account be signed in to again at once that took too many wrong passwords or codes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(f"There is no person '{options['username']}'.")
        was_locked = sign_in.lift(person=person, at=timezone.now(), lifter_id=None)
        self.stdout.write(f"{person.username} {'can sign in again' if was_locked else 'was not locked'}.")
