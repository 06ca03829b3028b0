"""Explanations over HTTP: all of one or none, what a report lacks, and the queue of what nobody explained."""

from typing import Any

import pytest
from django.utils import translation

from tests import builders
from tests.api import wire
from tests.api.test_compiled import compiled, rendered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

BEHIND = "MEXT2019-P3-01"
MEXT = {"measure": BEHIND, "officer": "officer.mext", "approver": "approver.mext", "observations": []}


def sent(**fields: Any) -> dict[str, Any]:
    explanation = builders.an_explanation(**fields)
    return {**explanation, "due_on": str(explanation["due_on"])}


def test_a_report_lists_the_explanation_it_lacks_beside_all_else_and_as_an_action_400() -> None:
    update = builders.an_update(at_status="draft", narrative="", **MEXT)
    officer = builders.client("officer.mext")
    body = wire.problem(wire.send(officer, "post", f"/updates/{update.pk}/submit"), 400, "not-ready")
    assert wire.places(body) == [("/explanation", "divergence-unexplained"), ("/narrative", "missing")]
    for row in (wire.get(f"/updates/{update.pk}", "officer.mext"), *wire.items("/updates", "officer.mext")):
        submit = next(one for one in row["actions"] if one["verb"] == "submit")
        assert (submit["allowed"], submit["code"]) == (False, "not-ready")
        assert "plan5-rd-venture-ipo" in submit["reason"]


@pytest.mark.parametrize("left_out", ["cause", "corrective_step", "owner", "due_on"])
def test_an_explanation_is_whole_400(left_out: str) -> None:
    path = f"/updates/{builders.an_update(at_status='draft', **MEXT).pk}"
    part = {name: value for name, value in sent().items() if name != left_out}
    for explanation, code in ((part, "required"), ({**part, left_out: None}, "null")):
        answer = wire.send(builders.client("officer.mext"), "patch", path, {"explanation": explanation})
        assert wire.places(wire.problem(answer, 400)) == [(f"/explanation/{left_out}", code)]


def test_an_explanation_is_kept_shown_and_taken_back_200() -> None:
    officer, path = builders.client("officer.mext"), f"/updates/{builders.an_update(at_status='draft', **MEXT).pk}"
    explanation = sent()
    assert wire.send(officer, "patch", path, {"explanation": explanation}).json()["explanation"] == explanation
    assert wire.get(path, "officer.mext")["explanation"] == explanation
    assert wire.send(officer, "patch", path, {"explanation": None}).json()["explanation"] is None


def test_a_divergent_measure_tells_its_explanation_and_the_unexplained_are_a_queue_of_their_own() -> None:
    assert wire.codes("/measures?divergent=true") == []
    explanation = builders.an_explanation()
    update = builders.an_update(at_status="approved", explanation=explanation, **MEXT)
    told = {**explanation, "due_on": str(explanation["due_on"]), "update": update.pk}
    assert wire.get(f"/measures/{BEHIND}")["explanation"] == told
    (listed,) = wire.items("/measures?divergent=true")
    assert (listed["code"], listed["explanation"]) == (BEHIND, told)
    assert wire.codes("/measures?divergent=true&explained=false") == []
    assert wire.codes("/measures?explained=true") == [BEHIND]
    counts = wire.get("/summary")["measures"]
    assert (counts["divergent"], counts["unexplained"]) == (1, 0)
    lines = builders.client().get(f"{wire.BASE}/exports/measures.csv?explained=true").getvalue().decode()
    assert f",true,{update.pk}," in lines


def test_what_a_report_of_another_measure_made_divergent_stands_in_the_queue() -> None:
    cast = {**MEXT, "measure": "MEXT2019-P1-04"}
    builders.an_update(at_status="approved", **cast)
    fallen = [builders.a_value(value="12.0")]
    builders.an_update(at_status="approved", observations=fallen, explanation=builders.an_explanation())
    assert wire.codes("/measures?divergent=true") == ["MEXT2019-P1-04", builders.SME]
    assert wire.codes("/measures?divergent=true&explained=false") == ["MEXT2019-P1-04"]
    counts = wire.get("/summary")["measures"]
    assert (counts["divergent"], counts["unexplained"]) == (2, 1)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_explained_measure_is_the_same_bytes_from_the_database(language: str) -> None:
    strange = {"cause": '"なぜ" \\ 100 % {0}', "owner": "課 '係'"}
    builders.an_update(at_status="approved", explanation=builders.an_explanation(**strange), **MEXT)
    with translation.override(language):
        assert b'"update":' in compiled()
        assert compiled() == rendered()
