"""`unlink_identity USERNAME`: no account at the identity provider opens this one any more."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from measures.management.accounts import account
from measures.operations import sign_in_identities


class Command(BaseCommand):
    help = "Takes all identities of the identity provider from an account and ends its sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        person = account(options["username"])
        was_there = sign_in_identities.unlink(person=person, at=timezone.now(), remover_id=None)
        self.stdout.write(f"{person.username} {'has no identity any more' if was_there else 'had none'}.")
