"""Under which duty someone acts: found from the step, named by the caller, told afterwards, and gone when it ends."""

import json
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from measures.models import Duty, Event, Obligation, Person, Review
from measures.operations.moments import day_of
from tests import builders
from tests.api import wire
from tests.duties import also

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

OFFICER, APPROVER = "officer.jpo", "approver.jpo"


def acting(username: str, duty: str) -> APIClient:
    client = builders.client(username)
    client.credentials(**client._credentials, HTTP_ACTING_AS=duty)
    return client


def told(update: int) -> list[tuple[str, Any]]:
    """Verb and duty of each event of a report, in order."""
    events = Event.objects.filter(subject_type="update", subject_code=str(update)).order_by("pk")
    bodies = [json.loads(event.body) for event in events]
    return [(body["verb"], body.get("acting_as")) for body in bodies]


def duty(role: str, ministry: str) -> dict[str, str]:
    return {"role": role, "ministry": ministry}


def test_the_step_and_the_ministry_of_the_report_say_under_which_of_several_duties_it_is_taken() -> None:
    for ministry in ("meti", "jpo", "mext"):
        also("auditor", role="officer", ministry=ministry)
    also("auditor", role="approver", ministry="jpo")
    update = builders.an_update(at_status="approved", officer="auditor")
    assert told(update.pk) == [
        ("draft", duty("officer", "jpo")), ("submit", duty("officer", "jpo")), ("approve", duty("approver", "jpo")),
    ]  # fmt: skip
    submitted = builders.an_update(at_status="submitted", measure="MEXT2019-P1-01", officer="officer.mext",
                                   observations=[])  # fmt: skip
    also(OFFICER, role="approver", ministry="mext")
    wire.send(builders.client(OFFICER), "post", f"/updates/{submitted.pk}/approve", {"comment": "確認しました。"})
    assert told(submitted.pk)[-2:] == [("comment", duty("approver", "mext")), ("approve", duty("approver", "mext"))]
    reviews = wire.get(f"/updates/{submitted.pk}", APPROVER.replace("jpo", "mext"))["reviews"]
    assert [(one["actor"], one["acting_as"]["role"], one["acting_as"]["ministry"]) for one in reviews] == [
        ("officer.mext", "officer", "mext"), (OFFICER, "approver", "mext"),
    ]  # fmt: skip


def test_what_the_coordinator_enters_tells_both_who_did_it_and_for_whom() -> None:
    builders.an_open_cycle()
    coordinator = builders.client("coordinator")
    update = wire.send(coordinator, "post", "/updates", wire.a_report(on_behalf_of="jpo")).json()["id"]
    assert wire.send(coordinator, "post", f"/updates/{update}/submit").status_code == 200
    answer = wire.get(f"/updates/{update}", APPROVER)
    assert (answer["author"], answer["on_behalf_of"]) == ("coordinator", "jpo")
    (review,) = answer["reviews"]
    assert (review["actor"], review["on_behalf_of"]) == ("coordinator", "jpo")
    assert (review["acting_as"]["role"], review["acting_as"]["ministry"]) == ("coordinator", "cao")
    (event, *_) = Event.objects.filter(subject_code=str(update), verb="submit")
    body = json.loads(event.body)
    assert body["actor"] == Person.objects.get(username="coordinator").pk
    assert (body["acting_as"], body["after"]["on_behalf_of"]) == (duty("coordinator", "cao"), "jpo")


def test_what_is_done_beside_reports_tells_under_which_duty_too() -> None:
    also(APPROVER, role="coordinator", ministry="cao")
    update = builders.an_update(at_status="submitted", evidence=True)
    approver = builders.client(APPROVER)
    wire.send(approver, "post", f"/evidence/{builders.evidence(update).pk}/verify")
    wire.send(acting(APPROVER, "coordinator@cao"), "post", "/cycles/FY2020/close", {"reason": "年度末"})
    owed = Obligation.objects.get(measure__code=builders.SME).pk
    until = {"expires_at": "2199-01-01T00:00:00Z", "reason": "災害"}
    wire.send(acting(APPROVER, "coordinator@cao"), "post", f"/obligations/{owed}/unlock", until)
    person = {"username": "new.one", "display_name": "新任"}
    wire.send(builders.client("administrator"), "post", "/people", person)
    events = Event.objects.exclude(subject_type__in=["update", "token", "demo", "document"]).order_by("pk")
    said = [(body["verb"], body.get("acting_as")) for body in map(json.loads, events.values_list("body", flat=True))]
    assert said[-7:] == [
        ("open", duty("coordinator", "cao")),
        ("claim", duty("officer", "jpo")),
        ("report", duty("officer", "jpo")),
        ("verify", duty("approver", "jpo")),
        ("close", duty("coordinator", "cao")),
        ("unlock", duty("coordinator", "cao")),
        ("add", duty("administrator", "cao")),
    ]


def test_who_names_a_duty_has_that_one_alone_200_403_404() -> None:
    also(OFFICER, role="approver", ministry="jpo")
    also(OFFICER, role="officer", ministry="mext")
    update = builders.an_update(at_status="draft")
    path = f"/updates/{update.pk}"
    # The draft is there for both duties at jpo, and for mext's officer it is not.
    assert wire.problem(acting(OFFICER, "officer@mext").get(wire.BASE + path), 404)
    assert acting(OFFICER, "approver@jpo").get(wire.BASE + path).status_code == 200
    refused = wire.send(acting(OFFICER, "approver@jpo"), "post", f"{path}/submit")
    wire.problem(refused, 403, "wrong-role")
    assert wire.send(acting(OFFICER, "officer@jpo"), "post", f"{path}/submit").status_code == 200
    assert acting(OFFICER, "officer@mext").get(f"{wire.BASE}/me").json()["duties"] == [duty("officer", "mext")]


def test_naming_a_duty_does_not_make_ones_own_report_someone_elses_403() -> None:
    also(OFFICER, role="approver", ministry="jpo")
    update = builders.an_update(at_status="submitted")
    refused = wire.send(acting(OFFICER, "approver@jpo"), "post", f"/updates/{update.pk}/approve")
    wire.problem(refused, 403, "own-update")


@pytest.mark.parametrize("named", ["approver@jpo", "officer@mext", "officer@nowhere", "officer@JPO"])
def test_a_duty_that_is_not_held_is_403_to_read_and_to_write(named: str) -> None:
    builders.an_open_cycle()
    client = acting(OFFICER, named)
    body = wire.problem(client.get(f"{wire.BASE}/measures"), 403, "duty-not-held")
    assert named in body["detail"]
    wire.problem(wire.send(client, "post", "/updates", wire.a_report()), 403, "duty-not-held")


@pytest.mark.parametrize("named", ["", "officer", "officer@", "@jpo", "boss@jpo"])
def test_a_header_that_names_no_duty_is_400_and_one_without_credentials_401(named: str) -> None:
    body = wire.problem(acting(OFFICER, named).get(f"{wire.BASE}/measures"), 400, "invalid")
    assert wire.places(body) == [("Acting-As", "acting-as")]
    wire.problem(APIClient(HTTP_ACTING_AS="officer@jpo").get(f"{wire.BASE}/measures"), 401)


def test_a_kept_answer_is_not_given_to_who_names_another_duty() -> None:
    also(OFFICER, role="officer", ministry="mext")
    update = builders.an_update(at_status="draft")
    path = f"{wire.BASE}/updates"
    client = builders.client(OFFICER)
    first = client.get(path)
    assert [one["id"] for one in client.get(path).json()["items"]] == [update.pk]
    named = acting(OFFICER, "officer@mext").get(path, headers={"If-None-Match": first["ETag"]})
    assert (named.status_code, named.json()["items"]) == (200, [])
    assert "Acting-As" in named["Vary"] and "Acting-As" in first["Vary"]
    assert [one["id"] for one in client.get(path).json()["items"]] == [update.pk]


def test_a_duty_that_began_today_is_lost_today_and_can_be_given_again() -> None:
    administrator, today = builders.client("administrator"), str(day_of(timezone.now()))
    given = {"person": OFFICER, "role": "approver", "ministry": "mext", "valid_from": today}
    client = builders.client(OFFICER)
    for _ in range(2):
        made = wire.send(administrator, "post", "/duties", given)
        assert made.status_code == 201, made.content
        assert duty("approver", "mext") in client.get(f"{wire.BASE}/me").json()["duties"]
        path = f"/duties/{made.json()['id']}"
        early = {"valid_to": "2020-01-01", "reason": "誤り"}
        assert wire.places(wire.problem(wire.send(administrator, "patch", path, early), 400)) == [
            ("/valid_to", "too-early")
        ]
        ended = wire.send(administrator, "patch", path, {**early, "valid_to": today})
        assert (ended.status_code, ended.json()["valid_to"]) == (200, today), ended.content
        assert duty("approver", "mext") not in client.get(f"{wire.BASE}/me").json()["duties"]
        wire.problem(acting(OFFICER, "approver@mext").get(f"{wire.BASE}/me"), 403, "duty-not-held")
    events = Event.objects.filter(subject_type="duty").order_by("pk").values_list("verb", flat=True)
    assert list(events)[-4:] == ["grant", "end", "grant", "end"]


def test_a_duty_to_come_can_be_taken_back() -> None:
    administrator = builders.client("administrator")
    given = {"person": OFFICER, "role": "approver", "ministry": "mext", "valid_from": "2199-04-01"}
    pk = wire.send(administrator, "post", "/duties", given).json()["id"]
    ended = {"valid_to": "2199-04-01", "reason": "取消し"}
    assert wire.send(administrator, "patch", f"/duties/{pk}", ended).status_code == 200
    wire.problem(wire.send(administrator, "patch", f"/duties/{pk}", ended), 409, "ended")


def test_who_is_transferred_loses_token_session_and_kept_answers_in_the_same_second_and_history_stays() -> None:
    update = builders.an_update(at_status="returned")
    path = f"/updates/{update.pk}"
    by_token, by_session = builders.client(OFFICER), APIClient()
    by_session.force_login(Person.objects.get(username=OFFICER))
    for client in (by_token, by_session, by_token):
        assert client.get(wire.BASE + path).status_code == 200
        assert client.get(f"{wire.BASE}/updates").json()["items"] != []
    held = Duty.objects.get(person__username=OFFICER, role="officer")
    today = day_of(timezone.now())
    ended = {"valid_to": str(today), "reason": "異動"}
    answer = wire.send(builders.client("administrator"), "patch", f"/duties/{held.pk}", ended)
    assert answer.status_code == 200, answer.content
    for client in (by_token, by_session):
        wire.problem(client.get(wire.BASE + path), 404, "not-found")
        wire.problem(client.get(f"{wire.BASE}{path}/rounds"), 404, "not-found")
        assert client.get(f"{wire.BASE}/updates").json()["items"] == []
        assert client.get(f"{wire.BASE}/me").json()["duties"] == []
    wire.problem(wire.send(by_token, "post", f"{path}/submit"), 404, "not-found")
    wire.problem(wire.send(by_token, "post", "/updates", wire.a_report()), 403, "wrong-role")
    wire.problem(acting(OFFICER, "officer@jpo").get(f"{wire.BASE}/me"), 403, "duty-not-held")
    reviews = wire.get(path, APPROVER)["reviews"]
    assert (reviews[0]["actor"], reviews[0]["acting_as"]["role"]) == (OFFICER, "officer")
    assert Review.objects.filter(update=update, actor__username=OFFICER, acting_ministry="jpo").count() == 1
