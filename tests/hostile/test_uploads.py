"""Forms that are broken, too large, badly named or cut off, and a full disk: refused, and nothing left behind."""

import errno
import os
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings

from measures.models import Event, Evidence
from measures.operations import files
from tests import builders
from tests.api import wire
from tests.api.test_evidence import PDF, a_form, an_address, upload
from tests.api.test_evidence import files as on_disk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


@pytest.fixture(autouse=True)
def nothing_is_left() -> Any:
    before, rows = on_disk(), Evidence.objects.count()
    yield
    assert not list((settings.EVIDENCE_DIR / "incoming").glob("*"))
    assert len(on_disk()) - len(before) <= Evidence.objects.count() - rows


def refused(body: bytes, kind: str, status: int, code: str) -> list[tuple[str, str]]:
    officer, events = builders.client("officer.jpo"), Event.objects.count()
    answer = wire.problem(wire.raw(officer, "/evidence", body, kind), status, code)
    assert Event.objects.count() == events
    return wire.places(answer) if "errors" in answer else []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\Users\\\\x\\\\report.pdf", "report.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        (". .", "file"),
        ("か\u3099.pdf", "が.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("a%0d%0aSet-Cookie: x.pdf", "a%0d%0aSet-Cookie: x.pdf"),
    ],
)
def test_a_hostile_name_is_a_name_and_nothing_else(given: str, kept: str) -> None:
    officer = builders.client("officer.jpo")
    made = upload(officer, builders.an_update(), file=(given, PDF))
    assert made.status_code == 201, made.content
    assert made.json()["name"] == kept
    fetched = officer.get(f"{made['Location']}/file")
    assert fetched["Content-Disposition"].startswith("attachment")
    assert "\n" not in fetched["Content-Disposition"]
    assert fetched.getvalue() == PDF


def test_a_form_that_ends_too_early_is_refused_400() -> None:
    update = builders.an_update()
    body, kind = a_form(file=("a.pdf", PDF * 100), update=update.pk, title="途中")
    for cut in (5, 40, 2000, len(body) - 10):
        places = refused(body[:-cut], kind, 400, "invalid")
        assert places in ([("", "cut-short")], [("", "not-a-form")]), (cut, places)
    client = builders.client("officer.jpo")
    cut = {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body[:-50])}
    short = client.generic("POST", f"{wire.BASE}/evidence", body, content_type=kind, **cut)
    assert wire.places(wire.problem(short, 400, "invalid")) == [("", "cut-short")]


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=é"]
)
def test_a_form_without_a_boundary_is_none_400(kind: str) -> None:
    assert refused(b"--x--\r\n", kind, 400, "invalid") == [("", "not-a-form")]


def test_a_form_is_as_strict_as_json_400() -> None:
    update = builders.an_update()

    def places(**fields: Any) -> list[tuple[str, str]]:
        form = {"file": ("a.pdf", PDF), "update": update.pk, "title": "題", **fields}
        return refused(*a_form(**{name: one for name, one in form.items() if one is not None}), 400, "invalid")

    assert places(titel="x") == [("/titel", "unknown-field")]
    assert places(title=None) == [("/title", "required")]
    assert places(title="a\u202eb") == [("/title", "forbidden-character")]
    assert places(update="４２") == [("/update", "invalid")]
    assert places(update="1e3") == [("/update", "invalid")]
    assert places(update=None) == [("/update", "one-of-two")]
    assert places(milestone=1) == [("/update", "one-of-two")]
    assert places(released_on="2020-02-30") == [("/released_on", "invalid")]
    # No name is left of it, so that it is no file for the framework.
    assert places(file=("..", PDF)) == [("/file", "required")]
    assert places(file=None) == [("/file", "required")]
    token = builders.token("officer.jpo")
    assert places(title=token) == [("", "token-in-body")]
    body, kind = a_form(file=("a.pdf", PDF), update=update.pk, title="題")
    twice = body.replace(b'name="title"', b'name="update"')
    assert refused(twice, kind, 400, "invalid") == [("", "repeated")]
    other = body.replace(b'name="file"', b'name="other"')
    assert refused(other, kind, 400, "invalid") == [("", "one-file")]
    garbled = body.replace("題".encode(), "題".encode("cp932"))
    assert refused(garbled, kind, 400, "invalid") == [("", "not-utf-8")]


def test_two_files_in_a_form_are_none_400() -> None:
    body, kind = a_form(file=("a.pdf", PDF), update=builders.an_update().pk, title="題")
    boundary = kind.partition("=")[2].encode()
    part = body.split(b"--" + boundary)[3]
    twice = body.removesuffix(b"--" + boundary + b"--\r\n") + b"--" + boundary + part + b"--" + boundary + b"--\r\n"
    assert refused(twice, kind, 400, "invalid") == [("", "one-file")]


def test_a_file_has_a_limit_of_its_own_beside_that_of_json_413(settings: Any) -> None:
    update, officer = builders.an_update(), builders.client("officer.jpo")
    assert upload(officer, update, file=("a.pdf", PDF + b"\0" * 2 * 1024 * 1024)).status_code == 201
    settings.MAX_FILE_BYTES = 100_000
    assert upload(officer, update, file=("b.pdf", PDF.ljust(100_000, b"\0"))).status_code == 201
    wire.problem(upload(officer, update, file=("c.pdf", PDF.ljust(100_001, b"\1"))), 413, "too-large")
    wire.problem(upload(officer, update, file=("c.pdf", PDF.ljust(200_000, b"\1"))), 413, "too-large")
    body, kind = a_form(file=("a.pdf", PDF), update=update.pk, title="題" * 400_000)
    refused(body, kind, 413, "too-large")
    settings.MAX_FILE_BYTES = 20 * 1024 * 1024
    assert wire.problem(wire.raw(officer, "/evidence", body, kind), 413)["code"] == "too-much"
    wire.problem(wire.raw(officer, "/updates", b" " * 2_000_000, kind), 413, "too-large")


def test_a_disk_without_room_is_said_and_nothing_is_kept_503(monkeypatch: pytest.MonkeyPatch) -> None:
    update, officer = builders.an_update(), builders.client("officer.jpo")
    write = files.Incoming.write

    def full(self: files.Incoming, data: bytes) -> None:
        if self.size > 100_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, data)

    with monkeypatch.context() as planted:
        planted.setattr(files.Incoming, "write", full)
        answer = upload(officer, update, file=("a.pdf", PDF.ljust(500_000, b"\0")))
        assert wire.problem(answer, 503, "no-room")["detail"].startswith("There is no room")
        assert answer["Retry-After"]
    assert upload(officer, update, file=("a.pdf", PDF.ljust(500_000, b"\0"))).status_code == 201


def test_a_refused_report_leaves_no_file_behind() -> None:
    submitted, officer = builders.an_update("submitted"), builders.client("officer.jpo")
    data = PDF + b"of nobody"
    wire.problem(upload(officer, submitted, file=("a.pdf", data)), 409, "wrong-turn")
    wire.problem(upload(builders.client("officer.mext"), submitted, file=("a.pdf", data)), 404, "not-found")
    wire.problem(upload(builders.client("auditor"), submitted, file=("a.pdf", data)), 403, "wrong-role")
    wire.problem(upload(builders.client(), submitted, file=("a.pdf", data)), 401, "unauthenticated")
    assert not files.path_of(sha256(data).hexdigest()).exists()


def test_what_a_killed_process_left_is_swept_away_by_a_later_one() -> None:
    folder = settings.EVIDENCE_DIR / "incoming"
    folder.mkdir(exist_ok=True)
    stale, fresh = folder / "stale", folder / "fresh"
    for path in (stale, fresh):
        path.write_bytes(b"half")
    os.utime(stale, (0, 0))
    files.Incoming("x").discard()
    assert (stale.exists(), fresh.exists()) == (False, True)
    fresh.unlink()


def test_an_address_that_is_none_is_refused_400() -> None:
    update, officer = builders.an_update(), builders.client("officer.jpo")
    for url in ("javascript:alert(1)", "file:///etc/passwd", "ftp://x/y", "", "http://"):
        wire.problem(an_address(officer, update=update.pk, url=url), 400, "invalid")
    assert an_address(officer, update=update.pk, url="https://例え.jp/" + "長" * 1900).status_code == 201
