"""Every round of a report as it was submitted, and what changed since, for those who see its rounds."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.models import ProgressUpdate
from measures.operations import progress
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

OFFICER, APPROVER = "officer.jpo", "approver.jpo"
FIRST, SECOND, THIRD = "初めの文。", "直した文。", "また直した文。"
ADDED = {"kpi": "univ-patent-licences", "period": {"type": "fiscal_year", "year": 2017}, "value": "15000",
         "source": {"title": "調査"}}  # fmt: skip


def turned(update: ProgressUpdate, verb: str, by: str, **body: Any) -> None:
    response = wire.send(builders.client(by), "post", f"/updates/{update.pk}/{verb}", body)
    assert response.status_code == 200, response.content


def edited(update: ProgressUpdate, **body: Any) -> None:
    assert wire.send(builders.client(OFFICER), "patch", f"/updates/{update.pk}", body).status_code == 200


def three_rounds() -> ProgressUpdate:
    """Returned twice: the second round changes the value and adds one, the third takes the first one away."""
    update = builders.an_update(at_status="returned", narrative=FIRST)
    edited(update, narrative="途中の文。", observations=[])
    edited(update, narrative=SECOND, observations=[wire.a_value(value="16.2"), ADDED])
    turned(update, "submit", OFFICER, comment="直しました。")
    turned(update, "return", APPROVER, comment="もう一度。")
    edited(update, narrative=THIRD, observations=[ADDED])
    turned(update, "submit", OFFICER)
    return update


def values(observations: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["kpi"], one["value"]) for one in observations]


def test_every_round_is_kept_as_it_was_submitted_and_no_draft_between() -> None:
    update = three_rounds()
    told = wire.get(f"/updates/{update.pk}/rounds", APPROVER)
    assert (told["update"], [one["round"] for one in told["rounds"]]) == (update.pk, [1, 2, 3])
    assert [one["submitted"]["narrative"] for one in told["rounds"]] == [FIRST, SECOND, THIRD]
    share, licences = ("sme-patent-share", "16.1"), ("univ-patent-licences", "15000")
    assert [values(one["observations"]) for one in told["rounds"]] == [
        [share], [("sme-patent-share", "16.2"), licences], [licences],
    ]  # fmt: skip
    assert [[(one["verb"], one["actor"], one["comment"]) for one in some["reviews"]] for some in told["rounds"]] == [
        [("submit", OFFICER, ""), ("return", APPROVER, "出典を直してください。")],
        [("submit", OFFICER, "直しました。"), ("return", APPROVER, "もう一度。")],
        [("submit", OFFICER, "")],
    ]
    assert all(one["submitted_at"] == one["reviews"][0]["at"] for one in told["rounds"])


def test_a_draft_has_no_rounds_and_a_withdrawn_report_keeps_its_own() -> None:
    draft = builders.an_update(at_status="draft", measure="MEXT2019-P1-01", officer="officer.mext", observations=[])
    assert wire.get(f"/updates/{draft.pk}/rounds", "officer.mext")["rounds"] == []
    (one,) = wire.get(f"/updates/{builders.an_update(at_status='withdrawn').pk}/rounds", OFFICER)["rounds"]
    assert [turn["verb"] for turn in one["reviews"]] == ["submit", "withdraw"]


def test_the_rounds_take_the_same_statements_for_1_and_for_3() -> None:
    few = builders.an_update(at_status="submitted", measure="MEXT2019-P1-04", officer="officer.mext",
                             observations=[builders.a_value()])  # fmt: skip
    auditor, counted = builders.client("auditor"), []
    for update in (few, three_rounds()):
        auditor.get(f"{wire.BASE}/updates/{update.pk}")
        with CaptureQueriesContext(connection) as captured:
            auditor.get(f"{wire.BASE}/updates/{update.pk}/rounds")
        counted.append(len(captured))
    assert counted[0] == counted[1]


def test_the_difference_since_the_return_tells_each_field_and_each_value_with_both_sides() -> None:
    update = three_rounds()
    told = wire.get(f"/updates/{update.pk}/difference", APPROVER)
    assert (told["update"], told["version"], told["since_approval"]) == (update.pk, 9, None)
    since = told["since_return"]
    assert (since["update"], since["round"], since["cycle"]) == (update.pk, 2, "FY2020")
    changes = {one["pointer"]: (one["change"], one["before"], one["after"]) for one in since["changes"]}
    assert changes["/narrative"] == ("changed", SECOND, THIRD)
    assert changes["/declared_health"] == ("kept", "on_track", "on_track")
    assert changes["/explanation/cause"] == ("kept", None, None)
    assert [
        (one["kpi"], one["change"], one["parts"], one["before"] and one["before"]["value"],
         one["after"] and one["after"]["value"])
        for one in since["observations"]
    ] == [
        ("univ-patent-licences", "kept", [], "15000", "15000"),
        ("sme-patent-share", "removed", [], "16.2", None),
    ]  # fmt: skip


def test_a_changed_value_names_what_changed_in_it_and_16_10_is_16_1() -> None:
    update = builders.an_update(at_status="returned")
    source = {"title": "特許行政年次報告書2020年版", "published_on": "2020-07-28"}
    edited(update, observations=[wire.a_value(value="16.10", status="provisional", source=source), ADDED])
    since = wire.get(f"/updates/{update.pk}/difference", APPROVER)["since_return"]
    assert [(one["kpi"], one["change"], one["parts"]) for one in since["observations"]] == [
        ("sme-patent-share", "changed", ["status", "source"]), ("univ-patent-licences", "added", []),
    ]  # fmt: skip


def test_the_difference_since_the_approval_compares_with_the_last_approved_report_of_the_measure() -> None:
    report = builders.an_update(at_status="approved", narrative=FIRST)
    body = wire.a_report(kind="correction", reason="集計の誤り", narrative=SECOND, declared_health="at_risk",
                         observations=[wire.a_value(value="16.0")],
                         explanation={**builders.an_explanation(), "due_on": "2099-03-31"})  # fmt: skip
    correction = wire.send(builders.client(OFFICER), "post", "/updates", body).json()["id"]
    told = wire.get(f"/updates/{correction}/difference?since=approval", OFFICER)
    assert told["since_return"] is None
    since = told["since_approval"]
    assert (since["update"], since["round"]) == (report.pk, 1)
    changes = {one["pointer"]: (one["change"], one["before"], one["after"]) for one in since["changes"]}
    assert changes["/narrative"] == ("changed", FIRST, SECOND)
    assert changes["/reason"] == ("added", None, "集計の誤り")
    assert changes["/declared_health"] == ("changed", "on_track", "at_risk")
    assert changes["/explanation/due_on"] == ("added", None, "2099-03-31")
    (value,) = since["observations"]
    assert (value["change"], value["before"]["value"], value["after"]["value"]) == ("changed", "16.1", "16.0")
    assert value["period"] == {"type": "calendar_year", "year": 2019}
    # The approved one itself had nothing before it, whatever came after.
    assert wire.get(f"/updates/{report.pk}/difference", OFFICER)["since_approval"] is None


def test_the_rounds_have_the_evidence_of_then_and_the_difference_what_was_added_since() -> None:
    update = builders.an_update(at_status="returned", evidence=True)
    kept = builders.evidence(update)
    added = builders.a_file(update, data="追加の記録\n".encode(), title="追加")
    turned(update, "submit", OFFICER)
    told = wire.get(f"/updates/{update.pk}/rounds", APPROVER)["rounds"]
    assert [[one["id"] for one in some["evidence"]] for some in told] == [[kept.pk], [kept.pk, added.pk]]
    since = wire.get(f"/updates/{update.pk}/difference", APPROVER)["since_return"]["evidence"]
    assert [(one["change"], one["after"]["title"]) for one in since] == [("kept", "支援の記録"), ("added", "追加")]


def test_evidence_that_another_report_has_too_is_kept_and_what_it_lacks_removed() -> None:
    report = builders.an_update(at_status="draft", evidence=True)
    builders.a_file(report, data="前年だけ\n".encode(), title="前年")
    by = {"at": timezone.now()}
    progress.submit(update_id=report.pk, actor=builders.actor(OFFICER), **by)
    progress.approve(update_id=report.pk, actor=builders.actor(APPROVER), **by)
    body = wire.a_report(kind="correction", reason="集計の誤り", observations=[wire.a_value(value="16.0")])
    correction = wire.send(builders.client(OFFICER), "post", "/updates", body).json()["id"]
    builders.a_file(ProgressUpdate.objects.get(pk=correction), title="改題")
    since = wire.get(f"/updates/{correction}/difference", OFFICER)["since_approval"]["evidence"]
    sides = [(one["change"], one["parts"], *(one[side] and one[side]["title"] for side in ("before", "after")))
             for one in since]  # fmt: skip
    assert sides == [("changed", ["title"], "支援の記録", "改題"), ("removed", [], "前年", None)]


def test_since_names_one_of_the_two_and_another_word_is_400() -> None:
    update = three_rounds()
    asked = [wire.get(f"/updates/{update.pk}/difference?since={since}", APPROVER) for since in ("approval", "return")]
    assert [told["since_return"] is None for told in asked] == [True, False]
    client = builders.client(APPROVER)
    body = wire.problem(client.get(f"{wire.BASE}/updates/{update.pk}/difference?since=aproval"), 400, "invalid")
    assert "Did you mean 'approval'?" in body["errors"][0]["detail"]
    wire.problem(client.get(f"{wire.BASE}/updates/{update.pk}/rounds?since=return"), 400, "invalid")


@pytest.mark.parametrize("what", ["rounds", "difference"])
def test_the_rounds_of_a_published_report_stay_with_the_ministry_the_coordinator_and_the_auditor_404_401(
    what: str,
) -> None:
    path = f"{wire.BASE}/updates/{builders.an_update(at_status='approved').pk}"
    for username in (OFFICER, APPROVER, "coordinator", "auditor"):
        assert builders.client(username).get(f"{path}/{what}").status_code == 200
    for username in ("officer.meti", "approver.mext", "administrator"):
        assert builders.client(username).get(path).status_code == 200
        wire.problem(builders.client(username).get(f"{path}/{what}"), 404, "not-found")
    wire.problem(builders.client().get(f"{path}/{what}"), 401)


def test_the_past_has_the_rounds_of_then_and_names_nobody() -> None:
    update = builders.an_update(at_status="returned", narrative=FIRST)
    then, path = timezone.now().isoformat().replace("+", "%2B"), f"/updates/{update.pk}"
    edited(update, narrative=SECOND)
    turned(update, "submit", OFFICER)
    assert len(wire.get(f"{path}/rounds", APPROVER)["rounds"]) == 2
    (one,) = wire.get(f"{path}/rounds?known_at={then}", APPROVER)["rounds"]
    assert one["submitted"]["narrative"] == FIRST
    assert all(turn["actor"].isdigit() for turn in one["reviews"])
    since = wire.get(f"{path}/difference?known_at={then}", APPROVER)["since_return"]
    assert {change["change"] for change in since["changes"]} == {"kept"}
