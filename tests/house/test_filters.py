"""Every field that a list shows has a filter, or a reason here why it has none."""

from typing import Any

import pytest
from django.urls import URLPattern
from rest_framework import serializers

from measures.api import urls
from measures.api.measures import MeasureList
from measures.api.views import ListView
from tests.figures import Figure

FOUND_BY_Q = "its text is searched by `q`"
FEW = "the list is short, and read whole"
ITS_OWN_ADDRESS = "one is read at its own address"
AMOUNT = "a computed figure; the state and the rating are asked for instead"
PROSE = "explains the row, and nobody looks rows up by it"
CURSOR = "the order and the cursor are by it"
REVISED = ["recorded_at", "set_by", "approved_by", "decided_by", "decided_at", "comment", "supersedes", "state"]
ONE_KPI = "the address names one KPI, whose rows are few"

# By the list's output: fields with a filter of another name, and fields without one, with the reason.
OTHER_NAME: dict[str, dict[str, str]] = {
    "ElementOut": {"viewpoints": "viewpoint"},
    "MeasureOut": {
        "viewpoints": "viewpoint", "lead": "ministry", "supporting": "ministry", "kpis": "has_kpi",
        "updated_at": "updated_since", "title": "q", "title_en": "q", "text": "q", "code": "q",
        "explanation": "explained",
    },
    "AssignmentOut": {"valid_to": "current"},
    "MilestoneOut": {"done_on": "done"},
    "KpiOut": {
        "measures": "measure", "standing": "state", "name": "q", "name_en": "q", "definition": "q", "code": "q",
    },
    "EvidenceOut": {"verified_at": "verified"},
    "ObservationOut": {"period": "year_from"},
    "ReportOut": {"superseded_by": "superseded"},
}  # fmt: skip
WITHOUT: dict[str, dict[str, str]] = {
    "DocumentOut": dict.fromkeys(
        ["code", "version", "title", "title_en", "issuer", "issuer_en", "issued_on", "plan_period", "sha256"], FEW
    ),
    "ElementOut": {
        **dict.fromkeys(["order", "lines"], CURSOR),
        **dict.fromkeys(["code", "parent", "marker", "links", "measures"], "a document is read whole, in its order"),
        **dict.fromkeys(["text", "text_normalized", "text_en", "viewpoints_basis", "viewpoints_reason"], PROSE),
    },
    "MinistryOut": dict.fromkeys(
        ["code", "name", "name_en", "level", "parent", "parent_name", "precedence", "corporate_number", "valid_from",
         "valid_to", "note", "source"], FEW,
    ),
    "MeasureOut": {
        "element": "a section is asked for, and the elements of a document name their measures",
        "lines": PROSE,
        "status_since": "updated_since tells what changed",
        "due_on": "no measure of a document so far has a day",
        "revision": "compared by If-Match, not looked for",
    },
    "AssignmentOut": {
        "id": ITS_OWN_ADDRESS,
        "valid_from": "current tells what holds now",
        **dict.fromkeys(["basis", "reason", "element", "recorded_at"], PROSE),
    },
    "MilestoneOut": {
        "id": ITS_OWN_ADDRESS,
        **dict.fromkeys(["title", "basis", "reason", "evidence"], PROSE),
        "due_on_proposed": "the ledger of days has the filter",
        "due_on": "done tells what is still to come",
        **dict.fromkeys(["version", "updated_at"], "compared by If-Match, not looked for"),
    },
    "KpiOut": {
        **dict.fromkeys(["unit", "period_type", "decimals"], "asked of observations, where it tells values apart"),
        **dict.fromkeys(["period_note", "statistic", "notes"], PROSE),
        "updated_at": "the ETag of the list tells that something changed",
    },
    "ObservationOut": {
        "id": CURSOR,
        **dict.fromkeys(["value", "low", "high"], AMOUNT),
        **dict.fromkeys(["unit", "derivation", "note", "source", "further_sources", "reason"], PROSE),
        **dict.fromkeys(["approximate", "derived"], "marks that a reader must see and not filter away"),
        **dict.fromkeys(["recorded_at", "corrects", "update"], "the trail of one value, whose KPI is asked for"),
    },
    "BaselineOut": dict.fromkeys(["id", "period", "value", "resolved", "basis", "reason", *REVISED], ONE_KPI),
    "TargetOut": dict.fromkeys(
        ["id", "kpi", "kind", "value", "low", "high", "stated_as", "baseline", "due_on", "resolved", "basis", "reason",
         "source", "element", "effective_on", *REVISED], ONE_KPI,
    ),
    "DecisionOut": {
        "id": ITS_OWN_ADDRESS,
        **dict.fromkeys(["reference", "reason", "into", "decided_on"], PROSE),
        "recorded_by": "the events of a person have the filter",
        "recorded_at": CURSOR,
    },
    "DeadlineOut": {
        "id": ITS_OWN_ADDRESS,
        **dict.fromkeys(["was", "due_on", "reason", "comment"], PROSE),
        **dict.fromkeys(["set_by", "decided_by"], "the events of a person have the filter"),
        **dict.fromkeys(["recorded_at", "decided_at"], CURSOR),
    },
    "KpiMeasureOut": dict.fromkeys(["code", "title", "title_en", "status", "basis", "reason"], ONE_KPI),
    "CycleOut": dict.fromkeys(
        ["code", "period", "opens_on", "due_on", "closes_on", "obligations", "is_demo", "version", "updated_at"], FEW
    ),
    "ObligationOut": {
        "id": ITS_OWN_ADDRESS,
        **dict.fromkeys(["version", "actions", "updated_at"], "compared and read one by one"),
        **dict.fromkeys(["waiver_reason", "unlock_reason"], PROSE),
        **dict.fromkeys(["reported_at", "in_time_at", "waived_at"], "the state is asked for"),
        "unlocked_until": "the cycle is asked for",
        "due_soon": "a page begins with what is due first",
        "due_on": "the cycle is asked for",
    },
    "ProposalOut": {
        "id": ITS_OWN_ADDRESS,
        **dict.fromkeys(["code", "title", "title_en", "issuer", "issuer_en", "issued_on", "document", "replaces"], FEW),
        **dict.fromkeys(["sha256", "file_sha256", "created_by"], PROSE),
        **dict.fromkeys(["version", "recorded_at", "updated_at"], "compared by If-Match, not looked for"),
    },
    "UpdateOut": {
        "id": ITS_OWN_ADDRESS,
        "round": "the state is asked for",
        **dict.fromkeys(["version", "actions"], "compared and read one by one"),
        **dict.fromkeys(["narrative", "reason", "explanation", "reviews"], PROSE),
        "evidence": "asked at /evidence",
        **dict.fromkeys(["declared_status", "declared_health"], "asked of measures, which take them at approval"),
        "observations": "asked at /observations once they are published",
        "on_behalf_of": "the ministry is asked for",
        **dict.fromkeys(["drafted_at", "submitted_at", "decided_at"], "the cycle is asked for"),
        "decided_by": "an approver asks for the state",
    },
    "TimelineOut": dict.fromkeys(
        ["id", "at", "actor", "verb", "subject", "after", "audience"], "a story is read as a whole; /events has filters"
    ),
    "EvidenceOut": {
        **dict.fromkeys(["id", "released_on"], ITS_OWN_ADDRESS),
        **dict.fromkeys(["title", "url", "name", "replaces"], PROSE),
        **dict.fromkeys(["media_type", "size", "sha256"], "its report is asked for"),
        **dict.fromkeys(["claimed_at", "claimed_by", "verified_by"], "its report tells who wrote it, and when"),
    },
    "ReportOut": {
        **dict.fromkeys(["code", "files", "sha256"], ITS_OWN_ADDRESS),
        **dict.fromkeys(["version", "supersedes"], "superseded leaves the newest versions"),
        "reason": PROSE,
        **dict.fromkeys(["known_at", "rule", "revision", "checkpoint"], "its cycle is asked for"),
        "published_by": "the events of a person have the filter",
        "published_at": CURSOR,
    },
    "ImportOut": dict.fromkeys(
        ["id", "ministry", "name", "size", "sha256", "problems", "changes", "recorded_at", "committed_at"], FEW
    ),
    "PersonOut": dict.fromkeys(["username", "display_name", "email"], "a person is read at their own address"),
    "DutyOut": {"id": ITS_OWN_ADDRESS, **dict.fromkeys(["person", "valid_from", "valid_to"], FEW)},
    "TokenOut": dict.fromkeys(
        ["id", "person", "label", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at"], FEW
    ),
}  # fmt: skip
# The address answers this already, so the list under it does not ask again.
GIVEN_BY_ADDRESS = {"kpis/<str:code>/observations": {"kpi"}}


def lists() -> list[URLPattern]:
    return [route for route in urls.urlpatterns if issubclass(route.callback.view_class, ListView)]


@pytest.mark.parametrize("route", lists(), ids=lambda route: str(route.pattern))
def test_every_field_of_a_list_has_a_filter_or_a_reason(route: Any) -> None:
    assert_explained(route.callback.view_class, str(route.pattern))


def assert_explained(view: Any, pattern: str) -> None:
    output = view.serializer_class.__name__
    filters = set(getattr(getattr(view, "filterset_class", None), "base_filters", {}))
    other, without = OTHER_NAME.get(output, {}), WITHOUT.get(output, {})
    given = GIVEN_BY_ADDRESS.get(pattern, set())
    # A label says in words what its code, which has the filter, says.
    fields = {name for name in view.serializer_class().fields if not name.endswith("_label")}
    assert set(other.values()) <= filters
    assert fields - filters - set(other) - given == set(without)
    assert not (set(other) | set(without)) - fields, "a reason is left over for a field that is gone"


def test_a_field_that_nobody_thought_of_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with_one_more = type("MeasureOut", (MeasureList.serializer_class,), {"planted": serializers.CharField()})
    monkeypatch.setattr(MeasureList, "serializer_class", with_one_more)
    with pytest.raises(AssertionError, match="planted"):
        assert_explained(MeasureList, "measures")


def test_a_filter_that_is_gone_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    left = {name: one for name, one in MeasureList.filterset_class.base_filters.items() if name != "status"}
    monkeypatch.setattr(MeasureList.filterset_class, "base_filters", left)
    with pytest.raises(AssertionError, match="status"):
        assert_explained(MeasureList, "measures")


def test_every_table_here_belongs_to_a_list(figure: Figure) -> None:
    outputs = {route.callback.view_class.serializer_class.__name__ for route in lists()}
    assert set(OTHER_NAME) | set(WITHOUT) == outputs
    fields = sum(len(route.callback.view_class.serializer_class().fields) for route in lists())
    figure(f"{fields} fields of {len(lists())} lists, each with a filter or the reason why it has none")
