"""`set_password USERNAME`: gives an account a new random password and prints it, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measures.models import Person
from measures.operations import people


class Command(BaseCommand):
    help = "Gives an account a new random password and prints it, and only it; it cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(username=options["username"]).first()
        if person is None:
            known = ", ".join(Person.objects.order_by("username").values_list("username", flat=True)[:20])
            raise CommandError(f"There is no person '{options['username']}'. Known are: {known or 'none yet'}.")
        self.stdout.write(people.set_new_password(people=[person], at=timezone.now(), setter_id=None))
