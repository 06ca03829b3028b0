"""What lists refuse in a query: names and values they do not know, empty, doubled, too long."""

import pytest

from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


@pytest.mark.parametrize(
    ("path", "parameter", "hint"),
    [
        ("/measures?minstry=meti", "minstry", "Did you mean 'ministry'?"),
        ("/measures?as_of=2026-01-01", "as_of", ""),
        ("/kpis?ratings=A", "ratings", "Did you mean 'rating'?"),
        ("/observations?kpis=x", "kpis", "Did you mean 'kpi'?"),
        ("/updates?authors=officer.jpo", "authors", "Did you mean 'author'?"),
        ("/cycles?document_=x", "document_", "Did you mean 'document'?"),
        ("/documents/MEXT2019/elements?kinds=measure", "kinds", "Did you mean 'kind'?"),
        ("/kpis/sme-patent-share/observations?kpi=sme-patent-share", "kpi", ""),
        ("/measures/MEXT2019-P1-01?field=code", "field", "Did you mean 'fields'?"),
        ("/summary?documents=MEXT2019", "documents", "Did you mean 'document'?"),
        ("/exports/measures.csv?limit=5", "limit", ""),
        ("/exports/updates.csv?mime=true", "mime", "Did you mean 'mine'?"),
    ],
)
def test_an_unknown_parameter_is_400_with_the_nearest_known_name(path: str, parameter: str, hint: str) -> None:
    body = wire.problem(builders.client().get(wire.BASE + path), 400, "invalid")
    assert wire.places(body) == [(parameter, "unknown-parameter")]
    assert hint in body["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/measures?status=in_progres", "Did you mean 'in_progress'?"),
        ("/measures?ministry=mexd", "Did you mean 'mext'?"),
        ("/measures?section=P9", "Did you mean 'P"),
        ("/measures?viewpoint=⑥", "Known are: ①, ②, ③, ④, ⑤."),
        ("/measures?divergent=yes", "Known are: false, true."),
        ("/measures?document=MEXT2018", "Did you mean 'MEXT2019'?"),
        ("/measures?standing=C", "Known are: A, B, F, N."),
        ("/kpis?measure=MEXT2019-P1-99", "Did you mean 'MEXT2019-P1-0"),
        ("/kpis?state=unmet", "Did you mean 'met'?"),
        ("/observations?kpi=sme-patent-shares", "Did you mean 'sme-patent-share'?"),
        ("/observations?period_type=year", "_year'?"),
        ("/updates?state=approve", "Did you mean 'approved'?"),
        ("/cycles?state=opened", "Did you mean 'open'?"),
        ("/documents/MEXT2019/elements?kind=measures", "Did you mean 'measure'?"),
        ("/summary?document=MEXT2018", "Did you mean 'MEXT2019'?"),
        ("/exports/kpis.csv?rating=D", "Known are: A, B, F, N."),
    ],
)
def test_an_unknown_value_is_400_with_the_nearest_known_one(path: str, hint: str) -> None:
    body = wire.problem(builders.client().get(wire.BASE + path), 400, "invalid")
    (error,) = body["errors"]
    assert (error["parameter"], error["code"]) == (path.partition("?")[2].partition("=")[0], "unknown-value")
    assert hint in error["detail"]


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/measures?updated_since=2026-11-01", "updated_since"),
        ("/measures?updated_since=2026-11-01T00:00:00", "updated_since"),
        ("/measures?updated_since=２０２６-11-01T00:00:00%2B09:00", "updated_since"),
        ("/observations?year_from=1867", "year_from"),
        ("/observations?year_from=2019.0", "year_from"),
        ("/observations?year_to=２０１９", "year_to"),
        ("/observations?year_to=" + "9" * 199, "year_to"),
        ("/measures?q=%00", "q"),
        ("/measures?q=" + "x" * 201, "q"),
        ("/measures?divergent=", "divergent"),
        ("/measures?q=", "q"),
        ("/observations?year_from=", "year_from"),
        ("/measures?fields=", "fields"),
        ("/measures?cursor=", "cursor"),
        ("/exports/measures.csv?q=%00", "q"),
    ],
)
def test_a_value_that_cannot_be_is_400(path: str, wrong: str) -> None:
    body = wire.problem(builders.client().get(wire.BASE + path), 400, "invalid")
    assert wire.places(body) == [(wrong, "invalid")]


@pytest.mark.parametrize(
    "query", ["divergent=true&divergent=false", "q=a&q=b", "limit=1&limit=2", "fields=code&fields=title"]
)
def test_a_parameter_that_takes_one_value_given_twice_is_400(query: str) -> None:
    body = wire.problem(builders.client().get(f"{wire.BASE}/measures?{query}"), 400, "invalid")
    assert wire.places(body) == [(query.partition("=")[0], "repeated")]


def test_all_that_is_wrong_in_a_query_is_listed_at_once_400() -> None:
    body = wire.problem(builders.client().get(f"{wire.BASE}/measures?stat=x&knd=y&q="), 400, "invalid")
    assert wire.places(body) == [("knd", "unknown-parameter"), ("q", "invalid"), ("stat", "unknown-parameter")]
    body = wire.problem(builders.client().get(f"{wire.BASE}/measures?status=x&status=y&kind=z"), 400, "invalid")
    assert {place for place, _ in wire.places(body)} == {"status", "kind"}


@pytest.mark.parametrize(
    "path",
    [
        "/measures/%00", "/measures/%ED%A0%80", f"/measures/{'x' * 5000}", "/kpis/%00/observations", "/kpis/a%27b",
        "/cycles/%E2%80%AE", "/documents/%00/elements", "/updates/0", f"/updates/{10**30}", f"/updates/{'9' * 5000}",
        "/updates/-1", "/updates/1.0", "/updates/%EF%BC%91x", "/measures/a%2Fb", "/ministries/..%2Fcao",
    ],
)  # fmt: skip
def test_a_strange_name_in_a_path_is_404(path: str) -> None:
    wire.problem(builders.client("auditor").get(wire.BASE + path), 404, "not-found")


@pytest.mark.parametrize("verb", ["submit", "withdraw", "return", "approve"])
def test_a_verb_on_a_huge_id_is_404(verb: str) -> None:
    response = wire.send(builders.client("officer.jpo"), "post", f"/updates/{10**30}/{verb}", {"comment": "x"})
    wire.problem(response, 404, "not-found")
