"""`deliver`: sends the mails that are due and says how many it were; with `--forever` it stays at it."""

import logging
import signal
from argparse import ArgumentParser
from datetime import datetime, timedelta
from smtplib import SMTPException
from threading import Event
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from measures.exports import mails as texts
from measures.models import Mail
from measures.operations import mails, obligations, reminders, standings
from measures.queries import notices

EVERY_SECONDS = 1
REMIND_EVERY = timedelta(minutes=10)
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# ValueError: an address or a name that no mail can carry.
NOT_TAKEN = (OSError, SMTPException, ValueError)
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Sends each person who is to be told something one mail a day, and prints how many mails it were."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forever", action="store_true", help="look again every second until a signal ends it")

    def handle(self, *args: Any, **options: Any) -> None:
        over = Event()
        if not options["forever"]:
            _remind(None)
            self.stdout.write(str(_deliver_all(over)))
            return
        for number in ENDING:
            signal.signal(number, lambda *_: over.set())
        said, reminded = "", None
        while not over.wait(EVERY_SECONDS):
            try:
                reminded = _remind(reminded)
                _deliver_all(over)
                said = ""
            except (DatabaseError, InterfaceError) as error:
                connection.close()
                # Once, and not every second.
                if (reason := (str(error).splitlines() or [type(error).__name__])[0]) != said:
                    log.warning("mailing stopped and is tried again: %s", reason)
                said = reason
        connection.close()


def _remind(last: datetime | None) -> datetime:
    """Notes what was missed and writes the reminders of the day unless that was done a moment ago; when it was done."""
    now = timezone.now()
    if last is not None and now - last < REMIND_EVERY:
        return last
    while obligations.note_missed(at=timezone.now()):
        pass
    while standings.note_missed(at=timezone.now()):
        pass
    reminders.remind(at=now)
    return now


def _deliver_all(over: Event) -> int:
    """How many mails were sent until none was due any more."""
    sent = 0
    while not over.is_set() and (mail := mails.claim(at=timezone.now(), from_hour=settings.MAIL_FROM_HOUR)):
        try:
            _message(mail).send()
        except NOT_TAKEN as error:
            # Neither the address nor what the server says of it belongs in a log.
            log.warning("mail %d was not taken (%s, attempt %d)", mail.pk, type(error).__name__, mail.attempts)
            mails.failed(mail=mail, at=timezone.now())
            continue
        mails.delivered(mail_id=mail.pk, at=timezone.now())
        sent += 1
    return sent


def _message(mail: Mail) -> EmailMessage:
    """The mail as it is sent; the same id each time, by which a mailbox knows one that came twice."""
    person = mail.person
    said = texts.text(notices.items(mail), name=person.display_name, site=settings.PUBLIC_URL)
    written = int(mail.written_at.timestamp())
    headers = {
        "Message-ID": f"<mail-{mail.pk}-{written}@{settings.LOG_ORIGIN}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(said.subject, said.body, to=[person.email], headers=headers)
