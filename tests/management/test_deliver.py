"""`deliver`: once, with the number printed, or for ever, by several at once and through kill -9 in the middle."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from measures.models import Mail, Notice, Person
from tests import builders
from tests.journeys.service import database_url
from tests.operations.test_mails import reachable, tell

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("loaded")]

SECONDS = 60


@pytest.fixture(autouse=True)
def at_any_hour(settings: Any) -> None:
    settings.MAIL_FROM_HOUR = 0


def run() -> str:
    out = StringIO()
    call_command("deliver", stdout=out)
    return out.getvalue()


def test_it_mails_what_was_committed_and_prints_how_many_mails_it_were() -> None:
    reachable("approver.jpo")
    builders.an_update(at_status="submitted")
    assert mail.outbox == []
    assert (run(), run()) == ("1\n", "0\n")
    (sent,) = mail.outbox
    assert sent.to == ["approver.jpo@example.go.jp"]
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert builders.SME in sent.body


def test_a_mail_that_is_not_taken_is_kept_and_named_by_its_number_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (ava,) = reachable("approver.jpo")
    tell(ava, at=timezone.now())

    def refused(*_: object) -> int:
        raise OSError("550 no such mailbox approver.jpo@example.go.jp")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refused)
        assert run() == "0\n"
    assert "was not taken (OSError, attempt 1)" in caplog.text
    assert "approver.jpo" not in caplog.text
    assert Mail.objects.get().delivered_at is None
    Mail.objects.update(claimed_until=timezone.now())
    assert run() == "1\n"


class MailServer(threading.Thread):
    """Takes mails by SMTP; `meanwhile` is called when one was taken whole, before that is said."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.taken: list[Message] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                session, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[session], daemon=True).start()

    def _serve(self, session: socket.socket) -> None:
        with session, session.makefile("rwb") as stream:

            def say(line: bytes) -> None:
                stream.write(line + b"\r\n")
                stream.flush()

            try:
                say(b"220 here")
                while line := stream.readline():
                    if line.upper().startswith(b"DATA"):
                        say(b"354 go on")
                        data = b"".join(iter(stream.readline, b".\r\n"))
                        self.taken.append(message_from_bytes(data))
                        self.meanwhile()
                    say(b"250 fine" if not line.upper().startswith(b"QUIT") else b"221 bye")
            except OSError:
                return


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.socket.close()


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(server: MailServer) -> Iterator[Start]:
    started = []
    given = {"DATABASE_URL": database_url(), "MAIL_FROM_HOUR": "0", "EMAIL_HOST": "127.0.0.1"}

    def one(**other: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, str(django_settings.BASE_DIR / "manage.py"), "deliver", "--forever"],
            env={**os.environ, **given, "EMAIL_PORT": str(server.port), **other},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield one
    for process in started:
        process.kill()
        process.communicate()


def until(what: Callable[[], bool]) -> None:
    give_up = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < give_up, "it never came to that"
        time.sleep(0.05)


def ended(process: "subprocess.Popen[str]", number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
    process.send_signal(number)
    out, errors = process.communicate(timeout=SECONDS)
    return process.returncode, out, errors


def all_delivered() -> bool:
    return not Notice.objects.filter(mail=None).exists() and not Mail.objects.filter(delivered_at=None).exists()


def test_two_workers_at_once_send_each_person_one_mail(server: MailServer, start: Start) -> None:
    everyone = reachable(*Person.objects.values_list("username", flat=True))
    for person in everyone:
        for code in ("1", "2", "3"):
            tell(person, code, at=timezone.now())
    workers = [start(), start()]
    until(all_delivered)
    assert [ended(worker) for worker in workers] == [(0, "", "")] * 2
    assert Counter(one["To"] for one in server.taken) == Counter(person.email for person in everyone)
    assert len(everyone) == Mail.objects.count()


def test_a_worker_killed_between_sending_and_noting_it_doubles_that_mail_and_loses_none(
    server: MailServer, start: Start
) -> None:
    everyone = reachable(*Person.objects.values_list("username", flat=True))
    for person in everyone:
        tell(person, at=timezone.now())
    first = start()
    server.meanwhile = lambda: first.kill() if len(server.taken) == 3 else None
    assert first.wait(timeout=SECONDS) == -signal.SIGKILL
    assert Mail.objects.filter(delivered_at=None).count() == 1
    # As if the five minutes had passed for which the dead one had it.
    Mail.objects.filter(delivered_at=None).update(claimed_until=timezone.now() - timedelta(seconds=1))
    second = start()
    until(all_delivered)
    assert ended(second, signal.SIGINT) == (0, "", "")
    times = Counter(one["To"] for one in server.taken)
    assert set(times) == {person.email for person in everyone}
    assert sorted(times.values()) == [1] * (len(everyone) - 1) + [2]
    twice = times.most_common(1)[0][0]
    assert len({one["Message-ID"] for one in server.taken if one["To"] == twice}) == 1


def test_without_a_server_each_mail_is_a_file_that_its_reader_could_read(start: Start, tmp_path: Path) -> None:
    everyone = reachable("approver.jpo", "officer.jpo")
    for person in everyone:
        tell(person, at=timezone.now())
    worker = start(EMAIL_HOST="", MAIL_DIR=str(tmp_path / "mail"))
    until(lambda: Mail.objects.exclude(delivered_at=None).count() == 2)
    assert ended(worker) == (0, "", "")
    kept = [file.read_text() for file in (tmp_path / "mail").iterdir()]
    for person in everyone:
        (text,) = [text for text in kept if f"\nTo: {person.email}\n" in text]
        assert person.display_name in text
