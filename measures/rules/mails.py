"""When people are mailed: the hours of the day, how long a worker has a mail to itself, and when one is tried again."""

from datetime import datetime, timedelta

# Far longer than any mail server is waited for, so that nobody else takes a mail that is still on its way.
CLAIM = timedelta(minutes=5)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


def is_time_to_mail(at: datetime, *, from_hour: int) -> bool:
    """Whether mails are sent at `at`, an instant in Japanese time.

    Nobody is mailed at night; and what the first mail of a morning takes along is all that came since the last one.
    """
    return at.hour >= from_hour


def pause_after(attempts: int) -> timedelta:
    """How long a mail that failed `attempts` times waits: twice as long each time, up to an hour."""
    doubled: int = 2 ** min(attempts - 1, 10)
    return min(LONGEST_PAUSE, FIRST_PAUSE * doubled)
