"""Validators: what did not change is answered 304, and nobody else's answer is kept for a caller."""

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

POLLED = [
    "/measures", "/kpis", "/observations", "/ministries", "/summary", "/documents/MEXT2019/elements",
    f"/measures/{builders.SME}", "/kpis/sme-patent-share", "/cycles", "/obligations", "/openapi.json",
]  # fmt: skip


def ask(path: str, client: APIClient | None = None, **headers: str) -> HttpResponse:
    return (client or builders.client()).get(wire.BASE + path, headers=headers)


@pytest.mark.parametrize("path", POLLED)
def test_an_unchanged_answer_is_304_without_a_body(path: str) -> None:
    first = ask(path)
    etag = first["ETag"]
    assert etag.startswith('"') and etag.endswith('"')
    again = ask(path, **{"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == etag
    assert again["Cache-Control"] == first["Cache-Control"]
    assert again["Vary"] == first["Vary"]
    assert "Content-Type" not in again
    other = ask(path, **{"If-None-Match": '"another"'})
    assert (other.status_code, other.content) == (200, first.content)


@pytest.mark.parametrize(
    ("given", "status"),
    [("{etag}", 304), ('"x", {etag}', 304), ("W/{etag}", 304), ("*", 304), ('"x"', 200), ("", 200), ("rubbish", 200)],
)
def test_if_none_match_takes_a_list_weak_tags_and_a_star(given: str, status: int) -> None:
    etag = ask("/kpis")["ETag"]
    assert ask("/kpis", **{"If-None-Match": given.format(etag=etag)}).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/measures", "/kpis", "/observations", "/summary", "/documents/MEXT2019/elements?limit=500",
        f"/measures/{builders.SME}", "/kpis/sme-patent-share", "/updates",
    ],
)  # fmt: skip
def test_after_an_approval_the_old_tag_is_answered_200_with_a_new_one(path: str) -> None:
    submitted = builders.an_update(at_status="submitted")
    old = ask(path)["ETag"]
    assert ask(path, **{"If-None-Match": old}).status_code == 304
    approver = builders.client("approver.jpo")
    assert wire.send(approver, "post", f"/updates/{submitted.pk}/approve").status_code == 200
    changed = ask(path, **{"If-None-Match": old})
    assert changed.status_code == 200
    assert changed["ETag"] != old
    assert ask(path, **{"If-None-Match": changed["ETag"]}).status_code == 304


def test_the_tag_of_one_row_is_its_version() -> None:
    builders.an_update(at_status="approved")
    measure = ask(f"/measures/{builders.SME}")
    assert measure["ETag"] == f'"v{measure.json()["revision"]}"' == '"v2"'
    assert ask("/measures/MEXT2019-P1-01")["ETag"] == '"v1"'
    assert ask("/cycles/FY2020")["ETag"] == '"v2"'


def test_an_update_shows_its_version_as_its_tag_but_is_always_answered_whole_200() -> None:
    """What one may do with it also changes with the cycle and one's duties, which its version does not count."""
    update = builders.an_update(at_status="draft")
    officer = builders.client("officer.jpo")
    first = ask(f"/updates/{update.pk}", officer)
    assert first["ETag"] == f'"v{first.json()["version"]}"'
    assert ask(f"/updates/{update.pk}", officer, **{"If-None-Match": first["ETag"]}).status_code == 200


def test_a_closed_cycle_changes_what_may_be_done_and_the_poller_sees_it() -> None:
    update = builders.an_update(at_status="draft")
    officer = builders.client("officer.jpo")
    before = ask(f"/updates/{update.pk}", officer)
    assert (
        wire.send(builders.client("coordinator"), "post", "/cycles/FY2020/close", {"reason": "期限"}).status_code == 200
    )
    after = ask(f"/updates/{update.pk}", officer, **{"If-None-Match": before["ETag"]})
    allowed = [{one["verb"]: one["allowed"] for one in answer.json()["actions"]} for answer in (before, after)]
    assert [one["submit"] for one in allowed] == [True, False]


@pytest.mark.parametrize("path", ["/measures", f"/measures/{builders.SME}", "/updates", "/exports/measures.csv"])
def test_an_answer_to_credentials_is_private_and_an_anonymous_one_is_not(path: str) -> None:
    with_token = ask(path, builders.client("auditor"))
    assert with_token["Cache-Control"] == "private, no-cache"
    anonymous = ask(path)
    assert anonymous["Cache-Control"] == "no-cache"
    for response in (with_token, anonymous):
        assert {"Authorization", "Cookie", "Accept-Language"} <= set(response["Vary"].split(", "))


def test_callers_who_see_different_lists_get_different_tags() -> None:
    builders.an_update(at_status="draft")
    tags = {name: ask("/updates", builders.client(name))["ETag"] for name in ("officer.jpo", "officer.mext")}
    assert len(set(tags.values())) == 2
    crossed = ask("/updates", builders.client("officer.jpo"), **{"If-None-Match": tags["officer.mext"]})
    assert crossed.status_code == 200


def test_me_and_writes_are_not_kept_by_anyone() -> None:
    assert ask("/me", builders.client("auditor"))["Cache-Control"] == "private, no-cache"
    builders.an_open_cycle()
    written = wire.send(builders.client("officer.jpo"), "post", "/updates", wire.a_report())
    assert (written.status_code, written["Cache-Control"]) == (201, "no-store")


def test_head_has_the_headers_of_get_and_no_body() -> None:
    head, get = builders.client().head(f"{wire.BASE}/kpis"), ask("/kpis")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == get["ETag"]
