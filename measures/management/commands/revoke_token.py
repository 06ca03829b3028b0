"""`revoke_token ID`: ends a token at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measures.models import Token
from measures.operations import tokens


class Command(BaseCommand):
    help = "Ends a token at once and for good; ID is the part before the dot."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id")

    def handle(self, *args: Any, **options: Any) -> None:
        public_id = options["id"].partition(".")[0]
        try:
            token = tokens.revoke(public_id=public_id, at=timezone.now(), revoker_id=None)
        except Token.DoesNotExist:
            raise CommandError(f"There is no token '{public_id}'.") from None
        self.stdout.write(f"Token {token.public_id} of {token.person.username} is revoked.")
