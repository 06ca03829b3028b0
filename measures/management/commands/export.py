"""`export`: a list as a file, by the same address and with the same rows as the API gives it."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError
from django.http import HttpResponseBase
from django.test import RequestFactory
from django.urls import Resolver404, resolve

from measures.exports import delimited, records
from measures.exports.selected import Selected
from measures.exports.tables import Table
from measures.management.bench.progress import Progress
from measures.models import Person

INCOMPLETE = (delimited.INCOMPLETE.encode(), records.INCOMPLETE)


class Command(BaseCommand):
    help = "Writes a list as a file, as the API gives it to anyone, or to one person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="of the list, such as observations")
        parser.add_argument("--format", default="csv", help="csv, xlsx, json or codebook.csv (csv)")
        parser.add_argument("--out", required=True, type=Path, help="the file to write")
        parser.add_argument("--known-at", help="an instant with its offset: as it was known then")
        parser.add_argument("--filter", action="append", default=[], help="NAME=VALUE, as the list takes it; repeated")
        parser.add_argument("--as", dest="username", help="whose eyes to see with; without, anyone's")

    def handle(self, *args: Any, **options: Any) -> None:
        progress, last = Progress(1, out=self.stderr), b""
        beside = options["out"].with_name(options["out"].name + ".part")
        # A workbook is made while it is asked for, and everything else while it is written.
        with progress.step(options["name"]):
            response = _answer(options, partial(_watched, progress))
            with beside.open("wb") as file:
                for last in response:
                    file.write(last)
        if last in INCOMPLETE:
            raise CommandError(f"The export broke off: {beside} is incomplete.")
        beside.replace(options["out"])


def _watched(progress: Progress, table: Table) -> Table:
    """`table`, whose rows are counted before, and told as they are read."""
    if not isinstance(table.rows, Selected):
        return table
    progress.expect(progress.total + table.rows.count())
    return replace(table, rows=replace(table.rows, tell=progress.add))


def _answer(options: dict[str, Any], watch: Callable[[Table], Table]) -> Any:
    pairs = [one.partition("=") for one in options["filter"]]
    asked: dict[str, list[str]] = {}
    for name, _, value in pairs:
        asked.setdefault(name, []).append(value)
    if options["known_at"]:
        asked["known_at"] = [options["known_at"]]
    address = f"/api/v1/exports/{options['name']}.{options['format']}"
    try:
        view = resolve(address)
    except Resolver404:
        raise CommandError(f"There is no {address}: the API's document lists what there is.") from None
    request: Any = RequestFactory().get(address, asked)
    request.request_id, request.user, request.session = "command-export", _person(options["username"]), {}
    request.watch = watch
    response: HttpResponseBase = view.func(request)
    if response.status_code != 200:
        problem = json.loads(response.getvalue() if response.streaming else response.content)  # type: ignore[attr-defined]
        raise CommandError(" ".join([problem["detail"], *(one["detail"] for one in problem.get("errors", ()))]))
    return response


def _person(username: str | None) -> Person | AnonymousUser:
    if not username:
        return AnonymousUser()
    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no open account '{username}'.")
    return person
