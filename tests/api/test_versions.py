"""A new version of a document: what is the same, changed, more and less, and what becomes of each measure."""

import json
from typing import Any

import pytest
from django.http import HttpResponse

from measures.models import DocumentVersion, Event, Measure, Proposal, Quote
from measures.operations import standings
from tests import builders, proposing
from tests.api import wire
from tests.api.test_proposals import send
from tests.rules import invented

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

BANKS, WEIRS, PATHS = proposing.MEASURES
# The weirs are checked every year now, the paths are gone, and huts are new.
NEXT = invented.FOREST.replace("■堰の点検", "■堰の点検と清掃").replace(
    "■山道の補修と、案内板の更新及び休憩所の設置に向けた、地域の\n学校との連携の推進", "■避難小屋の新設"
)
HUTS = f"{proposing.CODE}-v2-S2-2-01"


@pytest.fixture
def proposed() -> dict[str, Any]:
    """The second version, after the first was confirmed."""
    proposing.confirmed()
    made = send("post", "/proposals", {"text": NEXT, "replaces": proposing.CODE, "issued_on": "2021-04-01"})
    assert made.status_code == 201, made.content
    return made.json()


def changed(proposed: dict[str, Any], **body: Any) -> HttpResponse:
    return send("patch", f"/proposals/{proposed['id']}", body)


def confirmed(proposed: dict[str, Any]) -> HttpResponse:
    return send("post", f"/proposals/{proposed['id']}/confirm", {"reason": "改定の決定"})


def answered(proposed: dict[str, Any], **fate: Any) -> dict[str, Any]:
    """All that the second version needs, the paths with `fate`."""
    english = [{"code": "S2-2-01", "measure": {"title_en": "Build huts"}}]
    fates = [{"measure": PATHS, **fate}]
    done = changed(proposed, elements=english, lead=proposing.LEAD, takes_suggestions=True, fates=fates)
    assert done.status_code == 200, done.content
    return done.json()


def at_before() -> str:
    """A moment after the first version, and before the second."""
    moment = Event.objects.filter(subject_type="proposal", verb="propose").latest("pk").at
    return moment.isoformat().replace("+", "%2B")


def test_it_is_shown_beside_the_version_before(proposed: dict[str, Any]) -> None:
    assert (proposed["code"], proposed["replaces"], proposed["title_en"]) == (
        proposing.CODE, proposing.CODE, proposing.HEAD["title_en"],
    )  # fmt: skip
    told = {(one["change"], one["old_text"], one["new_text"]) for one in proposed["changes"] if one["change"] != "same"}
    assert told == {
        ("changed", "堰の点検", "堰の点検と清掃"),
        ("added", None, "避難小屋の新設"),
        ("dropped", invented.FOREST_SHOWN[-1][2], None),
    }
    assert {(one["measure"], one["fate"]) for one in proposed["suggested"]} == {
        (BANKS, "carry_on"),
        (WEIRS, "carry_on"),
    }


def test_it_is_refused_until_every_measure_has_its_fate_400(proposed: dict[str, Any]) -> None:
    unanswered = [one for one in proposed["problems"] if one["code"] == "unanswered"]
    assert [code in one["detail"] for code, one in zip(sorted(proposing.MEASURES), unanswered, strict=True)] == [
        True
    ] * 3
    suggested = changed(proposed, takes_suggestions=True).json()
    left = [one["detail"] for one in suggested["problems"] if one["code"] == "unanswered"]
    assert len(left) == 3 - len(suggested["fates"])
    assert any(PATHS in one for one in left)
    refused = wire.problem(confirmed(proposed), 400, "invalid")
    assert ("/fates", "unanswered") in wire.places(refused)
    assert not DocumentVersion.objects.exists()


@pytest.mark.parametrize(
    ("fate", "place"),
    [
        ({"fate": "withdrawn"}, ("/fates/2/reason", "missing")),
        ({"fate": "carry_on"}, ("/fates/2/elements", "one-of-two")),
        ({"fate": "carry_on", "elements": ["S1"]}, ("/fates/2/elements", "unknown")),
        ({"fate": "carry_on", "elements": ["S2-1-01"]}, ("/fates/2/elements", "repeated")),
        ({"fate": "merged", "elements": ["S2-1-01", "S2-1-02"]}, ("/fates/2/elements", "one-of-two")),
        ({"measure": builders.SME, "fate": "withdrawn", "reason": "別の文書"}, ("/fates/2/measure", "unknown")),
    ],
)
def test_a_fate_that_cannot_be_is_said_with_its_place(
    proposed: dict[str, Any], fate: dict[str, Any], place: tuple[str, str]
) -> None:
    fates = [
        {"measure": BANKS, "fate": "carry_on", "elements": ["S2-1-01"]},
        {"measure": WEIRS, "fate": "carry_on", "elements": ["S2-1-02"]},
        {"measure": PATHS, **fate},
    ]
    shown = changed(proposed, fates=fates)
    assert place in {(one["pointer"], one["code"]) for one in shown.json()["problems"]}, shown.content
    wire.problem(confirmed(proposed), 400, "invalid")


def test_measures_carry_on_with_their_new_wording_and_the_old_stays_to_be_read(proposed: dict[str, Any]) -> None:
    moment = at_before()
    then = {
        path: wire.get(f"{path}{'&' if '?' in path else '?'}known_at={moment}")
        for path in (f"/documents/{proposing.CODE}", f"/documents/{proposing.CODE}/elements?limit=100",
                     f"/measures/{WEIRS}", f"/documents/{proposing.CODE}/versions", f"/measures/{PATHS}")
    }  # fmt: skip
    shown = answered(proposed, fate="withdrawn", reason="整備の完了")
    fates = [{"measure": WEIRS, "fate": "carry_on", "elements": ["S2-1-02"]}]
    shown = changed(proposed, fates=fates).json()
    assert shown["problems"] == []
    done = confirmed(proposed)
    assert done.status_code == 200, done.content
    weirs = wire.get(f"/measures/{WEIRS}")
    assert (weirs["text"], weirs["lines"]) == ("堰の点検", then[f"/measures/{WEIRS}"]["lines"])
    (quote,) = weirs["quotes"]
    assert (quote["version"], quote["element"], quote["text"]) == (2, "S2-1-02", "堰の点検と清掃")
    assert wire.get(f"/measures/{PATHS}")["status"] == "discontinued"
    assert wire.get(f"/measures/{HUTS}")["text"] == "避難小屋の新設"
    document = wire.get(f"/documents/{proposing.CODE}")
    assert (document["version"], document["text"], document["issued_on"]) == (2, NEXT, "2021-04-01")
    versions = wire.get(f"/documents/{proposing.CODE}/versions")["items"]
    assert [(one["version"], one["reason"]) for one in versions] == [(1, ""), (2, "改定の決定")]
    now = {one["code"]: one for one in wire.items(f"/documents/{proposing.CODE}/elements")}
    assert {code: [one["code"] for one in row["measures"]] for code, row in now.items() if row["measures"]} == {
        "S2-1-01": [BANKS], "S2-1-02": [WEIRS], "S2-2-01": [HUTS],
    }  # fmt: skip
    first = wire.items(f"/documents/{proposing.CODE}/elements?version=1")
    assert [one["text"] for one in first] == [text for _, _, text in invented.FOREST_SHOWN]
    for path, answer in then.items():
        assert wire.get(f"{path}{'&' if '?' in path else '?'}known_at={moment}") == answer, path
    assert standings.rebuild(at=Event.objects.latest("pk").at) == []


def test_every_fate_leaves_its_event_and_the_document_one(proposed: dict[str, Any]) -> None:
    answered(proposed, fate="withdrawn", reason="整備の完了")
    changed(proposed, fates=[{"measure": WEIRS, "fate": "carry_on", "elements": ["S2-1-02"]}])
    before = set(Event.objects.values_list("pk", flat=True))
    assert confirmed(proposed).status_code == 200
    left = Event.objects.exclude(pk__in=before).exclude(subject_type="token").order_by("pk")
    assert [(one.verb, one.subject_code) for one in left] == [
        ("create", HUTS), ("revise", BANKS), ("revise", WEIRS), ("edit", PATHS), ("revise", proposing.CODE),
        ("confirm", str(proposed["id"])),
    ]  # fmt: skip
    told = json.loads(left[2].body)
    assert (told["before"]["text"], told["after"]["text"]) == ("堰の点検", "堰の点検と清掃")


@pytest.mark.parametrize(
    ("fate", "status", "links"),
    [
        ({"fate": "superseded", "elements": ["S2-2-01"]}, "discontinued", [(HUTS, PATHS, "supersedes")]),
        (
            {"fate": "superseded", "elements": ["S2-1-02", "S2-2-01"]},
            "discontinued",
            [(f"{proposing.CODE}-v2-S2-1-02", PATHS, "split_from"), (HUTS, PATHS, "split_from")],
        ),
        ({"fate": "merged", "elements": ["S2-1-01"]}, "merged", [(PATHS, BANKS, "merged_into")]),
    ],
)
def test_measures_are_superseded_split_and_merged_by_the_operations_that_do_so(
    proposed: dict[str, Any], fate: dict[str, Any], status: str, links: list[tuple[str, str, str]]
) -> None:
    answered(proposed, **fate)
    english = [{"code": "S2-1-02", "measure": {"title_en": "Check and report"}}]
    of_weirs = {"fate": "carry_on", "elements": ["S2-1-02"]}
    if "S2-1-02" in fate["elements"]:
        of_weirs = {"fate": "merged", "elements": ["S2-1-01"]}
    changed(proposed, elements=english, fates=[{"measure": WEIRS, **of_weirs}])
    done = confirmed(proposed)
    assert done.status_code == 200, done.content
    measure = Measure.objects.get(code=PATHS)
    assert measure.status == status
    found = [*measure.links.all(), *measure.linked_from.all()]
    assert sorted((one.measure.code, one.other.code, one.kind) for one in found) == sorted(links)


def test_a_third_version_is_beside_the_second(proposed: dict[str, Any]) -> None:
    answered(proposed, fate="withdrawn", reason="整備の完了")
    changed(proposed, fates=[{"measure": WEIRS, "fate": "carry_on", "elements": ["S2-1-02"]}])
    assert confirmed(proposed).status_code == 200
    third = send("post", "/proposals", {"text": NEXT, "replaces": proposing.CODE}).json()
    assert {one["change"] for one in third["changes"]} == {"same"}
    assert {one["measure"] for one in third["suggested"]} == {BANKS, WEIRS, HUTS}
    assert {one["code"] for one in third["problems"]} == {"missing", "unanswered"}
    assert changed(third, takes_suggestions=True).json()["problems"] == []
    assert confirmed(third).status_code == 200
    assert Quote.objects.filter(measure__code=BANKS).count() == 2


def test_a_new_document_has_no_fates_and_another_version_keeps_its_code_400(proposed: dict[str, Any]) -> None:
    place = wire.places(wire.problem(changed(proposed, code="OTHER"), 400, "invalid"))
    assert place == [("/code", "invalid")]
    new = proposing.a_proposal()
    fates = [{"measure": BANKS, "fate": "carry_on", "elements": ["S2-1-01"]}]
    refused = wire.problem(send("patch", f"/proposals/{new.pk}", {"fates": fates}), 400, "invalid")
    assert wire.places(refused) == [("/fates", "unknown-field")]
    assert Proposal.objects.get(pk=new.pk).fates == []
