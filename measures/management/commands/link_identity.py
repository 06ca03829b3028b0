"""`link_identity USERNAME SUBJECT`: lets an account at the identity provider open one here."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measures.errors import Refusal
from measures.management.accounts import account
from measures.operations import sign_in_identities


class Command(BaseCommand):
    help = "Lets an account at the identity provider, named by its subject there, open an account here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("subject", help="the claim `sub`, which the provider's administrators know")

    def handle(self, *args: Any, **options: Any) -> None:
        person = account(options["username"])
        if not settings.SOCIALACCOUNT_PROVIDERS:
            raise CommandError("No identity provider is configured: set OIDC_ISSUER and what belongs to it.")
        (app,) = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        given = {"issuer": app["settings"]["issuer"], "subject": options["subject"]}
        try:
            sign_in_identities.link(person=person, **given, at=timezone.now(), linker_id=None, by="administrator")
        except Refusal as refusal:
            raise CommandError(refusal.detail) from None
        self.stdout.write(f"{person.username} can sign in with that identity.")
