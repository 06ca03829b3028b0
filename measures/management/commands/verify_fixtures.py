"""Checks fixtures/*.json against the source text and the published series, and prints what it counted."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from measures.management.seed import verify
from measures.management.seed.material import FIXTURES


class Command(BaseCommand):
    help = "Checks the fixtures against the source text beside them; exits with 1 and says what is wrong."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--directory", type=Path, default=FIXTURES, metavar="DIR", help="where the fixtures are")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcomes = verify.run(options["directory"])
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename} is not there: run ./dev manage build_fixtures.") from None
        for name, outcome in outcomes.items():
            self.stdout.write(f"{'wrong' if outcome.faults else 'ok':5} {name}: {outcome.figure}")
            for fault in outcome.faults:
                self.stdout.write(f"      {fault}")
        wrong = [name for name, outcome in outcomes.items() if outcome.faults]
        if wrong:
            raise CommandError(f"{len(wrong)} of {len(outcomes)} checks failed: {'; '.join(wrong)}.")
        self.stdout.write(f"All {len(outcomes)} checks passed.")
