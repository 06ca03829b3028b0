"""`rebuild_standings`: computes every standing from scratch and says which ones were not what they should be."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measures.operations import standings


class Command(BaseCommand):
    help = "Computes every standing from scratch and stores it; lists those that differed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when any standing differed")

    def handle(self, *args: Any, **options: Any) -> None:
        differing = standings.rebuild(at=timezone.now())
        for line in differing:
            self.stdout.write(line)
        if differing and options["check"]:
            raise CommandError(f"{len(differing)} figures were not what they should be; they are now.")
        self.stdout.write(f"{len(differing)} figures differed.")
