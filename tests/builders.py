"""Reaching states the way people do: through operations, by the demo cast."""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from measures.models import Cycle, Evidence, Import, Kpi, Measure, Ministry, Person, ProgressUpdate, ReportedValue
from measures.operations import cycles, imports, progress, sheets, tokens
from measures.operations import evidence as evidence_operations
from measures.operations.files import Incoming
from measures.operations.moments import day_of
from measures.queries import people
from measures.rules import periods
from measures.rules.roles import Actor
from measures.vocabulary import CycleState, Scope

NOTES = "中小企業の支援の記録\n".encode()
SME = "MEXT2019-R1-5-3a"
ANNUAL_REPORT = {"source_title": "特許行政年次報告書2020年版", "source_published_on": date(2020, 7, 27)}


def actor(username: str, *, scopes: Sequence[str] = tuple(Scope.values), at: datetime | None = None) -> Actor:
    """One of the cast with the duties held at `at`."""
    person = Person.objects.get(username=username)
    return people.actor(person_id=person.pk, scopes=scopes, on=day_of(at or timezone.now()), request_id="test-request")


def client(username: str | None = None, *scopes: str) -> APIClient:
    """An API client with a token of `username`, with every scope unless some are named; anonymous without a name."""
    api = APIClient()
    if username:
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {token(username, *scopes)}")
    return api


def token(username: str, *scopes: str) -> str:
    at = timezone.now()
    person = Person.objects.get(username=username)
    far = at.replace(year=at.year + 1, day=1)
    return tokens.issue(person=person, scopes=scopes or Scope.values, expires_at=far, at=at, issuer_id=None)[1]


def an_open_cycle(code: str = "FY2020") -> Cycle:
    """The cycle of the cut fixtures, opened by the coordinator."""
    cycle = Cycle.objects.get(code=code)
    if cycle.state == CycleState.PLANNED:
        return cycles.open_(code=code, actor=actor("coordinator"), at=timezone.now())
    return cycle


def a_value(kpi: str = "sme-patent-share", year: int = 2019, value: str = "16.1", **fields: Any) -> ReportedValue:
    """The SME share of 2019 from the annual report, or what `fields` say instead."""
    indicator = Kpi.objects.get(code=kpi)
    make = periods.calendar_year if indicator.period_type == "calendar_year" else periods.fiscal_year
    period = make(year)
    return ReportedValue(
        kpi=indicator,
        period_type=period.type,
        period_start=period.start,
        period_end=period.end,
        **{"value": Decimal(value), **ANNUAL_REPORT, **fields},
    )


def content(**fields: Any) -> dict[str, Any]:
    """A complete report: what was done, in progress, on track, one value."""
    complete: Mapping[str, Any] = {
        "narrative": "中小企業の出願支援を続けた。",
        "declared_status": "in_progress",
        "declared_health": "on_track",
        "observations": [a_value()],
    }
    return {**complete, **fields}


def an_explanation(**fields: Any) -> dict[str, Any]:
    """Why a report says something else than its KPIs: all four parts, due in three months."""
    return {
        "cause": "年末の集計がまだ入っていない。",
        "corrective_step": "集計の前倒しを求める。",
        "owner": "産業連携課",
        "due_on": day_of(timezone.now()) + timedelta(days=90),
        **fields,
    }


def an_update(
    at_status: str = "draft",
    *,
    measure: str = SME,
    officer: str = "officer.jpo",
    approver: str = "approver.jpo",
    evidence: bool = False,
    **fields: Any,
) -> ProgressUpdate:
    """A report that went the whole way to `at_status`, with a file of evidence if asked."""
    cycle = an_open_cycle()
    at = timezone.now()
    update = progress.draft(
        measure=Measure.objects.get(code=measure),
        cycle=cycle,
        content=content(**fields),
        on_behalf_of=None,
        actor=actor(officer),
        at=at,
    )
    if evidence:
        a_file(update, officer=officer)
    if at_status == "draft":
        return ProgressUpdate.objects.get(pk=update.pk) if evidence else update
    update = progress.submit(update_id=update.pk, actor=actor(officer), at=at)
    if at_status == "returned":
        return progress.send_back(update_id=update.pk, actor=actor(approver), at=at, comment="出典を直してください。")
    if at_status == "approved":
        return progress.approve(update_id=update.pk, actor=actor(approver), at=at)
    if at_status == "withdrawn":
        return progress.withdraw(update_id=update.pk, actor=actor(officer), at=at)
    return update


def a_file(update: ProgressUpdate, *, data: bytes = NOTES, officer: str = "officer.jpo", **content: Any) -> Evidence:
    """A file of evidence added to a draft."""
    incoming = Incoming("notes.txt")
    incoming.write(data)
    incoming.finish()
    given = {"title": "支援の記録", "released_on": None, "replaces": None, **content}
    call: dict[str, Any] = {"actor": actor(officer), "at": timezone.now()}
    try:
        return evidence_operations.add_to_update(update_id=update.pk, content=given, file=incoming, **call)
    finally:
        incoming.discard()


def a_table(**fields: str) -> bytes:
    """A CSV table with the SME share of 2019, or what `fields` say instead."""
    row = {"measure": SME, "kpi": "sme-patent-share", "period": "2019年", "value": "16.1", "source_title": "年次報告"}
    row |= fields
    return f"{','.join(row)}\n{','.join(row.values())}\n".encode()


def incoming(data: bytes, name: str) -> Incoming:
    """A file that was received; whoever asked for it discards it."""
    received = Incoming(name)
    received.write(data)
    received.finish()
    return received


def checked(data: bytes, *, officer: str = "officer.jpo", name: str = "values.csv", ministry: str = "jpo") -> Any:
    """A dry run of a file for the open cycle: (the import, whether it is new)."""
    file = incoming(data, name)
    who: dict[str, Any] = {"actor": actor(officer), "at": timezone.now()}
    try:
        return imports.check(
            file=file,
            read=sheets.read(file.path),
            cycle=an_open_cycle(),
            ministry=Ministry.objects.get(code=ministry),
            **who,
        )
    finally:
        file.discard()


def an_import(officer: str = "officer.jpo") -> Import:
    return checked(a_table(), officer=officer)[0]


def evidence(update: ProgressUpdate) -> Evidence:
    return Evidence.objects.get(update=update)


def lead(measure: str) -> Ministry:
    return Ministry.objects.get(assignments__measure__code=measure, assignments__role="lead")


def code_of(secret: str, at: datetime) -> str:
    """The code that a device with the key `secret` shows at a moment: RFC 6238, written without a look at ours."""
    key = base64.b32decode(secret)
    digest = hmac.digest(key, (int(at.timestamp()) // 30).to_bytes(8, "big"), "sha1")
    begin = digest[-1] & 15
    return str((int.from_bytes(digest[begin : begin + 4], "big") & 0x7FFFFFFF) % 1_000_000).zfill(6)
