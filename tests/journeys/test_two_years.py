"""A reporting year and the next one, on a clock of its own: every turn that a ministry meets, over the API."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from measures.models import Mail, Person
from measures.operations import reminders
from measures.rules.days import JAPAN
from tests import builders
from tests.api import wire
from tests.operations.test_mails import reachable, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

KPI = "sme-patent-share"
LATE, UNLOCKED_TOO_SHORT, MERGED, INTO = "MEXT2019-P1-01", "MEXT2019-P1-04", "MEXT2019-P2-01", "MEXT2019-P2-02"
DEMO = {"title": "デモ：実在しない値 (demo, not a real figure)", "published_on": "2025-07-01"}
NEXT = {"opens_on": "2027-04-01", "due_on": "2027-12-24", "closes_on": "2028-03-31"}


class Clock:
    """Japan's time, as it is told to it; a millisecond passes at each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 12, 1, 9, tzinfo=JAPAN)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def strike(self, year: int, month: int, day: int, hour: int = 9) -> datetime:
        self.now = datetime(year, month, day, hour, tzinfo=JAPAN)
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    yield clock


def do(who: str, path: str, body: dict[str, Any] | None = None, status: int = 200, method: str = "post") -> Any:
    """A write by one of the cast, and what was answered."""
    answer = wire.send(builders.client(who), method, path, body or {})
    assert answer.status_code == status, answer.content
    return answer.json()


def report(measure: str, cycle: str, *values: dict[str, Any], **given: Any) -> dict[str, Any]:
    health = {"declared_status": "in_progress", "declared_health": "on_track"}
    return {
        "measure": measure,
        "cycle": cycle,
        "narrative": "支援を続けた。",
        **health,
        "observations": values,
        **given,
    }


def share(year: int, value: str) -> dict[str, Any]:
    period = {"type": "calendar_year", "year": year}
    return {"kpi": KPI, "period": period, "value": value, "status": "final", "source": DEMO}


def owed(measure: str, cycle: str) -> dict[str, Any]:
    (one,) = wire.items(f"/obligations?measure={measure}&cycle={cycle}")
    return one


def shares(cycle: str) -> tuple[str | None, str | None]:
    found = wire.get(f"/cycles/{cycle}")["obligations"]
    return found["completeness"], found["timeliness"]


def mails_until(day: datetime, clock: Clock) -> dict[str, list[str]]:
    """What the mail worker does each morning up to `day`: the days on which each person got a mail."""
    mailed: dict[str, list[str]] = {}
    while clock.now < day:
        reminders.remind(at=clock.now)
        for mail in sent(clock.now + timedelta(minutes=2)):
            mailed.setdefault(mail.person.username, []).append(f"{clock.now:%m-%d}")
        clock.now += timedelta(days=1)
    return mailed


def test_a_year_with_all_that_goes_wrong_in_one_and_the_next(clock: Clock) -> None:
    reachable("officer.mext", "approver.mext", "coordinator")
    where = the_day()
    before = clock.strike(2026, 12, 5).isoformat()
    page = wire.get(f"/kpis/{KPI}?known_at={quote(before)}")
    a_transfer(where, clock)
    a_missed_day(clock)
    scores = shares("FY2026")
    assert scores[0] is not None
    an_unlock_and_one_that_expires(clock)
    assert shares("FY2026") == scores
    a_correction(clock)
    assert wire.get(f"/kpis/{KPI}?known_at={quote(before)}") == page
    a_merger()
    the_next_year(clock)
    rounds = [one["verb"] for one in wire.get(where, "auditor")["reviews"]]
    assert rounds == ["submit", "return", "submit", "approve"]


def the_day() -> str:
    """Drafted, submitted, returned, submitted again, approved; and never by its author. Returns its address."""
    drafted = do("officer.jpo", "/updates", report(builders.SME, "FY2026", share(2024, "17.9")), 201)
    where = f"/updates/{drafted['id']}"
    do("officer.jpo", f"{where}/submit")
    do("officer.jpo", f"{where}/approve", status=403)
    do("approver.jpo", f"{where}/return", {"comment": "出典の頁を書いてください。"})
    noted = [{**share(2024, "17.9"), "note": "第1部第3章"}]
    do("officer.jpo", where, {"observations": noted}, method="patch")
    do("officer.jpo", f"{where}/submit")
    changed = wire.get(f"{where}/difference?since=return", "approver.jpo")
    assert "第1部第3章" in str(changed)
    do("approver.jpo", f"{where}/approve", {"comment": "確認しました。"})
    assert owed(builders.SME, "FY2026")["state"] == "reported_on_time"
    return where


def a_transfer(where: str, clock: Clock) -> None:
    """The post changes hands, and the same second nothing more is done under it; what was done stays."""
    clock.strike(2026, 12, 10)
    token = builders.client("officer.jpo")
    assert wire.get("/me", "officer.jpo")["duties"] == [{"role": "officer", "ministry": "jpo"}]
    (duty,) = [one for one in wire.items("/duties", "administrator") if one["person"] == "officer.jpo"]
    handed = {"username": "officer.jpo.2", "display_name": "デモ 後任"}
    do("administrator", "/people", handed, 201)
    follows = {"person": "officer.jpo.2", "role": "officer", "ministry": "jpo", "valid_from": "2026-12-10"}
    do("administrator", "/duties", follows, 201)
    do("administrator", f"/duties/{duty['id']}", {"valid_to": "2026-12-10", "reason": "異動"}, method="patch")
    refused = wire.send(token, "post", "/updates", report(builders.SME, "FY2026", kind="correction", reason="訂正"))
    wire.problem(refused, 403, "wrong-role")
    assert wire.get(where, "auditor")["author"] == "officer.jpo"


def a_missed_day(clock: Clock) -> None:
    """The officer hears of it, then the approver, then the coordinator."""
    clock.strike(2026, 12, 10, 10)
    mailed = mails_until(datetime(2027, 1, 20, tzinfo=JAPAN), clock)
    assert mailed["officer.mext"] == ["12-10", "12-11", "12-22", "12-25", "01-01", "01-08", "01-15"]
    assert mailed["approver.mext"] == ["01-01", "01-08", "01-15"]
    assert mailed["coordinator"] == ["01-08", "01-15"]
    assert owed(LATE, "FY2026")["state"] == "overdue"


def an_unlock_and_one_that_expires(clock: Clock) -> None:
    """Closed, and unlocked for a time with a reason: one hands in late, the other lets the time pass."""
    clock.strike(2027, 3, 31)
    do("coordinator", "/cycles/FY2026/close", {"reason": "年度末"})
    do("officer.mext", "/updates", report(LATE, "FY2026"), 409)
    for measure in (LATE, UNLOCKED_TOO_SHORT):
        unlock = {"expires_at": "2027-04-05T18:00:00+09:00", "reason": "災害対応のため"}
        do("coordinator", f"/obligations/{owed(measure, 'FY2026')['id']}/unlock", unlock)
    clock.strike(2027, 4, 2)
    late = do("officer.mext", "/updates", report(LATE, "FY2026"), 201)
    do("officer.mext", f"/updates/{late['id']}/submit")
    do("approver.mext", f"/updates/{late['id']}/approve")
    clock.strike(2027, 4, 6)
    ended = do("officer.mext", "/updates", report(UNLOCKED_TOO_SHORT, "FY2026"), 409)
    assert ended["code"] == "unlock-ended"
    assert owed(LATE, "FY2026")["state"] == "reported_late"


def a_correction(clock: Clock) -> None:
    """A new row, and who reported the value is told."""
    correction = report(builders.SME, "FY2026", share(2024, "14.2"), kind="correction", reason="集計の誤りを正す。",
                        declared_health="at_risk")  # fmt: skip
    reachable("officer.jpo")
    again = do("officer.jpo.2", "/updates", correction, 201)
    do("officer.jpo.2", f"/updates/{again['id']}/submit")
    do("approver.jpo", f"/updates/{again['id']}/approve")
    assert wire.get(f"/kpis/{KPI}")["standing"]["value"] == "14.2"
    sent(clock.now + timedelta(days=1))
    assert Mail.objects.filter(person=Person.objects.get(username="officer.jpo")).exists()


def a_merger() -> None:
    """The measure goes into another, and owes nothing in the next year."""
    merger = {"measure": MERGED, "outcome": "merge_into", "into": INTO, "reference": "推進会議 資料3",
              "decided_on": "2027-03-20", "reason": "一体で進める"}  # fmt: skip
    do("coordinator", "/decisions", merger, 201)
    assert wire.get(f"/measures/{MERGED}")["status"] == "merged"
    period = {"type": "fiscal_year", "year": 2027}
    do("coordinator", "/cycles", {"code": "FY2027", "document": "MEXT2019", "period": period, **NEXT}, 201)
    do("coordinator", "/cycles/FY2027/open")
    due = {one["measure"] for one in wire.items("/obligations?cycle=FY2027")}
    assert (len(due), MERGED in due, INTO in due) == (32, False, True)


def the_next_year(clock: Clock) -> None:
    """The successor reports in time."""
    clock.strike(2027, 12, 20)
    second = do("officer.jpo.2", "/updates", report(builders.SME, "FY2027", share(2025, "16.0")), 201)
    do("officer.jpo.2", f"/updates/{second['id']}/submit")
    do("approver.jpo", f"/updates/{second['id']}/approve")
    assert owed(builders.SME, "FY2027")["state"] == "reported_on_time"
