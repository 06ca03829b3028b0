"""`import_reports FILE --as officer.jpo [--commit]`: the same dry run, and the same drafts, as POST /imports."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measures.errors import Refusal
from measures.management.bench.progress import Progress
from measures.models import Cycle, Import, Ministry, Person
from measures.operations import imports, sheets
from measures.operations.files import Incoming, path_of
from measures.queries import people
from measures.rules.days import day_of
from measures.rules.imports import files
from measures.rules.imports.sheets import Spreadsheet
from measures.rules.roles import Actor
from measures.vocabulary import CycleState, ImportState, Role, Scope

CHUNK = 1024 * 1024


class Command(BaseCommand):
    help = "Checks a filled-in template or a CSV table of values and, with --commit, makes drafts of it, all or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="username", required=True, help="the officer who reports")
        parser.add_argument("--cycle", help="the template's, or the one that is open")
        parser.add_argument("--ministry", help="the template's, or the officer's")
        parser.add_argument("--commit", action="store_true", help="make the drafts when nothing is wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress(3 if options["commit"] else 2, out=self.stderr)
        actor = _officer(options["username"])
        try:
            made = self._checked(options, actor, progress)
            if options["commit"] and made.state != ImportState.REFUSED:
                with progress.step("make drafts"):
                    read = sheets.read(path_of(made.sha256))
                    made = imports.commit(import_id=made.pk, read=read, actor=actor, at=timezone.now())
                    progress.add(len(made.changes))
        except Refusal as refusal:
            said = [refusal.detail, *(problem.detail for problem in refusal.problems)]
            raise CommandError("\n".join(dict.fromkeys(said))) from None
        self._tell(made)

    def _checked(self, options: dict[str, Any], actor: Actor, progress: Progress) -> Import:
        file = Incoming(options["file"].name)
        try:
            with progress.step("read"):
                _receive(options["file"], file)
                read = sheets.read(file.path)
                progress.add(sum(len(page.rows) for page in read.pages))
            with progress.step("check"):
                who: dict[str, Any] = {"actor": actor, "at": timezone.now()}
                subject = _subject(options, read, actor)
                return imports.check(file=file, read=read, **subject, **who)[0]
        finally:
            file.discard()

    def _tell(self, made: Import) -> None:
        for one in made.problems:
            where = "!".join(part for part in (one["sheet"], one["cell"] or str(one["row"] or "")) if part)
            self.stdout.write(f"{where or made.name}: {one['detail']['en']}")
        if made.problems:
            raise CommandError(f"{len(made.problems)} problems, nothing was changed.")
        for one in made.changes:
            self.stdout.write(f"{one['measure']}: {one['verb']}, {one['values']} values")
        self.stdout.write(f"import {made.pk}: {made.state}")


def _officer(username: str) -> Actor:
    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no active person '{username}'.")
    on = day_of(timezone.now())
    actor = people.actor(person_id=person.pk, scopes=[Scope.READ, Scope.REPORT], on=on, request_id="")
    if not actor.holds(Role.OFFICER):
        raise CommandError(f"'{username}' is no officer.")
    return actor


def _receive(path: Path, file: Incoming) -> None:
    try:
        with path.open("rb") as given:
            while chunk := given.read(CHUNK):
                file.write(chunk)
    except OSError as error:
        raise CommandError(f"The file cannot be read: {error.strerror}.") from None
    file.finish()


def _subject(options: dict[str, Any], read: Spreadsheet, actor: Actor) -> dict[str, Any]:
    """The cycle and the ministry: as named, as the template says, or the only ones there are."""
    mark, own = files.mark(read), sorted(actor.ministries(Role.OFFICER))
    code = options["cycle"] or (mark.cycle if mark else None)
    cycles = list(Cycle.objects.filter(code=code) if code else Cycle.objects.filter(state=CycleState.OPEN))
    if len(cycles) != 1:
        raise CommandError("Name the cycle with --cycle.")
    ministry = options["ministry"] or (mark.ministry if mark and mark.ministry in own else own[0])
    found = Ministry.objects.filter(code=ministry).first()
    if found is None:
        raise CommandError(f"There is no ministry '{ministry}'.")
    return {"cycle": cycles[0], "ministry": found}
