"""What is not published is not there for outsiders: not by address, list, filter, total, export or verb."""

import pytest
from django.http import HttpResponse

from measures.models import ProgressUpdate
from tests import builders
from tests.api import wire
from tests.duties import also

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

INSIDERS = ["officer.jpo", "approver.jpo", "coordinator", "auditor"]
OUTSIDERS = ["officer.mext", "approver.mext", "officer.meti", "approver.meti", "administrator", None]
UNPUBLISHED = ["draft", "submitted", "returned", "withdrawn"]
SECRET = "未公表の文章"


def secret(state: str) -> ProgressUpdate:
    return builders.an_update(at_status=state, narrative=SECRET)


def body(response: HttpResponse) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def lists(state: str) -> list[str]:
    narrowed = [f"state={state}&measure={builders.SME}", "ministry=jpo&cycle=FY2020", "kind=report&mine=false"]
    return [f"/updates?{query}" for query in ["count=true", *(f"count=true&{one}" for one in narrowed)]]


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_outsiders_get_404_and_the_same_words_as_for_what_never_was(state: str) -> None:
    update = secret(state)
    for username in OUTSIDERS:
        client = builders.client(username)
        there = wire.problem(client.get(f"{wire.BASE}/updates/{update.pk}"), 404, "not-found")
        never = wire.problem(client.get(f"{wire.BASE}/updates/{update.pk + 1000}"), 404, "not-found")
        assert there["detail"].replace(str(update.pk), "") == never["detail"].replace(str(update.pk + 1000), "")


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_insiders_get_200_with_names_and_rounds(state: str) -> None:
    update = secret(state)
    for username in INSIDERS:
        shown = wire.get(f"/updates/{update.pk}", username)
        assert (shown["state"], shown["narrative"], shown["author"]) == (state, SECRET, "officer.jpo")
        assert [one["verb"] for one in shown["reviews"]] == {
            "draft": [], "submitted": ["submit"], "returned": ["submit", "return"], "withdrawn": ["submit", "withdraw"],
        }[state]  # fmt: skip


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_lists_filters_totals_and_exports_leave_it_out_for_outsiders_and_show_it_to_insiders(state: str) -> None:
    update = secret(state)
    for username, sees in [
        *((one, True) for one in INSIDERS),
        *((one, False) for one in OUTSIDERS[::2]),
        (None, False),
    ]:
        client = builders.client(username)
        for path in lists(state):
            page = client.get(wire.BASE + path).json()
            mine_left_out = username == "officer.jpo" and path.endswith("mine=false")
            expected = [update.pk] if sees and not mine_left_out else []
            assert ([row["id"] for row in page["items"]], page["total"]) == (expected, len(expected)), (username, path)
        for path in ("/exports/updates.csv", f"/exports/updates.csv?state={state}"):
            assert (SECRET in body(client.get(wire.BASE + path))) == sees, (username, path)


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_every_verb_of_outsiders_is_404_and_of_the_anonymous_401(state: str) -> None:
    update = secret(state)
    for username in OUTSIDERS:
        client = builders.client(username)
        for verb in ("submit", "withdraw", "return", "approve"):
            response = wire.send(client, "post", f"/updates/{update.pk}/{verb}", {"comment": "x"}, match=None)
            wire.problem(response, 404 if username else 401)
        for method in ("patch", "delete"):
            response = wire.send(client, method, f"/updates/{update.pk}", {"narrative": "x"}, match=None)
            wire.problem(response, 404 if username else 401)
    unchanged = ProgressUpdate.objects.get(pk=update.pk)
    assert (unchanged.state, unchanged.version, unchanged.narrative) == (state, update.version, SECRET)


def test_an_approved_report_is_everyones_but_names_and_rounds_are_not() -> None:
    approved = with_rounds()
    for username in [*INSIDERS, *OUTSIDERS]:
        shown = wire.get(f"/updates/{approved.pk}", username)
        assert (shown["state"], shown["narrative"]) == ("approved", SECRET)
        assert shown == wire.items("/updates", username)[0]
        names = (shown["author"], shown["decided_by"], shown["reviews"] and len(shown["reviews"]))
        assert names == (("officer.jpo", "approver.jpo", 4) if username in INSIDERS else (None, None, None))


def test_comments_of_a_round_reach_no_outsider_by_any_address() -> None:
    approved = with_rounds()
    paths = [f"/updates/{approved.pk}",
             "/updates", "/exports/updates.csv", "/exports/observations.csv", "/observations",
             "/measures", "/summary", f"/measures/{builders.SME}", "/kpis/sme-patent-share"]  # fmt: skip
    for username in OUTSIDERS:
        client = builders.client(username)
        for path in paths:
            text = body(client.get(wire.BASE + path))
            assert "出典の年を直す" not in text, (username, path)
            assert "officer.jpo" not in text, (username, path)
    assert "出典の年を直す" in body(builders.client("auditor").get(f"{wire.BASE}/updates/{approved.pk}"))


def with_rounds() -> ProgressUpdate:
    """Returned with a comment, submitted again, approved."""
    update = secret("submitted")
    approver, officer = builders.client("approver.jpo"), builders.client("officer.jpo")
    path = f"/updates/{update.pk}"
    assert wire.send(approver, "post", f"{path}/return", {"comment": "出典の年を直す"}).status_code == 200
    assert wire.send(officer, "post", f"{path}/submit", {"comment": "直しました"}).status_code == 200
    assert wire.send(approver, "post", f"{path}/approve").status_code == 200
    return ProgressUpdate.objects.get(pk=update.pk)


def test_values_of_a_report_are_published_by_its_approval_and_not_before() -> None:
    before = wire.items("/observations")
    submitted = secret("submitted")
    assert wire.items("/observations") == before == wire.items("/observations", "officer.jpo")
    assert wire.get("/kpis/sme-patent-share")["standing"]["value"] == "14.9"
    wire.send(builders.client("approver.jpo"), "post", f"/updates/{submitted.pk}/approve")
    assert len(wire.items("/observations")) == len(before) + 1


def test_a_duty_at_two_ministries_shows_both_and_no_third() -> None:
    also("officer.meti", role="approver", ministry="jpo")
    jpo = builders.an_update(at_status="draft")
    meti = builders.an_update(at_status="draft", measure="MEXT2019-R1-5-2a", officer="officer.meti", observations=[])
    cast = {"officer": "officer.mext", "observations": []}
    mext = builders.an_update(at_status="draft", measure="MEXT2019-P1-01", **cast)
    assert {row["id"] for row in wire.items("/updates", "officer.meti")} == {jpo.pk, meti.pk}
    assert {row["id"] for row in wire.items("/updates", "auditor")} == {jpo.pk, meti.pk, mext.pk}
