"""Evidence over HTTP: an address as JSON, a file as a form, lists, the file itself, and who sees what."""

import io
import secrets
import zipfile
from hashlib import sha256
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from rest_framework.test import APIClient

from measures.models import Evidence, Person, ProgressUpdate
from measures.operations.files import path_of
from measures.rules import media
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nreport"
PAGE = "https://www.jpo.go.jp/support/"


def a_form(*, file: Any = None, **fields: Any) -> tuple[bytes, str]:
    """The bytes of a form and its Content-Type; `file` is (name, data) or (name, data, type)."""
    boundary = secrets.token_hex(8)
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    for name, data, *kind in [file] if file else []:
        head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {(*kind, "x/y")[0]}'
        parts.append(head.encode() + b"\r\n\r\n" + data)
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return body + b"--" + boundary.encode() + b"--\r\n", f"multipart/form-data; boundary={boundary}"


def upload(client: APIClient, update: ProgressUpdate, *, file: Any = ("報告.pdf", PDF), **fields: Any) -> HttpResponse:
    return wire.raw(client, "/evidence", *a_form(file=file, **{"update": update.pk, "title": "年次報告", **fields}))


def an_address(client: APIClient, **fields: Any) -> HttpResponse:
    return wire.send(client, "post", "/evidence", {"title": "窓口の一覧", "url": PAGE, **fields})


def files() -> list[str]:
    return sorted(path.name for path in settings.EVIDENCE_DIR.rglob("*") if path.is_file())


def test_a_file_is_uploaded_listed_in_its_report_and_fetched_as_it_was() -> None:
    update, officer = builders.an_update(), builders.client("officer.jpo")
    made = upload(officer, update, released_on="2020-07-27")
    assert made.status_code == 201, made.content
    shown = made.json()
    assert made["Location"] == f"{wire.BASE}/evidence/{shown['id']}"
    assert {name: shown[name] for name in ("kind", "title", "name", "media_type", "size", "sha256", "released_on")} == {
        "kind": "file",
        "title": "年次報告",
        "name": "報告.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "sha256": sha256(PDF).hexdigest(),
        "released_on": "2020-07-27",
    }
    assert (shown["claimed_by"], shown["verified_at"]) == ("officer.jpo", None)
    of_report = officer.get(f"{wire.BASE}/updates/{update.pk}").json()["evidence"]
    assert [one["sha256"] for one in of_report] == [shown["sha256"]]
    assert officer.get(made["Location"]).json() == shown
    fetched = officer.get(f"{made['Location']}/file")
    assert fetched.getvalue() == PDF
    assert fetched["Content-Type"] == "application/pdf"
    assert fetched["X-Content-Type-Options"] == "nosniff"
    assert fetched["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert fetched["Content-Disposition"] == "attachment; filename*=utf-8''%E5%A0%B1%E5%91%8A.pdf"
    assert fetched["Cache-Control"] == "private, no-cache"
    again = officer.get(f"{made['Location']}/file", headers={"If-None-Match": fetched["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_file_that_the_disk_lost_is_said_to_be_lost_404_and_noted_for_the_operators(
    caplog: pytest.LogCaptureFixture,
) -> None:
    update, officer = builders.an_update(), builders.client("officer.jpo")
    made = upload(officer, update, file=("失.pdf", PDF + b"lost")).json()
    path_of(made["sha256"]).unlink()
    wire.problem(officer.get(f"{wire.BASE}/evidence/{made['id']}/file"), 404, "file-lost")
    assert f"evidence {made['id']} is lost: {made['sha256']}" in caplog.text
    assert officer.get(f"{wire.BASE}/evidence/{made['id']}").status_code == 200
    # Who may not see it is told nothing else than ever.
    wire.problem(builders.client("officer.meti").get(f"{wire.BASE}/evidence/{made['id']}/file"), 404, "not-found")


def test_an_address_has_no_file_404_and_one_that_changed_points_at_the_old_one() -> None:
    update, officer = builders.an_update(), builders.client("officer.jpo")
    first = an_address(officer, update=update.pk, sha256="a" * 64).json()
    second = an_address(officer, update=update.pk, sha256="b" * 64).json()
    assert (first["replaces"], second["replaces"]) == (None, first["id"])
    wire.problem(officer.get(f"{wire.BASE}/evidence/{first['id']}/file"), 404, "not-found")


def test_someone_else_verifies_it_and_the_list_tells() -> None:
    update = builders.an_update("submitted", evidence=True)
    path = f"/evidence/{builders.evidence(update).pk}"
    wire.problem(wire.send(builders.client("officer.jpo"), "post", f"{path}/verify", {}), 403, "wrong-role")
    approver = builders.client("approver.jpo")
    done = wire.send(approver, "post", f"{path}/verify", {})
    assert (done.status_code, done.json()["verified_by"]) == (200, "approver.jpo")
    wire.problem(wire.send(approver, "post", f"{path}/verify", {}), 409, "already-verified")
    assert [len(wire.items(f"/evidence?verified={flag}", "officer.jpo")) for flag in ("true", "false")] == [1, 0]


def test_the_list_is_filtered_by_measure_report_milestone_kind_and_ministry() -> None:
    update = builders.an_update("approved", evidence=True)
    coordinator = builders.client("coordinator")
    milestone = {"measure": "MEXT2019-P1-01", "title": "公募", "due_on": "2021-03-31", "basis": "assigned"}
    pk = wire.send(coordinator, "post", "/milestones", {**milestone, "reason": "計画"}).json()["id"]
    assert an_address(coordinator, milestone=pk).status_code == 201

    def kinds(query: str) -> list[str]:
        return [item["kind"] for item in wire.items(f"/evidence?{query}")]

    assert kinds("kind=file&kind=address") == ["address", "file"]
    assert kinds(f"measure={builders.SME}") == kinds(f"update={update.pk}") == kinds("ministry=jpo") == ["file"]
    assert kinds(f"milestone={pk}") == kinds("kind=address") == ["address"]
    wire.problem(builders.client().get(f"{wire.BASE}/evidence?update=x"), 400, "invalid")


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "withdrawn"])
def test_what_is_not_published_is_there_for_nobody_else_404(state: str) -> None:
    pk = builders.evidence(builders.an_update(state, evidence=True)).pk
    for username in ("officer.mext", None):
        client = builders.client(username)
        for part in ("", "/file"):
            wire.problem(client.get(f"{wire.BASE}/evidence/{pk}{part}"), 404, "not-found")
        assert wire.items("/evidence", username) == []
    assert len(wire.items("/evidence", "auditor")) == 1


def test_once_approved_it_is_public_and_who_claimed_it_is_not() -> None:
    pk = builders.evidence(builders.an_update("approved", evidence=True)).pk
    shown = wire.get(f"/evidence/{pk}")
    assert (shown["claimed_by"], wire.get(f"/evidence/{pk}", "officer.jpo")["claimed_by"]) == (None, "officer.jpo")
    assert builders.client().get(f"{wire.BASE}/evidence/{pk}/file").getvalue() == builders.NOTES


def test_a_moment_before_it_was_added_knows_nothing_of_it_and_one_before_its_approval_shows_it_to_nobody_else() -> None:
    update = builders.an_update("approved", evidence=True)
    kept = builders.evidence(update)
    client = builders.client()

    def status(moment: Any, username: str | None = None) -> int:
        query = {"known_at": moment.isoformat()}
        return builders.client(username).get(f"{wire.BASE}/evidence/{kept.pk}/file", query).status_code

    assert status(kept.recorded_at, "officer.jpo") == 200
    assert status(update.drafted_at, "officer.jpo") == 404
    assert (status(kept.recorded_at), status(update.updated_at)) == (404, 200)
    past = client.get(f"{wire.BASE}/updates/{update.pk}", {"known_at": update.updated_at.isoformat()}).json()
    assert [one["id"] for one in past["evidence"]] == [kept.pk]


def test_the_same_form_with_the_same_key_is_answered_as_the_first_time_and_another_is_422() -> None:
    update, officer = builders.an_update(), builders.client("officer.jpo")

    def sent(data: bytes) -> HttpResponse:
        body, kind = a_form(file=("a.pdf", data), update=update.pk, title="同じ")
        key = {"Idempotency-Key": "one"}
        return officer.generic("POST", f"{wire.BASE}/evidence", body, content_type=kind, headers=key)

    first, again = sent(PDF), sent(PDF)
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert again.json() == first.json()
    wire.problem(sent(PDF + b"2"), 422, "key-reused")
    assert Evidence.objects.count() == 1


def test_a_browser_uploads_with_its_csrf_token_and_not_without_403() -> None:
    update = builders.an_update()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(Person.objects.get(username="officer.jpo"))
    browser.get("/login")
    # Larger than what is held in memory of other bodies.
    body, kind = a_form(file=("a.pdf", PDF + b"\0" * 2_000_000), update=update.pk, title="大きい")
    headers = {"Idempotency-Key": "one", "X-CSRFToken": browser.cookies["csrftoken"].value}
    where = f"{wire.BASE}/evidence"
    refused = browser.generic("POST", where, body, content_type=kind, headers={"Idempotency-Key": "one"})
    wire.problem(refused, 403, "csrf")
    assert browser.generic("POST", where, body, content_type=kind, headers=headers).status_code == 201


def test_a_draft_that_is_discarded_takes_its_evidence_along() -> None:
    update, officer = builders.an_update(), builders.client("officer.jpo")
    path = upload(officer, update)["Location"]
    assert wire.send(officer, "delete", f"/updates/{update.pk}").status_code == 204
    wire.problem(officer.get(path), 404, "not-found")


def an_office_file(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "<x/>")
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n\0", "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0", "image/jpeg"),
        ("表.csv", "年度,件数\r\n2019,3\r\n".encode(), "text/csv"),
        ("表.csv", "\ufeff年度".encode(), "text/csv"),
        ("page.html", b"<script>alert(1)</script>", "text/plain"),
        ("表.xlsx", an_office_file("xl/workbook.xml"), media.OFFICE_TYPES["xl/"]),
        ("a.exe", PDF, "application/pdf"),
        ("archive.zip", an_office_file("a.txt"), "application/zip"),
    ],
)  # fmt: skip
def test_its_type_is_what_is_in_it_whatever_its_name_and_the_announced_type_say(
    name: str, data: bytes, said: str
) -> None:
    made = upload(builders.client("officer.jpo"), builders.an_update(), file=(name, data, "text/html"))
    assert (made.status_code, made.json().get("media_type")) == (201, said), made.content


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\0\x03",
        "表計算".encode("cp932"),
        "text".encode("utf-16"),
        b"text with \0 in it",
        b"PK\x03\x04broken",
        an_office_file("word/document.xml", "word/vbaProject.bin"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ],
    ids=["empty", "exe", "cp932", "utf-16", "nul", "broken", "macros", "old-office"],
)
def test_what_is_of_no_kind_that_is_taken_is_refused_and_not_kept_400(data: bytes) -> None:
    before = files()
    refused = upload(builders.client("officer.jpo"), builders.an_update(), file=("a.csv", data))
    assert wire.places(wire.problem(refused, 400, "invalid")) == [("/file", "unknown-content")]
    assert files() == before
    assert not path_of(sha256(data).hexdigest()).exists()
