"""Documents on their way in, over HTTP: proposed from a text, edited, discarded, confirmed, and seen by few."""

import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from measures.models import Assignment, Document, Element, Event, Measure, Proposal
from measures.operations import standings
from tests import builders, proposing
from tests.api import wire
from tests.figures import Figure
from tests.rules import invented

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

SOURCE = Path(__file__).resolve().parents[2] / "fixtures" / "source"
COORDINATOR = "coordinator"
NOT_SEEN_BY = ("officer.jpo", "approver.jpo", "administrator")


def send(method: str, path: str, body: Any = None, *, by: str = COORDINATOR, **given: Any) -> HttpResponse:
    return wire.send(builders.client(by), method, path, body, **given)


def proposed(text: str = invented.FOREST, **head: Any) -> dict[str, Any]:
    made = send("post", "/proposals", {"text": text, **head})
    assert made.status_code == 201, made.content
    return made.json()


def upload(data: bytes, **fields: str) -> HttpResponse:
    file = SimpleUploadedFile("plan.txt", data, content_type="text/plain")
    headers = {"Idempotency-Key": f"upload-{sha256(data).hexdigest()}-{len(fields)}"}
    client = builders.client(COORDINATOR)
    return client.post(f"{wire.BASE}/proposals", {"file": file, **fields}, format="multipart", headers=headers)


def path_of(proposal: Proposal) -> str:
    return f"/proposals/{proposal.pk}"


def test_a_text_is_proposed_with_what_it_says_of_itself_201() -> None:
    text = (SOURCE / "source-mext-2019-09-19.txt").read_text()
    made = proposed(text)
    given = json.loads((SOURCE / "document.json").read_text())
    assert (made["title"], made["issued_on"]) == (given["document"]["title"], "2019-09-19")
    assert made["issuer"] == given["document"]["issuer"]
    assert made["sha256"] == given["document"]["sha256"] == sha256(made["text"].encode()).hexdigest()
    assert [one["lines"] for one in made["elements"]] == [one["lines"] for one in given["elements"]]
    assert sum(one["measure"] is not None for one in made["elements"]) == 27 + 6
    studies = {one["text"] for one in made["elements"] if one["measure"] and one["measure"]["kind"] == "study"}
    assert studies == {one["text"] for one in given["elements"] if one["kind"] == "measure" and "検討" in one["text"]}
    assert {one["why"] for one in made["elements"] if one["rule"] == "noun-bullet"} == {
        "A bullet that ends in a noun says what is to be done."
    }


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        (b"\xef\xbb\xbf" + invented.FOREST.encode(), {}),
        (invented.FOREST.encode("cp932"), {"encoding": "cp932"}),
        (invented.FOREST.replace("\n", "\r\n").encode(), {"code": "FOREST2020"}),
    ],
)
def test_a_file_is_proposed_with_its_own_sha256_201(data: bytes, fields: dict[str, str]) -> None:
    made = upload(data, **fields)
    assert made.status_code == 201, made.content
    assert made.json()["file_sha256"] == sha256(data).hexdigest()
    assert [one["text"] for one in made.json()["elements"]] == [text for _, _, text in invented.FOREST_SHOWN]
    assert upload(data, **fields)["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("data", "fields", "place"),
    [
        (invented.FOREST.encode("cp932"), {}, ("/file", "not-utf-8")),
        (invented.FOREST.encode("utf-16"), {}, ("/file", "not-utf-8")),
        (b"\x89PNG\r\n\x81", {"encoding": "cp932"}, ("/file", "not-cp932")),
        (b"PK\x03\x04\x00", {}, ("/file", "forbidden-character")),
        ("計画\u202e".encode(), {}, ("/file", "forbidden-character")),
        (b" \n" * 9, {}, ("/file", "blank")),
        ("○取組の推進\n".encode() * 4_000, {}, ("/file", "too-many-elements")),
        (b"\n" * 100_000 + b"x", {}, ("/file", "too-many-lines")),
        (b"x", {"encoding": "euc-jp"}, ("/encoding", "invalid-choice")),
    ],
)
def test_a_file_that_is_no_text_is_refused_400(data: bytes, fields: dict[str, str], place: tuple[str, str]) -> None:
    assert wire.places(wire.problem(upload(data, **fields), 400, "invalid")) == [place]
    assert not Proposal.objects.exists()


def test_a_text_that_is_too_large_is_refused_413() -> None:
    wire.problem(upload(b"x" * (1024 * 1024 + 1)), 413, "too-large")
    wire.problem(send("post", "/proposals", {"text": "x" * (1024 * 1024)}), 413, "too-large")


def test_what_is_missing_is_said_all_at_once_with_its_place() -> None:
    made = proposed("森の計画\n\n○苗木の配布\n")
    told = {(one["pointer"], one["code"]) for one in made["problems"]}
    head = {(f"/{name}", "missing") for name in ("code", "title_en", "issuer", "issuer_en", "issued_on")}
    measure = {("/elements/1/measure/title_en", "missing"), ("/elements/1/measure/lead", "missing")}
    assert told == head | measure
    refused = send("post", f"/proposals/{made['id']}/confirm", {"reason": "登録"})
    assert set(wire.places(wire.problem(refused, 400, "invalid"))) == told
    assert not Document.objects.filter(title="森の計画").exists()


def test_elements_are_changed_added_renamed_dropped_and_lines_are_noise() -> None:
    made = proposed(code="FOREST2020")
    changes = [
        {"code": "S2-1-02", "kind": "narrative"},
        {"code": "S2-1-n1", "renamed": "S2-1-text"},
        {"code": "S2-2", "renamed": "MOUNTAIN"},
        {"code": "T2x", "kind": "issuer", "lines": [3, 3]},
    ]
    body = {"elements": changes, "drop": ["T2", "S1-c2"], "noise": [{"line": 9, "reason": "試験の行"}]}
    changed = send("patch", f"/proposals/{made['id']}", body, match='"v1"')
    assert (changed.status_code, changed["ETag"]) == (200, '"v2"'), changed.content
    by_code = {one["code"]: one for one in changed.json()["elements"]}
    assert by_code["S2-1-02"]["measure"] is None
    assert by_code["S2-2-01"]["parent"] == "MOUNTAIN"
    assert (by_code["T2x"]["rule"], by_code["T2x"]["is_sure"]) == ("by-hand", True)
    assert {"T2", "S1-c2", "S2-1-n1"} & set(by_code) == set()
    assert changed.json()["noise_lines"]["9"] == "試験の行"
    again = send("patch", f"/proposals/{made['id']}", {"noise": [{"line": 9, "reason": ""}]}, match='"v2"').json()
    assert ("/noise_lines", "uncovered") in {(one["pointer"], one["code"]) for one in again["problems"]}
    wire.problem(send("patch", f"/proposals/{made['id']}", {"title": "古い"}, match='"v1"'), 412, "stale")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"elements": [{"code": "NEW"}]}, ("/elements/0/kind", "required")),
        ({"elements": [{"code": "S2-1", "renamed": "S2"}]}, ("/elements/0/renamed", "taken")),
        ({"drop": ["NOTHING"]}, ("/drop/0", "unknown")),
        ({"elements": [{"code": "S2", "lines": [1]}]}, ("/elements/0/lines", "min-length")),
        ({"elements": [{"code": "S2", "kind": "poem"}]}, ("/elements/0/kind", "invalid-choice")),
        ({"elements": [{"code": "S2", "words": "x"}]}, ("/elements/0/words", "unknown-field")),
        ({"lead": {**proposing.LEAD, "ministry": "mxet"}}, ("/lead/ministry", "unknown")),
        ({"code": "two words"}, ("/code", "invalid")),
    ],
)
def test_an_edit_that_cannot_be_is_refused_with_its_place_400(body: dict[str, Any], place: tuple[str, str]) -> None:
    made = proposed()
    answer = wire.problem(send("patch", f"/proposals/{made['id']}", body, match='"v1"'), 400, "invalid")
    assert place in wire.places(answer)
    assert Proposal.objects.get(pk=made["id"]).version == 1


@pytest.mark.parametrize(
    ("edits", "place"),
    [
        ({"changes": [{"code": "S2", "lines": [10, 99]}]}, ("/elements/5/lines", "out-of-order")),
        ({"changes": [{"code": "S2", "lines": [9, 10]}]}, ("/elements/5/lines", "overlaps")),
        ({"changes": [{"code": "S1", "parent": "S2"}]}, ("/elements/2/parent", "unknown")),
        ({"changes": [{"code": "S1", "parent": "S1"}]}, ("/elements/2/parent", "unknown")),
        ({"changes": [{"code": "S2-1-02", "measure": {"code": builders.SME}}]}, ("/elements/9/measure/code", "taken")),
        (
            {"changes": [{"code": "S2-1-02", "measure": {"code": "FOREST2020-S2-1-01"}}]},
            ("/elements/9/measure/code", "repeated"),
        ),
        (
            {"changes": [{"code": "S2-1-02", "measure": {"lead": {**proposing.LEAD, "basis": "stated"}}}]},
            ("/elements/9/measure/lead/element", "required"),
        ),
        ({"dropped": ["S2-1-02"]}, ("/noise_lines", "uncovered")),
        ({"head": {"code": "MEXT2019"}}, ("/code", "taken")),
        ({"head": {"issued_on": date(2999, 1, 1)}}, ("/issued_on", "in-the-future")),
        ({"head": {"plan_from": 2030, "plan_to": 2020}}, ("/plan_from", "both-or-neither")),
    ],
)
def test_what_stands_in_the_way_is_shown_and_refuses_the_confirmation_400(
    edits: dict[str, Any], place: tuple[str, str]
) -> None:
    proposal = proposing.edited(proposing.a_complete_proposal(), **edits)
    shown = {(one["pointer"], one["code"]) for one in wire.get(path_of(proposal), COORDINATOR)["problems"]}
    assert place in shown
    refused = wire.problem(send("post", f"{path_of(proposal)}/confirm", {"reason": "登録"}), 400, "invalid")
    assert set(wire.places(refused)) == shown
    assert Document.objects.count() == 1


def test_elements_that_were_added_one_by_one_are_no_more_than_are_taken() -> None:
    added = [{"code": f"X{number}", "kind": "note", "lines": [1, 1]} for number in range(2_990)]
    proposal = proposing.edited(proposing.a_complete_proposal(), changes=added)
    shown = {(one["pointer"], one["code"]) for one in wire.get(path_of(proposal), COORDINATOR)["problems"]}
    assert ("/elements", "too-many-elements") in shown


def test_a_confirmed_proposal_is_a_document_with_its_elements_measures_and_leads_once() -> None:
    proposal = proposing.a_complete_proposal()
    assert wire.get(path_of(proposal), COORDINATOR)["problems"] == []
    path = f"{path_of(proposal)}/confirm"
    done = send("post", path, {"reason": "試験文書の登録"}, key="once", match='"v2"')
    assert (done.status_code, done.json()["state"], done.json()["document"]) == (200, "confirmed", proposing.CODE)
    assert send("post", path, {"reason": "試験文書の登録"}, key="once", match='"v2"')["Idempotent-Replayed"] == "true"
    wire.problem(send("post", path, {"reason": "二度目"}), 409, "wrong-turn")
    document = wire.get(f"/documents/{proposing.CODE}")
    assert sha256(document["text"].encode()).hexdigest() == document["sha256"]
    elements = wire.items(f"/documents/{proposing.CODE}/elements")
    assert [(one["code"], one["kind"], one["text"]) for one in elements] == invented.FOREST_SHOWN
    assert wire.codes(f"/measures?document={proposing.CODE}") == proposing.MEASURES
    measure = wire.get(f"/measures/{proposing.MEASURES[0]}")
    assert (measure["lead"]["code"], measure["lead"]["basis"], measure["section"]) == ("mext", "assigned", "S2-1")
    assert Assignment.objects.get(measure__code=proposing.MEASURES[0]).valid_from == date(2020, 4, 1)
    assert standings.rebuild(at=Event.objects.latest("pk").at) == []


def test_a_confirmation_that_fails_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = proposing.a_complete_proposal()
    before = (Document.objects.count(), Element.objects.count(), Measure.objects.count(), Event.objects.count())
    monkeypatch.setattr("measures.operations.proposals._record", lambda *_, **__: 1 / 0)
    client = builders.client(COORDINATOR)
    client.raise_request_exception = False
    before = (*before[:3], Event.objects.count())
    assert wire.send(client, "post", f"{path_of(proposal)}/confirm", {"reason": "登録"}).status_code == 500
    after = (Document.objects.count(), Element.objects.count(), Measure.objects.count(), Event.objects.count())
    assert after == before


def test_a_discarded_proposal_stays_to_be_read_and_changes_no_more_409() -> None:
    proposal = proposing.a_proposal()
    assert send("delete", path_of(proposal)).status_code == 204
    assert wire.get(path_of(proposal), "auditor")["state"] == "discarded"
    wire.problem(send("patch", path_of(proposal), {"title": "遅い"}), 409, "wrong-turn")
    assert [one["id"] for one in wire.items("/proposals?state=discarded", COORDINATOR)] == [proposal.pk]
    assert wire.items("/proposals?state=open", COORDINATOR) == []


@pytest.mark.parametrize("username", NOT_SEEN_BY)
def test_a_proposal_is_there_for_coordinators_and_auditors_alone_404(username: str) -> None:
    proposal = proposing.a_complete_proposal()
    assert wire.items("/proposals", username) == []
    client = builders.client(username)
    for method in ("get", "patch", "delete"):
        wire.problem(wire.send(client, method, path_of(proposal), {}), 404, "not-found")
    wire.problem(wire.send(client, "post", f"{path_of(proposal)}/confirm", {}), 404, "not-found")
    wire.problem(wire.send(client, "post", "/proposals", {"text": "x"}), 403)
    assert len(wire.items("/proposals", "auditor")) == 1
    wire.problem(send("patch", path_of(proposal), {}, by="auditor"), 403, "wrong-role")
    wire.problem(builders.client().get(f"{wire.BASE}/proposals"), 401)


def test_what_is_done_to_a_proposal_is_read_by_auditors_and_the_document_by_all() -> None:
    proposal = proposing.confirmed()
    of_proposal = Event.objects.filter(subject_type="proposal", subject_code=str(proposal.pk)).order_by("pk")
    assert [one.verb for one in of_proposal] == ["propose", "edit", "confirm"]
    assert {one.audience for one in of_proposal} == {"restricted"}
    public = Event.objects.filter(audience="public", subject_code__startswith=proposing.CODE).order_by("pk")
    assert [(one.verb, one.subject_type) for one in public] == [*[("create", "measure")] * 3, ("create", "document")]
    told = json.loads(public.last().body)["after"]
    assert told["measures"] == proposing.MEASURES
    assert told["reason"] == "試験文書の登録"


def test_before_it_was_confirmed_nothing_of_the_document_was_known() -> None:
    before = wire.get("/summary")
    proposing.confirmed()
    moment = Event.objects.filter(subject_type="proposal", verb="edit").latest("pk").at
    at = moment.isoformat().replace("+", "%2B")
    wire.problem(builders.client().get(f"{wire.BASE}/documents/{proposing.CODE}?known_at={at}"), 404)
    assert wire.codes(f"/documents?known_at={at}") == ["MEXT2019"]
    assert wire.get(f"/summary?known_at={at}")["measures"] == before["measures"]
    assert wire.get("/summary")["measures"]["total"] == before["measures"]["total"] + 3


def test_a_document_of_300_measures_is_confirmed_whole(figure: Figure) -> None:
    text = "大きな試験計画\n\n１．取組\n" + "".join(f"○第{number}の試験の推進\n" for number in range(300))
    proposal = proposing.edited(
        proposing.a_proposal(text, issuer="試験のために書かれた文章"), head={"lead": proposing.LEAD}
    )
    english = {one["code"]: f"Trial {one['code']}" for one in proposal.elements if one["measure"]}
    proposal = proposing.edited(proposal, changes=proposing.named(english))
    begun = Event.objects.latest("pk").at
    proposing.confirmed(proposal)
    assert Measure.objects.filter(element__document__code=proposing.CODE).count() == 300
    assert Event.objects.latest("pk").at > begun
    figure("a document of 300 measures was confirmed whole")
