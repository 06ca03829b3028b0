"""Pages of a list: their bounds, their cursors, their totals and the fields that are picked."""

import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from measures.api.measures import MeasureList
from measures.models import Measure
from measures.rules import days
from measures.vocabulary import Health, MeasureStatus, Rating
from tests import builders
from tests.api import second, wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

LISTS = [
    "/measures", "/kpis", "/observations?year_from=2015", "/ministries", "/documents/MEXT2019/elements",
    "/kpis/sme-patent-share/observations", "/kpis/sme-patent-share/measures", "/measures?kind=study&has_kpi=true",
    "/measures?section=P1&section=P2", "/kpis?measure=MEXT2019-P1-01&measure=MEXT2019-P1-04",
]  # fmt: skip


def pages(client: APIClient, path: str, limit: int) -> list[list[dict]]:
    """All pages, by the Link header alone."""
    found, url = [], f"{wire.BASE}{path}{'&' if '?' in path else '?'}limit={limit}"
    while url:
        response = client.get(url)
        body = response.json()
        found.append(body["items"])
        link = response.headers.get("Link", "")
        assert bool(link) == bool(body["next"])
        url = link.partition(">")[0].lstrip("<")
        assert not link or (link.endswith('; rel="next"') and url.startswith("http://testserver/api/v1/"))
    return found


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [4, 9])
def test_following_the_cursor_gives_every_row_once_and_in_order_200(path: str, limit: int) -> None:
    whole = wire.items(path)
    walked = pages(builders.client(), path, limit)
    assert [row for page in walked for row in page] == whole
    assert {len(page) for page in walked[:-1]} <= {limit}
    assert 1 <= len(walked[-1]) <= limit


def test_updates_walk_from_the_newest_to_the_oldest() -> None:
    cast = {"officer": "officer.mext", "approver": "approver.mext", "observations": []}
    made = [builders.an_update(measure=f"MEXT2019-P1-0{number}", **cast).pk for number in range(1, 6)]
    walked = pages(builders.client("officer.mext"), "/updates", 2)
    assert [[row["id"] for row in page] for page in walked] == [made[4:2:-1], made[2:0:-1], made[:1]]


@pytest.mark.parametrize(("given", "seen"), [("", 33), ("?limit=1", 1), ("?limit=33", 33), ("?limit=500", 33)])
def test_limit_is_50_and_may_be_1_to_500(given: str, seen: int) -> None:
    body = builders.client().get(f"{wire.BASE}/measures{given}").json()
    assert len(body["items"]) == seen
    assert (body["next"] is None) == (seen == 33)
    assert len(builders.client().get(f"{wire.BASE}/documents/MEXT2019/elements").json()["items"]) == 50


@pytest.mark.parametrize(
    "limit", ["0", "-1", "501", "1e2", "1.0", "１０", "ten", "+5", " 5", "0001000", "9" * 190, "000100" + "9" * 100]
)
def test_another_limit_is_400(limit: str) -> None:
    response = builders.client().get(f"{wire.BASE}/measures", {"limit": limit})
    assert wire.places(wire.problem(response, 400, "invalid")) == [("limit", "invalid")]


def test_rows_that_come_and_go_between_pages_neither_repeat_nor_hide_the_others() -> None:
    before = [row["code"] for row in wire.items("/measures")]
    client = builders.client()
    first = client.get(f"{wire.BASE}/measures?limit=10").json()
    second.a_second_document()
    a_measure_before_the_cursor()
    rest = client.get(f"{wire.BASE}/measures?limit=500&cursor={first['next']}").json()
    walked = [row["code"] for row in first["items"] + rest["items"]]
    assert walked == [*before, second.MEASURE]
    assert len(wire.codes("/measures")) == len(walked) + 1


def a_measure_before_the_cursor() -> None:
    """Beside the first measure of the first document, and behind it by its code."""
    newest = Measure.objects.get(code=second.MEASURE)
    beside = Measure.objects.get(code="MEXT2019-P1-01")
    standing = newest.standing
    newest.pk, newest._state.adding = None, True
    newest.code, newest.element = "MEXT2019-P1-01b", beside.element
    newest.save()
    standing.pk = newest.pk
    standing._state.adding = True
    standing.save()


def test_total_is_there_when_asked_for_and_counts_all_pages() -> None:
    client = builders.client()
    assert client.get(f"{wire.BASE}/measures?limit=1&count=true").json()["total"] == 33
    assert client.get(f"{wire.BASE}/measures?limit=1&count=true&kind=study").json()["total"] == len(
        wire.items("/measures?kind=study")
    )
    assert "total" not in client.get(f"{wire.BASE}/measures?limit=1&count=false").json()
    assert "total" not in client.get(f"{wire.BASE}/measures?limit=1").json()
    wire.problem(client.get(f"{wire.BASE}/measures?count=1"), 400, "invalid")


def test_only_the_picked_fields_remain_in_their_own_order() -> None:
    picked = wire.items("/measures?fields=title,code,lead")
    assert {tuple(row) for row in picked} == {("code", "title", "lead")}
    assert [row["code"] for row in picked] == wire.codes("/measures")
    assert list(wire.get(f"/measures/{builders.SME}?fields=status")) == ["status"]


@pytest.mark.parametrize("path", ["/measures", f"/measures/{builders.SME}", "/kpis", "/cycles/FY2020", "/updates"])
def test_an_unknown_field_is_400_with_the_nearest(path: str) -> None:
    response = builders.client().get(f"{wire.BASE}{path}?fields=code,upated_at")
    body = wire.problem(response, 400, "invalid")
    assert ("fields", "unknown-field") in wire.places(body)
    assert "'upated_at'" in body["errors"][-1]["detail"] and "Did you mean '" in body["errors"][-1]["detail"]


def test_the_link_keeps_the_filters_and_names_the_cursor() -> None:
    response = builders.client().get(f"{wire.BASE}/measures?section=P1&section=P2&kind=study&limit=2&fields=code")
    query = parse_qs(urlsplit(response["Link"].partition(">")[0]).query)
    assert query == {
        "section": ["P1", "P2"], "kind": ["study"], "limit": ["2"], "fields": ["code"],
        "cursor": [response.json()["next"]],
    }  # fmt: skip


def cursor_of(path: str, username: str | None = None) -> str:
    return wire.get(path, username)["next"]


@pytest.mark.parametrize(
    ("made_by", "used_by"),
    [
        (("/measures?limit=1", None), ("/kpis?limit=1", None)),
        (("/measures?limit=1", None), ("/measures?limit=1&kind=action", None)),
        (("/measures?limit=1&kind=action", None), ("/measures?limit=1", None)),
        (("/measures?limit=1&kind=action", None), ("/measures?limit=1&kind=action&kind=study", None)),
        (("/measures?limit=1", None), ("/measures?limit=1", "auditor")),
        (("/measures?limit=1", "auditor"), ("/measures?limit=1", None)),
        (("/measures?limit=1", "officer.jpo"), ("/measures?limit=1", "auditor")),
        (("/kpis/sme-patent-share/observations?limit=1", None), ("/kpis/univ-patent-licences/observations", None)),
    ],
)
def test_a_cursor_of_another_path_filter_or_caller_is_400(made_by: tuple, used_by: tuple) -> None:
    cursor = cursor_of(*made_by)
    path, username = used_by
    response = builders.client(username).get(f"{wire.BASE}{path}{'&' if '?' in path else '?'}cursor={cursor}")
    assert wire.places(wire.problem(response, 400, "invalid")) == [("cursor", "bad-cursor")]
    again = builders.client(made_by[1]).get(f"{wire.BASE}{made_by[0]}&cursor={cursor}")
    assert again.status_code == 200


def test_a_cursor_serves_any_limit_fields_and_order_of_the_same_filters() -> None:
    cursor = cursor_of("/measures?kind=action&section=P1&limit=1")
    for query in ("section=P1&kind=action&limit=9", "kind=action&section=P1&fields=code&count=true"):
        assert builders.client().get(f"{wire.BASE}/measures?{query}&cursor={cursor}").status_code == 200


def forged() -> dict[str, str]:
    good = "WyJNRVhUMjAxOSIsMjcsIk1FWFQyMDE5LVAxLTAxIl0"
    return {
        "a word": "x",
        "a number": "1",
        "NUL": "\x00",
        "not ASCII": "é①",
        "unsigned": good,
        "signed with a time": signing.dumps(["MEXT2019", 1, "x"]),
        "signed by another salt": signing.Signer(salt="cursor:x").sign_object(["MEXT2019", 1, "x"]),
        "signed by another key": signing.Signer(key="another").sign_object(["MEXT2019", 1, "x"]),
        "long": "A" * 5000,
        "compressed rubbish": ".eJw:1xVbm7:x",
        "three colons": ":::",
        "an offset": "o=10",
    }


@pytest.mark.parametrize("kind", forged())
def test_a_forged_cursor_is_400(kind: str) -> None:
    response = builders.client().get(f"{wire.BASE}/measures", {"cursor": forged()[kind]})
    assert wire.places(wire.problem(response, 400, "invalid")) == [("cursor", "bad-cursor")]


def test_the_same_page_asked_for_later_has_the_same_cursor_and_so_the_same_tag_304() -> None:
    client = builders.client()
    first = client.get(f"{wire.BASE}/measures?limit=3")
    time.sleep(1.1)
    again = client.get(f"{wire.BASE}/measures?limit=3", headers={"If-None-Match": first["ETag"]})
    assert (first.json()["next"] is None, again.status_code) == (False, 304)


def test_a_cursor_with_one_letter_changed_is_400() -> None:
    cursor = cursor_of("/measures?limit=1")
    for at in (0, 10, len(cursor) - 1):
        changed = cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
        wire.problem(builders.client().get(f"{wire.BASE}/measures?limit=1&cursor={changed}"), 400, "invalid")


@pytest.mark.parametrize("path", ["/measures/", "/measures/MEXT2019-P1-01/", "/kpis/", "/summary/", "/openapi.json/"])
def test_a_slash_at_the_end_is_404_and_the_answer_says_so(path: str) -> None:
    body = wire.problem(builders.client().get(wire.BASE + path), 404, "not-found")
    assert f"try {wire.BASE}{path.rstrip('/')} without the slash" in body["detail"]


def test_a_later_page_is_found_by_the_index_and_not_by_reading_what_stands_before_it() -> None:
    cursor = wire.get("/observations?limit=3")["next"]
    with CaptureQueriesContext(connection) as captured:
        wire.get(f"/observations?limit=3&cursor={cursor}")
    (page,) = [one["sql"] for one in captured if 'FROM "measures_observation"' in (one["sql"] or "")]
    with connection.cursor() as sql:
        # What the planner knows of the tables is not left to what ran here before.
        sql.execute("ANALYZE measures_kpi, measures_observation, measures_source")
        sql.execute("SET LOCAL enable_seqscan = off")
        sql.execute(f"EXPLAIN {page}")
        plan = " ".join(line for (line,) in sql.fetchall())
    assert re.search(r"Index Cond: \(\(code\)::text >= '[a-z0-9-]+'::text\)", plan), plan


ORDERS = [f"{sign}{name}" for name in MeasureList.orders for sign in ("", "-")]


def key(row: dict, order: str) -> Any:
    """What the row is put in order by, told from what it shows; last either way where it has none."""
    name = order.removeprefix("-")
    words = {"status": MeasureStatus, "health": Health, "standing": Rating}
    value = row["standing"]["rating"] if name == "standing" else row[name]
    place = words[name].values.index(value) if name in words and value else value or ""
    return (value is None) ^ order.startswith("-"), place


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("known", [False, True])
def test_measures_come_in_the_order_that_is_asked_for_page_by_page(order: str, known: bool) -> None:
    builders.an_update("approved")
    moment = f"&known_at={days.wire(timezone.now() - timedelta(milliseconds=1)).replace('+', '%2B')}" if known else ""
    whole = wire.items(f"/measures?order={order}{moment}")
    keys = [key(row, order) for row in whole]
    assert keys == sorted(keys, reverse=order.startswith("-"))
    assert len(whole) == 33
    walked = pages(builders.client(), f"/measures?order={order}{moment}", 7)
    assert [row["code"] for page in walked for row in page] == [row["code"] for row in whole]


def test_rows_with_the_same_key_stay_in_the_order_of_the_document() -> None:
    plain = [row["code"] for row in wire.items("/measures")]
    assert [row["code"] for row in wire.items("/measures?order=-status")] == plain


def test_an_order_that_there_is_not_is_400_with_the_nearest_and_a_cursor_is_of_its_order() -> None:
    client = builders.client()
    for given in ("statsu", "--status", "element", "order_key"):
        refused = wire.problem(client.get(f"{wire.BASE}/measures?order={given}"), 400, "invalid")
        assert wire.places(refused) == [("order", "unknown-value")]
    both = wire.problem(client.get(f"{wire.BASE}/measures?order=statsu&kind=x"), 400, "invalid")
    assert wire.places(both) == [("kind", "unknown-value"), ("order", "unknown-value")]
    cursor = client.get(f"{wire.BASE}/measures?order=status&limit=3").json()["next"]
    other = client.get(f"{wire.BASE}/measures?order=-status&limit=3&cursor={cursor}")
    assert wire.places(wire.problem(other, 400, "invalid")) == [("cursor", "bad-cursor")]
    wire.problem(client.get(f"{wire.BASE}/kpis?order=code"), 400, "invalid")
    wire.problem(client.get(f"{wire.BASE}/measures?order="), 400, "invalid")
