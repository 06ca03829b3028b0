"""The day of 2020, played by a program that knows the service by its generated client alone.

It reads the address and the tokens from standard input, and reports how many calls it made.
"""

import csv
import io
import json
import sys
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from measure_tracker_client import AuthenticatedClient, Client
from measure_tracker_client.api.cycles import get_cycle, open_cycle
from measure_tracker_client.api.exports import export_observations
from measure_tracker_client.api.kpis import get_kpi
from measure_tracker_client.api.measures import get_measure, list_measures
from measure_tracker_client.api.summary import get_summary
from measure_tracker_client.api.updates import (
    approve_update,
    change_update,
    draft_update,
    get_update,
    return_update,
    submit_update,
)
from measure_tracker_client.models import (
    CalendarYearPeriod,
    CommentIn,
    ContentIn,
    CycleOut,
    CycleState,
    Health,
    KpiDetailOut,
    MeasureDetailOut,
    MeasureOut,
    MeasurePage,
    MeasureStatus,
    ObservationIn,
    ObservationStatus,
    Problem,
    SourceIn,
    StandingState,
    SummaryOut,
    UpdateIn,
    UpdateOut,
    UpdateState,
)
from measure_tracker_client.types import Response, Unset

from tests.journeys.by_client.answers import answer, taken, unchanged

CYCLE, MEASURE, KPI = "FY2020", "MEXT2019-R1-5-3a", "sme-patent-share"
YEAR = CalendarYearPeriod(type_="calendar_year", year=2019)
SOURCE = SourceIn(
    title="特許行政年次報告書2020年版",
    published_on=date(2020, 7, 27),
    url="https://www.jpo.go.jp/resources/report/nenji/2020/index.html",
)
VALUE = ObservationIn(kpi=KPI, period=YEAR, value="16.1", status=ObservationStatus.FINAL, source=SOURCE)
REPORT = UpdateIn(
    measure=MEASURE,
    cycle=CYCLE,
    narrative="中小企業の知的財産の活用を支援した。",
    declared_status=MeasureStatus.IN_PROGRESS,
    declared_health=Health.ON_TRACK,
    observations=[VALUE],
)


def key() -> str:
    return str(uuid.uuid4())


def etag(reply: Response[Any]) -> str:
    return reply.headers["ETag"]


def the_cycle_opens(coordinator: AuthenticatedClient, officer: AuthenticatedClient) -> None:
    seen = get_cycle.sync_detailed(CYCLE, client=officer)
    assert answer(seen, CycleOut).state is CycleState.PLANNED
    early = answer(draft_update.sync_detailed(client=officer, body=REPORT, idempotency_key=key()), Problem, 409)
    assert early.code == "cycle-not-open"
    forbidden = open_cycle.sync_detailed(CYCLE, client=officer, idempotency_key=key(), if_match=etag(seen))
    assert answer(forbidden, Problem, 403).code == "wrong-role"
    opened = open_cycle.sync_detailed(CYCLE, client=coordinator, idempotency_key=key(), if_match=etag(seen))
    assert answer(opened, CycleOut).state is CycleState.OPEN


def the_report_is_drafted_and_submitted(officer: AuthenticatedClient) -> int:
    drafted = draft_update.sync_detailed(client=officer, body=REPORT, idempotency_key=key())
    update = answer(drafted, UpdateOut, 201)
    assert {one.verb.value for one in update.actions if one.allowed} == {"edit", "discard", "submit"}
    assert update.observations[0].period == YEAR
    submitted = submit_update.sync_detailed(update.id, client=officer, idempotency_key=key(), if_match=etag(drafted))
    assert answer(submitted, UpdateOut).state is UpdateState.SUBMITTED
    own = approve_update.sync_detailed(update.id, client=officer, idempotency_key=key(), if_match=etag(submitted))
    refused = answer(own, Problem, 403)
    assert (refused.code, refused.status.value) == ("wrong-role", 403)
    return update.id


def it_comes_back_and_is_submitted_again(id: int, approver: AuthenticatedClient, officer: AuthenticatedClient) -> None:
    seen = get_update.sync_detailed(id, client=approver)
    assert answer(seen, UpdateOut).round_ == 1
    silent = return_update.sync_detailed(id, client=approver, idempotency_key=key(), if_match=etag(seen))
    problem = answer(silent, Problem, 400)
    assert not isinstance(problem.errors, Unset)
    assert [one.pointer for one in problem.errors] == ["/comment"]
    comment = CommentIn(comment="出典の頁を書いてください。")
    returned = return_update.sync_detailed(
        id, client=approver, body=comment, idempotency_key=key(), if_match=etag(seen)
    )
    assert answer(returned, UpdateOut).state is UpdateState.RETURNED

    read = get_update.sync_detailed(id, client=officer)
    reviews = answer(read, UpdateOut).reviews
    assert reviews and reviews[-1].comment == comment.comment
    noted = ObservationIn(kpi=KPI, period=YEAR, value="16.1", source=SOURCE, note="第1部第3章")
    body = ContentIn(observations=[noted])
    edited = change_update.sync_detailed(id, client=officer, body=body, idempotency_key=key(), if_match=etag(read))
    assert answer(edited, UpdateOut).observations[0].note == noted.note
    again = submit_update.sync_detailed(id, client=officer, idempotency_key=key(), if_match=etag(edited))
    assert answer(again, UpdateOut).round_ == 2


def it_is_approved(id: int, approver: AuthenticatedClient) -> None:
    read = get_update.sync_detailed(id, client=approver)
    assert answer(read, UpdateOut).round_ == 2
    comment = CommentIn(comment="確認しました。")
    approved = approve_update.sync_detailed(
        id, client=approver, body=comment, idempotency_key=key(), if_match=etag(read)
    )
    update = answer(approved, UpdateOut)
    assert update.state is UpdateState.APPROVED and update.decided_at and update.drafted_at < update.decided_at


def the_kpi_is_met(dashboard: AuthenticatedClient) -> None:
    standing = answer(get_kpi.sync_detailed(KPI, client=dashboard), KpiDetailOut).standing
    assert (standing.state, standing.met, standing.progress) == (StandingState.MET, True, "1.392857")
    assert standing.met_on == YEAR
    measure = answer(get_measure.sync_detailed(MEASURE, client=dashboard), MeasureDetailOut)
    assert (measure.status, measure.health) == (MeasureStatus.IN_PROGRESS, Health.ON_TRACK)
    text = answer(export_observations.sync_detailed(client=dashboard, kpi=[KPI], year_from=2019), str)
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["value"], row["source_title"]) == ("16.1", SOURCE.title)


def all_measures(dashboard: AuthenticatedClient) -> Iterator[MeasureOut]:
    page = answer(list_measures.sync_detailed(client=dashboard, limit=10, count=True), MeasurePage)
    yield from page.items
    while page.next_ is not None:
        page = answer(list_measures.sync_detailed(client=dashboard, limit=10, cursor=page.next_), MeasurePage)
        yield from page.items


def main() -> None:
    given = json.load(sys.stdin)
    people = {name: AuthenticatedClient(given["base"], token=token) for name, token in given["tokens"].items()}
    officer, approver, coordinator = people["officer.jpo"], people["approver.jpo"], people["coordinator"]
    # Where a token may be sent the generated types ask for one; a client without any reads what is public.
    dashboard = cast(AuthenticatedClient, Client(given["base"]))

    the_cycle_opens(coordinator, officer)
    seen = get_summary.sync_detailed(client=dashboard)
    before = answer(seen, SummaryOut)
    unchanged(get_summary.sync_detailed(client=dashboard, if_none_match=etag(seen)))
    id = the_report_is_drafted_and_submitted(officer)
    it_comes_back_and_is_submitted_again(id, approver, officer)
    it_is_approved(id, approver)
    the_kpi_is_met(dashboard)
    after = answer(get_summary.sync_detailed(client=dashboard, if_none_match=etag(seen)), SummaryOut)
    assert after.measures.by_status["in_progress"] == 1
    assert after.kpis.met == before.kpis.met + 1
    codes = [measure.code for measure in all_measures(dashboard)]
    assert len(codes) == len(set(codes)) == after.measures.total
    print(json.dumps({"calls": len(taken), "measures": len(codes), "answers": sorted(set(taken))}))


if __name__ == "__main__":
    main()
