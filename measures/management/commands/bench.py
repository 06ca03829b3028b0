"""Measures the service on generated data against the limit of the same machine, and prints the table."""

import json
import os
import platform
from argparse import ArgumentParser
from collections.abc import Collection
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measures.management.bench.plan import BadSize, Plan
from measures.management.timing import data, exporting, pages, past, reading, reporting, table
from measures.management.timing.bench import Bench
from measures.management.timing.calls import Refused
from measures.management.timing.served import UNLIMITED, NotServed, served
from measures.management.timing.tokens import token_of
from measures.models import Person
from tracker.embedded import places

# By the name that --only takes, in the order of the table; what writes comes last.
ROWS = {
    "page": reading.new_page,
    "again": reading.same_page,
    "304": reading.not_modified,
    "summary": reading.summary,
    "statements": reading.statements,
    "depth": reading.depth,
    "past-series": past.series,
    "past-page": past.page,
    "past-updates": past.updates,
    "past-summary": past.summary,
    "pages": pages.public,
    "pages-signed-in": pages.desks,
    "csv": exporting.csv,
    "xlsx": exporting.xlsx,
    "report": reporting.reports,
}
OURS, LIMIT = "tracker.wsgi:application", "measures.management.timing.limit:application"


def chosen(names: Collection[str]) -> list[str]:
    """Those rows, each with what is called NAME-…, in the order of the table."""
    return [row for row in ROWS if any(row == name or row.startswith(f"{name}-") for name in names)]


class Command(BaseCommand):
    help = "Loads generated data once, then measures reads, writes and exports against the limit of this machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only",
            action="append",
            choices=ROWS,
            help="measure this, and what is called NAME-…, alone; may be repeated",
        )
        parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (5)")
        parser.add_argument("--seconds", type=float, default=2, help="how long a round takes at least (2)")
        parser.add_argument("--connections", type=int, default=8, help="how many ask at once (8)")
        for name in data.SIZES:
            default = Plan.__dataclass_fields__[name].default
            parser.add_argument(f"--{name}", type=int, default=default, help=f"of the generated data ({default})")

    def handle(self, *args: Any, **options: Any) -> None:
        if min(options["rounds"], options["seconds"], options["connections"]) < 1:
            raise CommandError("--rounds, --seconds and --connections are at least 1.")
        try:
            plan = Plan(**{name: options[name] for name in data.SIZES})
            rows = self._measured(plan, options)
        except (BadSize, data.NotOurs, NotServed, Refused) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(table.table(rows))
        folder = places.chosen_data_dir()
        about = {"at": timezone.now().isoformat(timespec="seconds"), **data.sizes(plan), **self._machine(options)}
        table.remember(folder / "bench-history.jsonl", rows, about)

    def _measured(self, plan: Plan, options: dict[str, Any]) -> list[table.Measured]:
        folder = places.chosen_data_dir()
        data.ready(plan, at=timezone.now(), out=self.stderr, tell=self._say)
        statements = folder / "limit.json"
        statements.write_text(json.dumps(reading.STATEMENTS | reporting.STATEMENTS), encoding="utf-8")
        given = {"LIMIT_STATEMENTS": str(statements)}
        with (
            served(OURS, log=folder / "ours.log", environment=UNLIMITED) as ours,
            served(LIMIT, log=folder / "limit.log", environment=given) as limit,
        ):
            auditor = Person.objects.get(username="bench.auditor")
            # Later than loading and starting, which take longer than an event may wait for its commit.
            at = timezone.now()
            bench = Bench(
                ours=ours,
                limit=limit,
                at=at,
                token=token_of(auditor, at=at),
                rounds=options["rounds"],
                seconds=options["seconds"],
                connections=options["connections"],
                tell=self._say,
            )
            return [ROWS[name](bench) for name in chosen(options["only"] or ROWS)]

    def _say(self, line: str) -> None:
        self.stderr.write(line, str)

    def _machine(self, options: dict[str, Any]) -> dict[str, Any]:
        return {
            "rounds": options["rounds"],
            "seconds": options["seconds"],
            "connections": options["connections"],
            "cpus": os.cpu_count(),
            "load": round(os.getloadavg()[0], 2),
            "python": platform.python_version(),
        }
