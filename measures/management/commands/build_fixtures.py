"""Builds fixtures/*.json from fixtures/source, or checks that they are what would be built."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from measures.management.seed import write
from measures.management.seed.material import FIXTURES


class Command(BaseCommand):
    help = "Builds the fixtures from fixtures/source; with --check only says whether they are up to date."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, default=FIXTURES, metavar="DIR", help="where the fixtures are")
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a file differs")
        parser.add_argument(
            "--cut-year", type=int, metavar="YEAR", help="leave out what was published of YEAR and later"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["output"]
        if options["check"]:
            self._check(directory)
            return
        if not directory.is_dir():
            raise CommandError(f"{directory} is not a directory: make it first, or give another --output.")
        if options["cut_year"] is not None and directory.resolve() == FIXTURES.resolve():
            raise CommandError("A cut does not belong among the committed fixtures: give it its own --output.")
        for path in write.write(directory, options["cut_year"]):
            self.stdout.write(f"wrote {path}")

    def _check(self, directory: Path) -> None:
        names = write.stale(directory)
        if names:
            raise CommandError(
                f"Not what fixtures/source gives: {', '.join(names)}. Run ./dev manage build_fixtures and commit."
            )
        self.stdout.write("The fixtures are what fixtures/source gives.")
