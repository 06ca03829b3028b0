"""The living document: every piece of the source in its order, and what became of each measure in its place."""

import re

import pytest

from measures.models import Document
from tests import builders
from tests.web.reading import answer, links, page, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
PIECE = re.compile(r'<div class="piece [^"]*" id="([^"]*)">(.*?)</div></div>', re.DOTALL)
ADDRESS = "/documents/MEXT2019"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_piece_stands_in_its_order_with_its_lines_and_its_words(language: str) -> None:
    elements = answer(f"{ADDRESS}/elements", limit=500)["items"]
    pieces = PIECE.findall(page(ADDRESS, language))
    assert [code for code, _ in pieces] == [one["code"] for one in elements]
    for (_, text), one in zip(pieces, elements, strict=True):
        said = words(text)
        assert " ".join(one["text"].split()) in said
        assert (" ".join(one["text_en"].split()) in said) is (language == "en") or not one["text_en"]
        assert str(one["lines"][0]) in said


def test_a_measure_shows_how_far_it_is_where_the_document_states_it() -> None:
    builders.an_update("approved")
    pieces = dict(PIECE.findall(page(ADDRESS)))
    for one in answer("/measures", document="MEXT2019", limit=500)["items"]:
        said = words(pieces[one["element"]])
        assert f"{one['code']} {one['status_label']} {one['health_label']}" in said
    assert any("In progress" in words(text) for text in pieces.values())


def test_a_link_between_pieces_is_seen_from_both_ends_and_every_anchor_is_there() -> None:
    text = page(ADDRESS)
    pieces = dict(PIECE.findall(text))
    for one in answer(f"{ADDRESS}/elements", limit=500)["items"]:
        for link in one["links"]:
            assert f"#{link['element']}" in links(pieces[one["code"]])
            assert f"#{one['code']}" in links(pieces[link["element"]])
    ids = set(re.findall(r'\bid="([^"]*)"', text))
    assert {one[1:] for one in links(text) if one.startswith("#")} <= ids


def test_lines_that_are_no_piece_say_why_and_the_text_can_be_checked() -> None:
    said, document = words(page(ADDRESS)), Document.objects.get()
    assert document.sha256 in said
    assert all(f"{line}: {why}" in said for line, why in document.noise_lines.items())


def test_a_document_that_is_not_there_404() -> None:
    page("/documents/NOTHING", status=404)
