"""`reset_factor USERNAME`: takes the second factor from an account whose owner lost it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from measures.management.accounts import account
from measures.operations import sign_in_factors


class Command(BaseCommand):
    help = "Takes the second factor and its recovery codes from an account and ends its sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", default="", help="why; it is kept in the log")

    def handle(self, *args: Any, **options: Any) -> None:
        person = account(options["username"])
        given = {"at": timezone.now(), "remover_id": None, "reason": options["reason"]}
        was_there = sign_in_factors.remove(person=person, **given)
        self.stdout.write(f"{person.username} {'has no second factor any more' if was_there else 'had none'}.")
