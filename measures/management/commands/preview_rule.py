"""`preview_rule`: lists every rating that another rule would change."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measures.operations.moments import day_of
from measures.queries import rules
from measures.rules.kpi import RULES


class Command(BaseCommand):
    help = "Lists every rating that would flip if another rule came into force, and changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rule", help=f"one of {', '.join(RULES)}")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rule"] not in RULES:
            raise CommandError(f"There is no rule '{options['rule']}'; there are {', '.join(RULES)}.")
        flips = rules.preview(options["rule"], on=day_of(timezone.now()))
        for flip in flips:
            self.stdout.write(f"{flip.kind} {flip.code}: {flip.now or '-'} -> {flip.then or '-'}")
        self.stdout.write(f"{len(flips)} ratings would flip.")
