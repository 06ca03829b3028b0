"""Wrong types and values for every field of a report: refused at their place, all at once, and nothing is coerced."""

import json
from copy import deepcopy
from typing import Any

import pytest

from measures.api.progress.inputs import ObservationIn, SourceIn, UpdateIn
from measures.models import ProgressUpdate
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

VALUE, SOURCE = "/observations/0", "/observations/0/source"
# Pointer of the field, and what it does not take.
WRONG: dict[str, list[Any]] = {
    "/measure": [None, 1, True, [], {}, "", "nothing", ["MEXT2019-P1-01"], "MEXT2019-R1-5-3A", "x" * 5000],
    "/cycle": [None, 2020, 1.5, "", "FY2021", {"code": "FY2020"}],
    "/narrative": [None, 1, 1.5, True, [], {}, "x" * 20_001],
    "/reason": [None, 1, 1.5, True, [], {}, "x" * 2_001, "a report has none"],
    "/kind": [None, "", "REPORT", "report ", 1, True, [], {}],
    "/declared_status": [None, 1, True, [], {}, "In_progress", "done", "実施中", 1e400],
    "/declared_health": [None, 0, False, [], {}, "green", "ON_TRACK"],
    "/explanation": [1, True, [], "x", {"cause": "x"}],
    "/on_behalf_of": [0, False, [], {}, "nobody"],
    "/observations": [None, 1, "x", {}, True],
    f"{VALUE}/kpi": [None, 1, True, [], {}, "", "sme"],
    f"{VALUE}/period": [None, 2019, "2019", [], True],
    f"{VALUE}/period/year": [None, "2019", 2019.0, 2019.5, True, 0, 1e400, 10**30, "２０１９", [], {}],
    f"{VALUE}/period/type": [None, 1, [], {}, "year", "CALENDAR_YEAR"],
    f"{VALUE}/value": [
        16, 16.1, 0, True, False, [], {}, "", " ", "16,1", "1e3", "NaN", "Infinity", "１６", "16.1 ", "+1", "1_0", ".5",
        "5.", "016", "0x10", "1" * 19, "0." + "1" * 11, "--1", "−1", 1e400, "16.1\n",
    ],
    f"{VALUE}/low": [1, 1.5, True, "x", []],
    f"{VALUE}/high": [1, 1.5, True, "x", {}],
    f"{VALUE}/status": [None, 1, True, [], "", "revised", "FINAL"],
    f"{VALUE}/approximate": [None, 0, 1, "true", "", [], {}],
    f"{VALUE}/derived": [None, 0, 1, "false", 1.0],
    f"{VALUE}/derivation": [None, 1, True, [], "x" * 2001],
    f"{VALUE}/note": [None, 1, True, {}, "x" * 2001],
    f"{VALUE}/source": [None, "x", 1, [], True],
    f"{SOURCE}/title": [None, 1, True, [], {}, "x" * 1001],
    f"{SOURCE}/publisher": [None, 1, False, [], "x" * 201],
    f"{SOURCE}/url": [
        None, 1, True, [], "x", "ftp://a.example/", "javascript:alert(1)", "http://", "//a.example", "http://[::1",
        "https://a.example/" + "x" * 2000,
    ],
    f"{SOURCE}/published_on": [
        1, True, [], {}, "", "2020/07/27", "20200727", "2020-7-27", "2020-02-30", "２０２０-07-27",
        "2020-07-27T00:00:00", "0000-01-01", "27 July 2020",
    ],
}  # fmt: skip
CASES = [(pointer, value) for pointer, values in WRONG.items() for value in values]


def replaced(pointer: str, value: Any) -> dict[str, Any]:
    """A complete report with one place overwritten."""
    report = deepcopy(wire.a_report())
    *steps, last = [int(step) if step.isdigit() else step for step in pointer.split("/")[1:]]
    target: Any = report
    for step in steps:
        target = target[step]
    target[last] = value
    return report


def test_every_wrong_value_of_every_field_is_400_at_its_place_and_changes_nothing() -> None:
    builders.an_open_cycle()
    officer = builders.client("officer.jpo")
    for pointer, value in CASES:
        text = json.dumps(replaced(pointer, value)).replace(": Infinity", ": 1e400")
        body = wire.problem(wire.raw(officer, "/updates", text.encode()), 400, "invalid")
        found = {place for place, _ in wire.places(body)}
        assert any(place.startswith(pointer) for place in found), (pointer, value, body)
    assert not ProgressUpdate.objects.exists()
    assert wire.send(officer, "post", "/updates", wire.a_report()).status_code == 201


def test_every_field_of_the_input_is_tried_here() -> None:
    named = {f"/{name}" for name in UpdateIn().fields} | {f"{VALUE}/{name}" for name in ObservationIn().fields}
    named |= {f"{SOURCE}/{name}" for name in SourceIn().fields}
    assert named <= set(WRONG)


@pytest.mark.parametrize(
    ("pointer", "hint"),
    [
        ("/narative", "Did you mean 'narrative'?"),
        ("/state", "Known are"),
        ("/observations/0/vaule", "Did you mean 'value'?"),
        ("/observations/0/source/titel", "Did you mean 'title'?"),
        ("/observations/0/period/quarter", "write it like"),
        ("/a~1b~0c", "Known are"),
    ],
)
def test_an_unknown_field_is_400_with_the_nearest(pointer: str, hint: str) -> None:
    builders.an_open_cycle()
    report = replaced(pointer, 1)
    if "~" in pointer:
        report["a/b~c"] = report.pop("a~1b~0c")
    body = wire.problem(wire.send(builders.client("officer.jpo"), "post", "/updates", report), 400, "invalid")
    (error,) = body["errors"]
    assert error["pointer"] == pointer
    assert hint in error["detail"]


def test_everything_that_is_wrong_is_listed_at_once_with_its_pointer_400() -> None:
    builders.an_open_cycle()
    report = {
        "measure": "MEXT2019-R1-5-3b",
        "narrative": 1,
        "declared_status": "done",
        "sate": "draft",
        "observations": [
            wire.a_value(),
            {"kpi": 1, "period": {"type": "calendar_year"}, "value": 16.1, "source": {"titel": "x"}, "extra": 1},
        ],
    }
    body = wire.problem(wire.send(builders.client("officer.jpo"), "post", "/updates", report), 400, "invalid")
    assert {place for place, _ in wire.places(body)} == {
        "/measure", "/cycle", "/narrative", "/declared_status", "/sate", "/observations/1/kpi",
        "/observations/1/period/year", "/observations/1/value", "/observations/1/source/title",
        "/observations/1/source/titel", "/observations/1/extra",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "taken"),
    [
        ({"value": None, "low": "15.9", "high": "16.3"}, True),
        ({"value": None, "low": "16.1", "high": "16.1"}, True),
        ({"value": None, "low": "16.3", "high": "15.9"}, False),
        ({"value": None, "low": "16.3"}, False),
        ({"value": None}, False),
        ({"value": "16.1", "low": "15.9", "high": "16.3"}, False),
        ({"value": "16.1", "low": "15.9"}, False),
    ],
)
def test_a_value_is_a_number_or_a_whole_range_201_400(fields: dict[str, Any], taken: bool) -> None:
    builders.an_open_cycle()
    report = wire.a_report(observations=[wire.a_value(**fields)])
    response = wire.send(builders.client("officer.jpo"), "post", "/updates", report)
    if taken:
        assert response.status_code == 201
        (value,) = response.json()["observations"]
        assert {name: value[name] for name in fields} == fields
    else:
        assert wire.places(wire.problem(response, 400)) == [("/observations/0/value", "value-or-range")]


def test_201_values_in_one_report_are_400() -> None:
    builders.an_open_cycle()
    report = wire.a_report(observations=[wire.a_value()] * 201)
    body = wire.problem(wire.send(builders.client("officer.jpo"), "post", "/updates", report), 400, "invalid")
    assert {place for place, _ in wire.places(body)} == {"/observations"}


@pytest.mark.parametrize("text", ["0", "-0.5", "16.10", "999999999999999999.9999999999", "-999999999999999999"])
def test_a_decimal_comes_back_as_it_was_sent(text: str) -> None:
    """Its digits may still be too many for the KPI, which is said when the report is handed in."""
    update = builders.an_update(at_status="draft", observations=[])
    body = {"observations": [wire.a_value(value=text)]}
    response = wire.send(builders.client("officer.jpo"), "patch", f"/updates/{update.pk}", body)
    if "." in text and len(text.partition(".")[2].rstrip("0")) > 1:
        assert wire.places(wire.problem(response, 400)) == [("/observations/0/value", "too-precise")]
    else:
        assert response.json()["observations"][0]["value"] == text


@pytest.mark.parametrize("body", [[], "x"])
@pytest.mark.parametrize("verb", ["submit", "withdraw", "return", "approve"])
def test_the_body_of_a_verb_is_an_object_400(verb: str, body: Any) -> None:
    state = "draft" if verb == "submit" else "submitted"
    update = builders.an_update(at_status=state)
    who = "approver.jpo" if verb in ("return", "approve") else "officer.jpo"
    wire.problem(wire.send(builders.client(who), "post", f"/updates/{update.pk}/{verb}", body), 400, "invalid")
    assert ProgressUpdate.objects.get(pk=update.pk).state == state


@pytest.mark.parametrize("comment", [None, 1, True, [], {}, "x" * 4001])
def test_a_comment_is_text_of_at_most_4000_characters_400(comment: Any) -> None:
    update = builders.an_update(at_status="submitted")
    response = wire.send(builders.client("approver.jpo"), "post", f"/updates/{update.pk}/return", {"comment": comment})
    body = wire.problem(response, 400, "invalid")
    assert [place for place, _ in wire.places(body)] == ["/comment"]


@pytest.mark.parametrize(
    ("days", "status"), [(30, 201), ("30", 400), (30.0, 400), (True, 400), (0, 400), (10**30, 400)]
)
def test_a_whole_number_is_one_and_nothing_that_could_be_made_one_201_400(days: Any, status: int) -> None:
    response = wire.send(builders.client("officer.jpo"), "post", "/tokens", {"scopes": ["read"], "days": days})
    assert response.status_code == status
    if status == 400:
        assert [place for place, _ in wire.places(wire.problem(response, 400, "invalid"))] == ["/days"]
