"""The reporting flow over HTTP: what a write answers, what it needs, and what it leaves alone."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from measures.api.progress.views import UpdateFilter
from measures.models import Event, IdempotencyKey, Observation, ProgressUpdate
from measures.vocabulary import UpdateState
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

CONTRACT = [
    "id", "version", "measure", "cycle", "kind", "state", "round", "ministry", "narrative", "reason", "declared_status",
    "declared_health", "explanation", "observations", "evidence", "author", "on_behalf_of", "drafted_at",
    "submitted_at", "decided_at", "decided_by", "reviews", "actions",
]  # fmt: skip
LSN = re.compile(r"[0-9A-F]+/[0-9A-F]+")
OFFICER, APPROVER = "officer.jpo", "approver.jpo"


@pytest.fixture
def officer() -> APIClient:
    builders.an_open_cycle()
    return builders.client(OFFICER)


def test_a_new_report_is_201_with_its_address_and_its_tag(officer: APIClient) -> None:
    response = wire.send(officer, "post", "/updates", wire.a_report())
    assert response.status_code == 201
    made = response.json()
    assert response["Location"] == f"/api/v1/updates/{made['id']}"
    assert response["ETag"] == '"v1"'
    assert LSN.fullmatch(response["Consistency-Token"])
    assert wire.unlabelled(made) == CONTRACT
    assert (made["state"], made["round"], made["author"], made["kind"]) == ("draft", 0, OFFICER, "report")
    assert officer.get(response["Location"]).json() == made


def test_a_report_keeps_every_field_that_was_sent(officer: APIClient) -> None:
    value = wire.a_value(
        status="provisional", approximate=True, derived=True, derivation="254千件のうち", note="速報",
        source={"title": "年報", "publisher": "特許庁", "url": "https://www.jpo.go.jp/a", "published_on": "2020-07-27"},
    )  # fmt: skip
    sent = wire.a_report(observations=[value])
    made = wire.send(officer, "post", "/updates", sent).json()
    assert {name: made[name] for name in sent if name != "observations"} == {
        name: sent[name] for name in sent if name != "observations"
    }
    (kept,) = made["observations"]
    assert kept == {**value, "low": None, "high": None, "unit": "%", "status_label": "Provisional"}


def test_an_unfinished_report_may_be_kept_and_is_refused_only_when_handed_in_201_400(officer: APIClient) -> None:
    made = wire.send(officer, "post", "/updates", {"measure": builders.SME, "cycle": "FY2020"})
    assert made.status_code == 201
    submit = next(one for one in made.json()["actions"] if one["verb"] == "submit")
    assert (submit["allowed"], submit["code"]) == (False, "not-ready")
    body = wire.problem(wire.send(officer, "post", f"/updates/{made.json()['id']}/submit"), 400, "not-ready")
    assert wire.places(body) == [
        ("/declared_health", "missing"), ("/declared_status", "missing"), ("/narrative", "missing"),
    ]  # fmt: skip


def test_the_whole_way_from_a_draft_over_a_return_to_approval_200(officer: APIClient) -> None:
    approver = builders.client(APPROVER)
    path = f"/updates/{wire.send(officer, 'post', '/updates', wire.a_report()).json()['id']}"
    steps: list[tuple[APIClient, str, Any, str, int]] = [
        (officer, "submit", {}, "submitted", 1),
        (approver, "return", {"comment": "出典の年を直してください。"}, "returned", 1),
        (officer, "submit", {"comment": "直しました。"}, "submitted", 2),
        (approver, "approve", None, "approved", 2),
    ]
    for version, (client, verb, body, state, turn) in enumerate(steps, 2):
        response = wire.send(client, "post", f"{path}/{verb}", body, match=f'"v{version - 1}"')
        assert response.status_code == 200
        assert response["ETag"] == f'"v{version}"'
        assert LSN.fullmatch(response["Consistency-Token"])
        answer = response.json()
        assert (answer["state"], answer["round"], answer["version"]) == (state, turn, version)
    assert answer["decided_by"] == APPROVER
    assert [(one["verb"], one["actor"], one["round"]) for one in answer["reviews"]] == [
        ("submit", OFFICER, 1), ("return", APPROVER, 1), ("submit", OFFICER, 2), ("approve", APPROVER, 2),
    ]  # fmt: skip
    assert answer["reviews"][1]["comment"] == "出典の年を直してください。"


@pytest.mark.parametrize("comment", ["", " ", "\u3000\n"])
def test_a_return_without_a_comment_is_400(comment: str) -> None:
    path = f"/updates/{builders.an_update(at_status='submitted').pk}/return"
    body = wire.problem(wire.send(builders.client(APPROVER), "post", path, {"comment": comment}), 400, "not-ready")
    assert wire.places(body) == [("/comment", "missing")]


@pytest.mark.parametrize("state", UpdateState.values)
def test_what_the_answer_says_one_may_do_is_what_one_may_do(state: str) -> None:
    update = builders.an_update(at_status=state)
    for username in (OFFICER, APPROVER, "coordinator", "auditor"):
        client = builders.client(username)
        actions = client.get(f"{wire.BASE}/updates/{update.pk}").json()["actions"]
        assert [one["verb"] for one in actions] == ["edit", "discard", "submit", "withdraw", "return", "approve"]
        for action in actions:
            response = tried(client, update.pk, action["verb"])
            assert (response.status_code < 300) == action["allowed"], (username, action)
            if not action["allowed"]:
                assert wire.problem(response, response.status_code)["code"] == action["code"]
                assert response.json()["detail"] == action["reason"]


def tried(client: APIClient, pk: int, verb: str) -> Any:
    """The answer to `verb`, whose effect is taken back."""
    calls: dict[str, Callable[[], Any]] = {
        "edit": lambda: wire.send(client, "patch", f"/updates/{pk}", {"narrative": "改めた。"}),
        "discard": lambda: wire.send(client, "delete", f"/updates/{pk}"),
    }
    point = transaction.savepoint()
    response = calls.get(verb, lambda: wire.send(client, "post", f"/updates/{pk}/{verb}", {"comment": "x"}))()
    transaction.savepoint_rollback(point)
    return response


@pytest.mark.parametrize("call", ["patch", "delete", "submit"])
@pytest.mark.parametrize(
    ("match", "status"),
    [
        (None, 428), ("", 428), ('"v0"', 412), ('"v2"', 412), ('W/"v1"', 412), ("v1", 412), ("rubbish", 412),
        ('"v7", "v8"', 412), ('"v1"', 200), ('"v7", "v1"', 200), ("*", 200),
    ],
)  # fmt: skip
def test_a_change_needs_the_tag_of_the_version_it_was_made_from(call: str, match: str | None, status: int) -> None:
    update = builders.an_update(at_status="draft")
    client, path = builders.client(OFFICER), f"/updates/{update.pk}"
    if call == "submit":
        response = wire.send(client, "post", f"{path}/submit", match=match)
    else:
        response = wire.send(client, call, path, {"narrative": "改めた。"} if call == "patch" else None, match=match)
    if status == 200:
        assert response.status_code in (200, 204)
        return
    body = wire.problem(response, status, {428: "if-match-needed", 412: "stale"}[status])
    assert '"v1"' in body["detail"]
    assert ProgressUpdate.objects.get(pk=update.pk).version == 1


def test_of_two_changes_from_the_same_version_the_second_is_412(officer: APIClient) -> None:
    update = builders.an_update(at_status="draft")
    path = f"/updates/{update.pk}"
    assert wire.send(officer, "patch", path, {"narrative": "一"}, match='"v1"').status_code == 200
    wire.problem(wire.send(officer, "patch", path, {"narrative": "二"}, match='"v1"'), 412, "stale")
    assert ProgressUpdate.objects.get(pk=update.pk).narrative == "一"


def test_an_edit_replaces_the_values_as_a_whole_and_leaves_what_it_does_not_name(officer: APIClient) -> None:
    values = [
        wire.a_value(),
        wire.a_value(kpi="univ-patent-licences", period={"type": "fiscal_year", "year": 2019}, value="15000"),
    ]
    made = wire.send(officer, "post", "/updates", wire.a_report(observations=values)).json()
    path = f"/updates/{made['id']}"
    only_one = wire.send(officer, "patch", path, {"observations": values[1:]}).json()
    assert [one["kpi"] for one in only_one["observations"]] == ["univ-patent-licences"]
    assert {name: only_one[name] for name in ("narrative", "declared_status", "declared_health")} == {
        name: made[name] for name in ("narrative", "declared_status", "declared_health")
    }
    told = wire.send(officer, "patch", path, {"narrative": "改めた。", "declared_health": "at_risk"}).json()
    assert told["observations"] == only_one["observations"]
    assert (told["narrative"], told["declared_health"], told["declared_status"]) == (
        "改めた。",
        "at_risk",
        "in_progress",
    )
    assert wire.send(officer, "patch", path, {"observations": []}).json()["observations"] == []


def test_an_edit_that_names_nothing_changes_nothing_but_the_version_200(officer: APIClient) -> None:
    made = wire.send(officer, "post", "/updates", wire.a_report()).json()
    edited = wire.send(officer, "patch", f"/updates/{made['id']}", {})
    assert edited.status_code == 200
    assert {**edited.json(), "version": 1} == made


@pytest.mark.parametrize("name", ["measure", "cycle", "on_behalf_of", "state", "version", "author"])
def test_an_edit_cannot_turn_a_report_into_another_400(officer: APIClient, name: str) -> None:
    made = wire.send(officer, "post", "/updates", wire.a_report()).json()
    body = wire.problem(wire.send(officer, "patch", f"/updates/{made['id']}", {name: made[name]}), 400, "invalid")
    assert wire.places(body) == [(f"/{name}", "unknown-field")]


def test_a_value_of_an_edit_is_whole_400(officer: APIClient) -> None:
    made = wire.send(officer, "post", "/updates", wire.a_report()).json()
    path = f"/updates/{made['id']}"
    body = wire.problem(wire.send(officer, "patch", path, {"observations": [{"value": "16.2"}]}), 400, "invalid")
    assert {place for place, _ in wire.places(body)} == {
        "/observations/0/kpi", "/observations/0/period", "/observations/0/source",
    }  # fmt: skip
    assert wire.get(path, OFFICER)["observations"] == made["observations"]


def test_a_discarded_draft_is_204_and_then_404_and_stays_in_the_log() -> None:
    update = builders.an_update(at_status="draft")
    client, path = builders.client(OFFICER), f"/updates/{update.pk}"
    response = wire.send(client, "delete", path)
    assert (response.status_code, response.content) == (204, b"")
    wire.problem(client.get(wire.BASE + path), 404)
    wire.problem(wire.send(client, "delete", path), 404)
    assert Event.objects.filter(subject_type="update", subject_code=str(update.pk), verb="discard").count() == 1


@pytest.mark.parametrize("state", ["submitted", "returned", "approved", "withdrawn"])
def test_only_a_draft_is_discarded_409(state: str) -> None:
    update = builders.an_update(at_status=state)
    wire.problem(wire.send(builders.client(OFFICER), "delete", f"/updates/{update.pk}"), 409, "wrong-turn")
    assert ProgressUpdate.objects.filter(pk=update.pk, state=state).exists()


def test_a_value_for_a_period_that_has_one_is_409_use_correction(officer: APIClient) -> None:
    """14.9 of 2018 was published; 16.1 of 2019 was not."""
    values = [wire.a_value(2019), wire.a_value(2018, value="15.0")]
    refused = wire.send(officer, "post", "/updates", wire.a_report(observations=values))
    body = wire.problem(refused, 409, "use-correction")
    assert wire.places(body) == [("/observations/1", "use-correction")]
    assert not ProgressUpdate.objects.exists()
    assert wire.send(officer, "post", "/updates", wire.a_report(observations=values[:1])).status_code == 201


@pytest.mark.parametrize(
    ("fields", "place", "code"),
    [
        ({"kpi": "ura-headcount", "period": {"type": "fiscal_year", "year": 2019}}, "/kpi", "kpi-not-linked"),
        ({"period": {"type": "fiscal_year", "year": 2019}}, "/period/type", "wrong-period-type"),
        ({"value": "16.12"}, "/value", "too-precise"),
    ],
)
def test_a_value_that_can_never_be_right_is_400_at_its_place(
    officer: APIClient, fields: dict[str, Any], place: str, code: str
) -> None:
    report = wire.a_report(observations=[wire.a_value(**fields)])
    body = wire.problem(wire.send(officer, "post", "/updates", report), 400, "invalid")
    assert (f"/observations/0{place}", code) in wire.places(body)


def test_the_same_period_twice_in_one_report_is_400(officer: APIClient) -> None:
    report = wire.a_report(observations=[wire.a_value(), wire.a_value(value="16.2")])
    body = wire.problem(wire.send(officer, "post", "/updates", report), 400, "invalid")
    assert wire.places(body) == [("/observations/1", "repeated")]


def test_a_second_report_of_a_measure_and_cycle_is_409(officer: APIClient) -> None:
    assert wire.send(officer, "post", "/updates", wire.a_report()).status_code == 201
    wire.problem(wire.send(officer, "post", "/updates", wire.a_report()), 409, "already-open")


def test_a_report_in_a_cycle_that_is_not_open_is_409() -> None:
    wire.problem(wire.send(builders.client(OFFICER), "post", "/updates", wire.a_report()), 409, "cycle-not-open")
    builders.an_open_cycle()
    assert wire.send(builders.client(OFFICER), "post", "/updates", wire.a_report()).status_code == 201


def test_a_report_for_another_ministrys_measure_is_403_and_on_its_behalf_by_the_coordinator_201(
    officer: APIClient,
) -> None:
    report = wire.a_report(measure="MEXT2019-P1-01", observations=[])
    wire.problem(wire.send(officer, "post", "/updates", report), 403, "wrong-role")
    coordinator = builders.client("coordinator")
    wire.problem(wire.send(coordinator, "post", "/updates", report), 403, "wrong-role")
    made = wire.send(coordinator, "post", "/updates", report | {"on_behalf_of": "mext"})
    assert (made.status_code, made.json()["on_behalf_of"], made.json()["ministry"]) == (201, "mext", "mext")
    wrong = report | {"measure": builders.SME, "on_behalf_of": "mext"}
    body = wire.problem(wire.send(coordinator, "post", "/updates", wrong), 400, "invalid")
    assert wire.places(body) == [("/on_behalf_of", "not-the-lead")]


# Idempotency


def test_a_write_that_creates_or_acts_without_a_key_is_400_and_has_no_effect(officer: APIClient) -> None:
    body = wire.problem(wire.send(officer, "post", "/updates", wire.a_report(), key=None), 400, "invalid")
    assert wire.places(body) == [("Idempotency-Key", "idempotency-key")]
    assert not ProgressUpdate.objects.exists()
    update = builders.an_update(at_status="draft")
    wire.problem(wire.send(officer, "post", f"/updates/{update.pk}/submit", key=None), 400, "invalid")
    assert ProgressUpdate.objects.get(pk=update.pk).state == "draft"


@pytest.mark.parametrize(
    ("key", "taken"), [("x" * 255, True), ("x" * 256, False), ("キー", False), ("a\tb", False), ("a b", True)]
)
def test_a_key_is_at_most_255_printable_ascii_characters(officer: APIClient, key: str, taken: bool) -> None:
    response = wire.send(officer, "post", "/updates", wire.a_report(), key=key)
    assert response.status_code == (201 if taken else 400)
    assert ProgressUpdate.objects.exists() == taken


def test_the_same_key_again_gets_the_first_answer_and_one_effect_201(officer: APIClient) -> None:
    first, again = (wire.send(officer, "post", "/updates", wire.a_report(), key="one") for _ in range(2))
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    for name in ("Location", "ETag", "Content-Type"):
        assert again[name] == first[name]
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert LSN.fullmatch(again["Consistency-Token"])
    assert ProgressUpdate.objects.count() == 1
    assert Event.objects.filter(verb="draft").count() == 1


def test_an_approval_sent_twice_publishes_once_200() -> None:
    update = builders.an_update(at_status="submitted")
    approver = builders.client(APPROVER)
    answers = [
        wire.send(approver, "post", f"/updates/{update.pk}/approve", key="k", match=f'"v{update.version}"')
        for _ in range(3)
    ]
    assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}
    assert Observation.objects.filter(update=update).count() == 1
    wire.problem(wire.send(approver, "post", f"/updates/{update.pk}/approve"), 409, "wrong-turn")


def test_a_draft_discarded_twice_with_one_key_is_204_both_times() -> None:
    path = f"/updates/{builders.an_update(at_status='draft').pk}"
    answers = [wire.send(builders.client(OFFICER), "delete", path, key="gone") for _ in range(2)]
    assert [(one.status_code, one.get("Idempotent-Replayed")) for one in answers] == [(204, None), (204, "true")]


def test_a_key_used_for_another_body_or_address_is_422(officer: APIClient) -> None:
    made = wire.send(officer, "post", "/updates", wire.a_report(), key="one").json()
    wire.problem(wire.send(officer, "post", "/updates", wire.a_report(narrative="別"), key="one"), 422, "key-reused")
    wire.problem(wire.send(officer, "post", f"/updates/{made['id']}/submit", key="one"), 422, "key-reused")
    assert ProgressUpdate.objects.get().state == "draft"


def test_a_key_belongs_to_its_caller(officer: APIClient) -> None:
    assert wire.send(officer, "post", "/updates", wire.a_report(), key="one").status_code == 201
    report = wire.a_report(measure="MEXT2019-P1-01", observations=[])
    other = wire.send(builders.client("officer.mext"), "post", "/updates", report, key="one")
    assert (other.status_code, other.get("Idempotent-Replayed")) == (201, None)


def test_a_refused_request_leaves_its_key_free(officer: APIClient) -> None:
    update = builders.an_update(at_status="draft", narrative="")
    path = f"/updates/{update.pk}"
    wire.problem(wire.send(officer, "post", f"{path}/submit", {}, key="one"), 400, "not-ready")
    assert not IdempotencyKey.objects.exists()
    assert wire.send(officer, "patch", path, {"narrative": "書いた。"}).status_code == 200
    response = wire.send(officer, "post", f"{path}/submit", {}, key="one")
    assert (response.status_code, response.get("Idempotent-Replayed")) == (200, None)


def test_a_key_is_kept_for_24_hours(officer: APIClient) -> None:
    wire.send(officer, "post", "/updates", wire.a_report(), key="one")
    row = IdempotencyKey.objects.get()
    for aged, status in ((timedelta(hours=23, minutes=59), 201), (timedelta(hours=24, minutes=1), 409)):
        IdempotencyKey.objects.update(created_at=row.created_at - aged)
        again = wire.send(officer, "post", "/updates", wire.a_report(), key="one")
        assert again.status_code == status


# Lists


def test_each_filter_takes_the_updates_that_match_and_leaves_the_others_200() -> None:
    builders.an_update(at_status="approved")
    cast = {"officer": "officer.mext", "approver": "approver.mext", "observations": []}
    builders.an_update(at_status="submitted", measure="MEXT2019-P1-01", **cast)
    builders.an_update(at_status="draft", measure="MEXT2019-P1-02", **cast)
    everything = wire.items("/updates", "auditor")
    filters: dict[str, Callable[[dict[str, Any]], bool]] = {
        "measure=MEXT2019-P1-01": lambda row: row["measure"] == "MEXT2019-P1-01",
        "measure=MEXT2019-P1-01&measure=MEXT2019-P1-02": lambda row: row["measure"] != builders.SME,
        "ministry=jpo": lambda row: row["ministry"] == "jpo",
        "state=draft": lambda row: row["state"] == "draft",
        "state=draft&state=submitted": lambda row: row["state"] in ("draft", "submitted"),
        "ministry=mext&state=draft": lambda row: (row["ministry"], row["state"]) == ("mext", "draft"),
    }
    assert len(everything) == 3
    for query, matches in filters.items():
        found = wire.items(f"/updates?{query}", "auditor")
        assert found == [row for row in everything if matches(row)], query
        assert 0 < len(found) < 3
    for query in ("kind=report", "cycle=FY2020"):
        assert wire.items(f"/updates?{query}", "auditor") == everything
    tried_here = {part.partition("=")[0] for query in filters for part in query.split("&")}
    assert tried_here | {"kind", "cycle", "mine", "author"} == set(UpdateFilter.base_filters)


def test_mine_are_those_i_wrote_edited_or_submitted() -> None:
    also_mine = builders.an_update(at_status="draft", measure="MEXT2019-P1-01", officer="officer.mext", observations=[])
    mine = builders.an_update(at_status="submitted")
    for username, ids in ((OFFICER, [mine.pk]), (APPROVER, []), ("officer.mext", [also_mine.pk]), (None, [])):
        assert [row["id"] for row in wire.items("/updates?mine=true", username)] == ids
    assert [row["id"] for row in wire.items("/updates?mine=false", APPROVER)] == [mine.pk]
    assert wire.items("/updates?mine=false", OFFICER) == []


def test_an_author_is_found_by_those_who_see_the_rounds_and_by_nobody_else() -> None:
    """Otherwise the filter would tell outsiders who wrote what was published."""
    update = builders.an_update(at_status="approved")
    for username, ids in ((OFFICER, [update.pk]), ("auditor", [update.pk]), ("officer.mext", []), (None, [])):
        assert [row["id"] for row in wire.items(f"/updates?author={OFFICER}", username)] == ids
        assert len(wire.items("/updates", username)) == 1
    assert wire.items(f"/updates?author={APPROVER}", "auditor") == []


def test_a_cycle_without_reports_is_an_empty_list_200() -> None:
    builders.an_update(at_status="approved")
    assert len(wire.items("/updates?cycle=FY2020")) == 1
    wire.problem(builders.client().get(f"{wire.BASE}/updates?cycle=FY2021"), 400, "invalid")
