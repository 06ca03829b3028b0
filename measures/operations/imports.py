"""Imports of spreadsheets: a dry run does all that a commit does and takes it back; a commit makes drafts, all or none.

Drafts are begun and edited by operations.progress, as everyone's are, so that a file is allowed what its owner is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import override

from measures import audit
from measures.errors import NotVisible, Problem, WrongRole, WrongTurn
from measures.messages import say
from measures.models import Cycle, Import, Ministry
from measures.operations import import_reports, moments
from measures.operations.files import Incoming
from measures.queries import imports as queries
from measures.rules.imports import files, reading
from measures.rules.imports.permits import cannot_import
from measures.rules.imports.sheets import CellProblem, Place, Spreadsheet
from measures.rules.roles import Actor
from measures.vocabulary import Audience, ImportChange, ImportState

LANGUAGES = ("ja", "en")
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is wrong with a file, in the present language, and what it changes; as models.Import keeps them."""

    problems: Sequence[CellProblem]
    changes: Sequence[dict[str, Any]]


@transaction.atomic
def check(
    *, file: Incoming, read: Spreadsheet, cycle: Cycle, ministry: Ministry, actor: Actor, at: datetime
) -> tuple[Import, bool]:
    """A dry run of `file`, which holds what was `read`; changes nothing that is reported.

    Returns the import and whether it is a new one: the same file for the same cycle, with nothing changed since, is
    the import that it was, and leaves no event. Raises WrongRole.
    """
    _permit(actor, ministry)
    with override(LANGUAGES[0]):
        outcome = _tried(read, cycle, ministry, actor=actor, at=at)
    problems = [_kept(problem) for problem in outcome.problems]
    if problems:
        with override(LANGUAGES[1]):
            again = _tried(read, cycle, ministry, actor=actor, at=at)
        for one, other in zip(problems, again.problems, strict=True):
            one["detail"][LANGUAGES[1]] = other.detail
    mine = Import.objects.filter(owner=actor.signed_in_id, sha256=file.sha256, cycle=cycle, ministry=ministry)
    last = mine.order_by("pk").last()
    if last and _is_same(last, problems, outcome.changes):
        return last, False
    # Before the commit: there is never a row without its file, at most a file without a row.
    file.keep()
    made = Import.objects.create(
        owner_id=actor.signed_in_id,
        cycle=cycle,
        ministry=ministry,
        name=file.name,
        size=file.size,
        sha256=file.sha256,
        state=ImportState.REFUSED if problems else ImportState.DRY_RUN,
        problems=problems,
        changes=list(outcome.changes),
        recorded_at=at,
    )
    _record("check", made, actor=actor, at=at)
    return made, True


@transaction.atomic
def commit(*, import_id: int, read: Spreadsheet, actor: Actor, at: datetime) -> Import:
    """Makes the drafts that a dry run found nothing wrong with, from what was `read` of the kept file.

    What was committed stays so, and leaves no event again. Raises NotVisible for another's import, WrongRole, and
    WrongTurn where it has problems, or has some by now; then nothing is changed.
    """
    found = Import.objects.select_for_update(of=("self",)).filter(pk=import_id, owner=actor.signed_in_id)
    made = found.select_related("cycle", "ministry").first()
    if made is None:
        raise NotVisible("not-found", say("There is no such import."))
    _permit(actor, made.ministry)
    if made.state == ImportState.COMMITTED:
        return made
    if made.state == ImportState.REFUSED:
        raise WrongTurn("has-problems", say("The file has problems: mend them and send it again."))
    at = moments.after(at, made.recorded_at)
    outcome = _done(read, made.cycle, made.ministry, actor=actor, at=at)
    if outcome.problems:
        detail = say("Something changed since the dry run, and the file no longer fits: send it again.")
        raise WrongTurn("import-stale", detail, problems=[_told(problem) for problem in outcome.problems])
    made.state, made.committed_at, made.changes = ImportState.COMMITTED, at, list(outcome.changes)
    made.save(update_fields=["state", "committed_at", "changes"])
    _record("import", made, actor=actor, at=at)
    return made


def _permit(actor: Actor, ministry: Ministry) -> None:
    if problem := cannot_import(actor, ministry.code, ministry.called):
        raise WrongRole(problem.code, problem.detail)


def _tried(read: Spreadsheet, cycle: Cycle, ministry: Ministry, *, actor: Actor, at: datetime) -> Outcome:
    with transaction.atomic():
        outcome = _done(read, cycle, ministry, actor=actor, at=at)
        transaction.set_rollback(True)
    # The numbers of drafts that were taken back mean nothing.
    changes = [one | {"update": None} if one["verb"] == ImportChange.DRAFT else one for one in outcome.changes]
    return Outcome(outcome.problems, changes)


def _done(read: Spreadsheet, cycle: Cycle, ministry: Ministry, *, actor: Actor, at: datetime) -> Outcome:
    parts = files.parts(read, cycle=cycle.code, ministry=ministry.code)
    found = reading.read(parts.pages.get("reports"), parts.pages.get("observations"), queries.known_in(cycle))
    problems, changes = [*parts.problems, *found.problems], []
    for wanted in found.reports.values():
        change, refused = import_reports.report(wanted, cycle, actor=actor, at=at)
        problems += refused
        if change:
            changes.append(change)
    if not (problems or changes):
        detail = say("Nothing is filled in: write what is to be reported into the yellow cells.")
        problems.append(CellProblem(Place(), "nothing-to-import", detail))
    return Outcome(problems, changes)


def _is_same(last: Import, problems: Sequence[Mapping[str, Any]], changes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether nothing changed since: a committed file would change nothing, another finds what it found."""
    if last.state == ImportState.COMMITTED:
        return not problems and all(one["verb"] == ImportChange.KEEP for one in changes)
    return last.problems == problems and last.changes == list(changes)


def _kept(problem: CellProblem) -> dict[str, Any]:
    place = problem.place
    return {
        "sheet": place.sheet,
        "row": place.row,
        "column": place.key,
        "cell": place.cell,
        "code": problem.code,
        "value": problem.value[:LONGEST_VALUE],
        "detail": {LANGUAGES[0]: problem.detail},
    }


def _told(problem: CellProblem) -> Problem:
    where = "!".join(part for part in (problem.place.sheet, problem.place.cell) if part)
    return Problem("", problem.code, f"{where}: {problem.detail}" if where else problem.detail)


def _record(verb: str, made: Import, *, actor: Actor, at: datetime) -> None:
    audit.record(
        at=at,
        actor_id=actor.person_id,
        verb=verb,
        subject=("import", str(made.pk)),
        after=queries.snapshot(made),
        audience=Audience.MINISTRY,
        ministry=made.ministry,
        request_id=actor.request_id,
    )
