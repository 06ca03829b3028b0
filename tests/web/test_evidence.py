"""Evidence on the page of its report: files and addresses are added, refused beside their field, and verified."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from measures.models import Evidence
from measures.operations.files import path_of
from measures.web.asking import Pieces
from tests import builders
from tests.web.people import Browser
from tests.web.reading import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
PDF = b"%PDF-1.7\n" + b"0" * 3_000_000 + b"\n%%EOF\n"
FILE, ADDRESS = "multipart/form-data", 'id="address-url"'


def add(username: str, update: int, form: str, **fields: object) -> tuple[int, str]:
    browser = Browser(username)
    response = browser.send_from(browser.page(f"/updates/{update}"), f"/updates/{update}/evidence", form, **fields)
    return response.status_code, response.headers.get("Location") or response.content.decode()


@pytest.mark.parametrize("content", [PDF, b"%PDF-1.7\nsmall"])
def test_a_file_is_kept_as_it_was_sent_303(content: bytes) -> None:
    update = builders.an_update("draft")
    file = SimpleUploadedFile('年次"報告書".pdf', content, "text/plain")
    told = {"file-title": "年次報告書", "file-file": file, "file-released_on": "2020-07-27"}
    assert add("officer.jpo", update.pk, FILE, **told) == (303, f"/updates/{update.pk}?done=evidence#evidence")
    one = Evidence.objects.get()
    assert (one.title, one.media_type, one.size, one.update_id) == (
        "年次報告書",
        "application/pdf",
        len(content),
        update.pk,
    )
    assert one.name.endswith(".pdf") and "年次" in one.name
    assert path_of(one.sha256).read_bytes() == content
    text = Browser("officer.jpo").page(f"/updates/{update.pk}")
    assert f'href="/api/v1/evidence/{one.pk}/file"' in text


def test_an_address_is_kept_303() -> None:
    update = builders.an_update("draft")
    told = {"address-title": "特許庁", "address-url": "https://www.jpo.go.jp/", "address-released_on": ""}
    assert add("officer.jpo", update.pk, ADDRESS, **told)[0] == 303
    assert Evidence.objects.get().url == "https://www.jpo.go.jp/"


@pytest.mark.parametrize(
    ("form", "given", "wrong"),
    [
        (ADDRESS, {"address-title": "題", "address-url": "javascript:alert(1)"}, "address-url"),
        (ADDRESS, {"address-title": "", "address-url": "https://a.example/"}, "address-title"),
        (ADDRESS, {"address-title": "題", "address-url": "https://a.example/", "address-released_on": "x"},
         "address-released_on"),
        (FILE, {"file-title": "題", "file-file": SimpleUploadedFile("a.exe", b"MZ\x00\x01")}, "file-file"),
        (FILE, {"file-title": "題"}, "file-file"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept_400(form: str, given: dict, wrong: str) -> None:
    update = builders.an_update("draft")
    status, text = add("officer.jpo", update.pk, form, **given)
    assert status == 400, words(text)
    assert f'id="{wrong}-wrong"' in text and '<details class="card" id="add-evidence" open>' in text
    assert not Evidence.objects.exists()


def test_a_file_larger_than_is_taken_is_refused_413(settings: object) -> None:
    update = builders.an_update("draft")
    settings.MAX_FILE_BYTES = 1_000_000  # type: ignore[attr-defined]
    status, _ = add(
        "officer.jpo", update.pk, FILE, **{"file-title": "題", "file-file": SimpleUploadedFile("a.pdf", PDF)}
    )
    assert status == 413 and not Evidence.objects.exists()


def test_who_is_not_signed_in_sends_no_file_302_and_without_a_token_403() -> None:
    update = builders.an_update("draft")
    address = f"/updates/{update.pk}/evidence"
    sent = {"file-title": "題", "file-file": SimpleUploadedFile("a.pdf", PDF)}
    assert Client().post(address, sent)["Location"] == f"/login?next=%2Fupdates%2F{update.pk}"
    assert Browser("officer.jpo").client.post(address, sent).status_code == 403
    assert not Evidence.objects.exists()


def test_someone_else_verifies_it_303_and_who_wrote_the_report_is_told_why_not() -> None:
    update = builders.an_update("submitted", evidence=True)
    one = Evidence.objects.get()
    assert "so someone else must verify it" in Browser("officer.jpo").words(f"/updates/{update.pk}")
    status, to = add("approver.jpo", update.pk, f'name="verify" value="{one.pk}"')
    assert (status, to) == (303, f"/updates/{update.pk}?done=verify#evidence")
    assert Evidence.objects.get().verification is not None
    assert "verified" in Browser("approver.jpo").words(f"/updates/{update.pk}")


@pytest.mark.parametrize("number", ["0", "99999", "x", "1/../2", "９"])
def test_evidence_that_is_none_is_not_verified_404(number: str) -> None:
    update = builders.an_update("submitted")
    assert add("approver.jpo", update.pk, "/logout", verify=number, key="k")[0] == 404


def test_pieces_are_one_stream() -> None:
    stream = Pieces([b"ab"], iter([b"cde", b"", b"f"]), [b"gh"])
    assert [stream.read(1), stream.read(4), stream.read(100), stream.read(1)] == [b"a", b"bcde", b"fgh", b""]
    assert Pieces([b"a"], [b"b"]).read() == b"ab"
