"""The calendar of reminders: who is told on which days of a year."""

from datetime import date, timedelta

from measures.rules import reminders

OPENS, DUE = date(2026, 4, 1), date(2026, 12, 25)


def days(role: str, *, opens_on: date = OPENS, due_on: date = DUE) -> list[str]:
    """The days of the year after the opening on which `role` hears something new."""
    found = []
    for number in range(330):
        on = OPENS - timedelta(days=5) + timedelta(days=number)
        for one in reminders.told_by(opens_on=opens_on, due_on=due_on, on=on):
            if one.role == role and one.on == on:
                found.append(f"{on:%m-%d} {one.kind}")
    return found


def test_an_officer_hears_at_the_opening_14_and_3_days_before_on_the_day_and_then_weekly() -> None:
    assert days("officer")[:7] == [
        "04-01 reminder", "12-11 reminder", "12-22 reminder", "12-25 reminder",
        "01-01 overdue", "01-08 overdue", "01-15 overdue",
    ]  # fmt: skip


def test_the_approver_hears_from_a_week_and_the_coordinator_from_two_weeks_after_the_day() -> None:
    assert days("approver")[:3] == ["01-01 escalated", "01-08 escalated", "01-15 escalated"]
    assert days("coordinator")[:2] == ["01-08 escalated", "01-15 escalated"]


def test_a_short_cycle_has_no_reminder_before_it_opens() -> None:
    assert days("officer", due_on=OPENS + timedelta(days=5))[:3] == [
        "04-01 reminder", "04-03 reminder", "04-06 reminder",
    ]  # fmt: skip


def test_a_missed_day_is_made_up_for_by_one_reminder() -> None:
    told = reminders.told_by(opens_on=OPENS, due_on=DUE, on=date(2026, 12, 24))
    assert [(one.kind, one.on) for one in told] == [("reminder", date(2026, 12, 22))]
