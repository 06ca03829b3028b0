"""`issue_token USERNAME --scope report --scope read`: prints a new token, and only it, on standard output."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measures.errors import Refusal
from measures.models import Person
from measures.operations import tokens
from measures.vocabulary import Scope


class Command(BaseCommand):
    help = "Issues a token of a person and prints it, and only it; it cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--scope", action="append", choices=Scope.values, required=True, help="may be repeated")
        parser.add_argument("--days", type=int, default=90, help="how many days it is good for (90)")
        parser.add_argument("--label", default="", help="what it is for")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(username=options["username"], is_active=True).first()
        if person is None:
            known = ", ".join(Person.objects.order_by("username").values_list("username", flat=True)[:20])
            raise CommandError(f"There is no active person '{options['username']}'. Known are: {known or 'none yet'}.")
        at = timezone.now()
        try:
            expires_at = at + timedelta(days=options["days"])
        except OverflowError:
            raise CommandError(f"{options['days']} days are past the end of the calendar: give fewer.") from None
        try:
            _, text = tokens.issue(
                person=person,
                scopes=options["scope"],
                expires_at=expires_at,
                at=at,
                label=options["label"],
                issuer_id=None,
            )
        except Refusal as refusal:
            raise CommandError("; ".join(problem.detail for problem in refusal.problems) or refusal.detail) from None
        self.stdout.write(text)
