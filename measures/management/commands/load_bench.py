"""Loads generated measures, KPIs, reports and events into an empty database, to measure the service with."""

from argparse import ArgumentParser
from dataclasses import fields
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from measures.management.bench import load
from measures.management.bench.plan import BadSize, Plan
from measures.management.bench.progress import Progress
from measures.operations.moments import day_of


class Command(BaseCommand):
    help = "Loads generated data, whose codes begin with BENCH, into an empty database; equal seeds give equal rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for size in fields(Plan):
            parser.add_argument(f"--{size.name}", type=int, default=size.default, help=f"({size.default})")

    def handle(self, *args: Any, **options: Any) -> None:
        at, progress = timezone.now(), Progress(load.STEPS, out=self.stderr)
        try:
            plan = Plan(**{size.name: options[size.name] for size in fields(Plan)})
            load.load(plan, on=day_of(at), progress=progress)
        except BadSize as error:
            raise CommandError(str(error)) from None
        except load.NotEmpty as full:
            raise CommandError(
                f"Nothing loaded: generated data goes into an empty database, and {full}."
                " Make another one: DATA_DIR=.data/bench ./dev manage migrate, and the same for this command."
            ) from None
        if not connection.in_atomic_block:
            load.seal(progress, at=at)
            load.vacuum()
        self.stdout.write("loaded: " + ", ".join(f"{name} {count}" for name, count in load.found().items()))
