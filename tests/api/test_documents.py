"""Documents and their elements, read."""

from hashlib import sha256

import pytest

from measures.models import Element
from tests import builders
from tests.api import second, wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def test_the_list_of_documents_leaves_their_text_out_200() -> None:
    (document,) = wire.items("/documents")
    assert document["code"] == "MEXT2019"
    assert document["issued_on"] == "2019-09-19"
    assert document["plan_period"]["from_year"] == 2021
    assert "text" not in document


def test_a_document_comes_with_the_text_whose_hash_it_states_200() -> None:
    document = wire.get("/documents/MEXT2019")
    assert document["sha256"].startswith("f111765b62cf6d59")
    assert sha256(document["text"].encode()).hexdigest() == document["sha256"]


def test_the_elements_are_88_in_reading_order_200() -> None:
    elements = wire.items("/documents/MEXT2019/elements")
    assert [element["order"] for element in elements] == list(range(1, 89))
    lines = [element["lines"] for element in elements]
    assert lines == sorted(lines)


def test_each_measure_stands_in_the_document_with_its_status_of_now() -> None:
    builders.an_update(at_status="approved")
    stated = {
        measure["code"]: (element["code"], measure["status"])
        for element in wire.items("/documents/MEXT2019/elements")
        for measure in element["measures"]
    }
    listed = {row["code"]: (row["element"], row["status"]) for row in wire.items("/measures")}
    assert len(stated) == 33
    assert stated == listed
    assert stated[builders.SME] == ("R1-5-3a", "in_progress")
    assert stated["MEXT2019-P1-01"] == ("P1-01", "not_started")


@pytest.mark.parametrize(
    "filter_", ["kind=measure", "kind=measure&kind=context_item", "viewpoint=④", "viewpoint=①&viewpoint=⑤"]
)
def test_elements_are_filtered_by_kind_and_viewpoint(filter_: str) -> None:
    name = filter_.partition("=")[0]
    wanted = {part.partition("=")[2] for part in filter_.split("&")}
    everything = wire.items("/documents/MEXT2019/elements")

    def matches(element: dict) -> bool:
        return element["kind"] in wanted if name == "kind" else bool(wanted & set(element["viewpoints"]))

    found = wire.items(f"/documents/MEXT2019/elements?{filter_}")
    assert found == [element for element in everything if matches(element)]
    assert 0 < len(found) < len(everything)


def test_a_kind_and_a_viewpoint_together_narrow() -> None:
    both = wire.items("/documents/MEXT2019/elements?kind=measure&viewpoint=④")
    assert {element["kind"] for element in both} == {"measure"}
    assert len(both) == 4


def test_elements_of_another_document_are_its_own() -> None:
    second.a_second_document()
    assert wire.codes(f"/documents/{second.CODE}/elements") == ["A", "A-01"]
    assert Element.objects.count() == 90
    assert len(wire.items("/documents/MEXT2019/elements")) == 88


@pytest.mark.parametrize("path", ["/documents/MEXT2018", "/documents/MEXT2018/elements"])
def test_an_unknown_document_is_404_and_names_the_nearest(path: str) -> None:
    body = wire.problem(builders.client().get(wire.BASE + path), 404, "not-found")
    assert "Did you mean 'MEXT2019'?" in body["detail"]
