"""Loads the fixtures into an empty database and says how to log in; a second run changes nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from measures.management.seed import load
from measures.operations import sealing


class Command(BaseCommand):
    help = "Loads the document and the demo accounts, unless the document is there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--without-accounts", action="store_true", help="no demo people and no demo cycle")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = self._load(accounts=not options["without_accounts"])
        if loaded is None:
            self.stdout.write("The document is there already: nothing loaded.")
            return
        sealing.seal(at=timezone.now())
        self.stdout.write("loaded: " + ", ".join(f"{name} {count}" for name, count in load.counts().items()))
        if loaded.usernames:
            names = " ".join(loaded.usernames)
            self.stdout.write(f"demo accounts: {names} password: {loaded.password} (shown only now)")

    def _load(self, *, accounts: bool) -> load.Loaded | None:
        try:
            return load.load(accounts=accounts, at=timezone.now())
        except load.NotEmpty as full:
            raise CommandError(
                f"Nothing loaded: there are rows already ({full}), which the fixtures would overwrite."
                " Load them into an empty database."
            ) from None
        except ProgrammingError as error:
            raise CommandError(f"The tables are not there: run ./dev manage migrate first. ({_first(error)})") from None
        except OperationalError as error:
            raise CommandError(f"The database does not answer: look at DATABASE_URL. ({_first(error)})") from None


def _first(error: Exception) -> str:
    """The first line of what the database said."""
    return (str(error).splitlines() or [""])[0]
