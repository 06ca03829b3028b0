"""Reports: drawn up from what is known at a moment, and published by the coordinator as they will stand for ever."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from measures import audit
from measures.audit.canonical import canonical
from measures.errors import BadInput, WrongTurn
from measures.messages import say
from measures.models import Checkpoint, Cycle, Report, ReportFile
from measures.operations import moments, registry
from measures.queries import reports as queries
from measures.rules import reports
from measures.rules.reports import publication as rules
from measures.rules.roles import Actor


@dataclass(frozen=True, slots=True)
class Drawn:
    """A report that was drawn up and is not published: `said` is what `text` says, version `number` of the cycle's."""

    cycle: Cycle
    number: int
    supersedes: Report | None
    reason: str
    known_at: datetime
    said: Mapping[str, Any]
    text: str

    @property
    def code(self) -> str:
        return _code(self.cycle, self.number)


@dataclass(frozen=True, slots=True)
class Made:
    """A file made of a report."""

    name: str
    media_type: str
    data: bytes


def draw_up(*, cycle: Cycle, reason: str, known_at: datetime | None, actor: Actor, at: datetime) -> Drawn:
    """The cycle's next report, of what was known at `known_at`, or is now; changes nothing.

    A further version needs a reason; WrongTurn where it would say nothing else than the one before.
    """
    registry.permit_coordinator(actor)
    last = queries.last(cycle)
    _refuse(cycle, last)
    known_at = known_at or moments.after(at, cycle.updated_at, last.known_at if last else None)
    _refuse_input(cycle, last, reason, known_at, at)
    said = queries.read(cycle=cycle.code, at=known_at)
    number = last.number + 1 if last else 1
    head = {"code": _code(cycle, number), "version": number, "reason": reason, "supersedes": _named(last)}
    said = {**head, **said, **_compared(cycle, last, said)}
    return Drawn(cycle, number, last, reason, known_at, said, canonical(said))


@transaction.atomic
def publish(*, drawn: Drawn, files: Iterable[Made], actor: Actor, at: datetime) -> Report:
    """Publishes what was drawn up, with the files that were made of it; WrongTurn if someone else published first."""
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=drawn.cycle.pk)
    registry.permit_coordinator(actor)
    last = queries.last(cycle)
    _refuse(cycle, last)
    if (last.pk if last else None) != (drawn.supersedes.pk if drawn.supersedes else None):
        raise WrongTurn("at-once", say("Someone else did the same at this moment: read again what there is now."))
    at = moments.after(at, drawn.known_at)
    checkpoint = drawn.said["checkpoint"]
    report = Report.objects.create(
        code=drawn.code,
        cycle=cycle,
        number=drawn.number,
        supersedes=drawn.supersedes,
        reason=drawn.reason,
        known_at=drawn.known_at,
        rule=drawn.said["rule"],
        revision=drawn.said["revision"],
        checkpoint=Checkpoint.objects.get(size=checkpoint["size"]) if checkpoint else None,
        text=drawn.text,
        sha256=sha256(drawn.text.encode()).hexdigest(),
        published_by_id=actor.signed_in_id,
        recorded_at=at,
    )
    _record(report, [_kept(report, one) for one in files], actor=actor, at=at)
    return report


def _refuse(cycle: Cycle, last: Report | None) -> None:
    # What was published once can be published again, whatever became of the cycle.
    problem = None if last else rules.wrong_turn(cycle.state)
    if problem:
        raise WrongTurn(problem.code, problem.detail, problems=[problem])


def _refuse_input(cycle: Cycle, last: Report | None, reason: str, known_at: datetime, at: datetime) -> None:
    last_known_at = last.known_at if last else None
    problems = rules.wrong_input(
        known_at=known_at,
        at=moments.after(at, cycle.updated_at, last_known_at),
        last_known_at=last_known_at,
        state_then=queries.state_at(cycle=cycle.code, at=known_at),
        reason=reason,
    )
    if problems:
        raise BadInput(problems)


def _compared(cycle: Cycle, last: Report | None, said: Mapping[str, Any]) -> dict[str, Any]:
    """What it says otherwise than the version before, and what changed since that and since the report before."""
    differences = reports.differences(queries.text_of(last), said) if last else []
    if last and not differences:
        detail = say("Nothing has changed since {code} was published: it stays the newest version.", code=last.code)
        raise WrongTurn("nothing-changed", detail)
    comparisons = [
        {"with": _named(one), **reports.told(reports.between(queries.text_of(one), said))}
        for one in (last, queries.before(cycle))
        if one
    ]
    return {"differences": [asdict(one) for one in differences], "comparisons": comparisons}


def _named(report: Report | None) -> dict[str, str] | None:
    return {"code": report.code, "sha256": report.sha256} if report else None


def _code(cycle: Cycle, number: int) -> str:
    return f"{cycle.code}-{number}"


def _kept(report: Report, made: Made) -> ReportFile:
    return ReportFile.objects.create(
        report=report,
        name=made.name,
        media_type=made.media_type,
        size=len(made.data),
        sha256=sha256(made.data).hexdigest(),
        data=made.data,
        recorded_at=report.recorded_at,
    )


def _record(report: Report, files: Iterable[ReportFile], *, actor: Actor, at: datetime) -> None:
    names = ("code", "reason", "known_at", "rule", "revision", "sha256")
    audit.record(
        at=at,
        actor_id=actor.person_id,
        verb="publish",
        subject=("report", report.code),
        after={
            **{name: getattr(report, name) for name in names},
            "cycle": report.cycle.code,
            "version": report.number,
            "supersedes": report.supersedes.code if report.supersedes else None,
            "checkpoint": report.checkpoint_id,
            "files": [{"name": one.name, "sha256": one.sha256} for one in files],
        },
        request_id=actor.request_id,
    )
