"""The outline of a text: on the first document what people read in it, on invented ones what their marks say."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from measures.rules.outlines import TRACKED, Outline, kinds, lines_of, markers, outline, texts, words
from tests.figures import Figure
from tests.rules import invented

SOURCE = Path(__file__).resolve().parents[2] / "fixtures" / "source"
TEXT = (SOURCE / "source-mext-2019-09-19.txt").read_text()
GIVEN: list[dict[str, Any]] = json.loads((SOURCE / "document.json").read_text())["elements"]


def read_by_people() -> list[tuple[Any, ...]]:
    lines = {one["id"]: tuple(one["lines"]) for one in GIVEN}
    return [
        (*one["lines"], one["kind"], lines.get(one["parent"]), one["marker"] or "", one["text"], one["text_normalized"])
        for one in GIVEN
    ]


def read_by_rules(found: Outline) -> list[tuple[Any, ...]]:
    lines = {one.code: (one.first_line, one.last_line) for one in found.elements}
    return [
        (
            one.first_line,
            one.last_line,
            one.kind,
            lines.get(one.parent or ""),
            one.marker,
            one.text,
            one.text_normalized,
        )
        for one in found.elements
    ]


def shown(found: Outline) -> list[tuple[str, str, str]]:
    return [(one.code, str(one.kind), one.text) for one in found.elements]


def covered(text: str, found: Outline) -> list[int]:
    """How often each line that is not blank is in an element or is noise."""
    counts = {number: 0 for number, line in enumerate(lines_of(text), start=1) if line.strip(words.BLANKS)}
    for number in found.noise:
        counts[number] += 1
    for one in found.elements:
        for number in range(one.first_line, one.last_line + 1):
            if number in counts and number not in found.noise:
                counts[number] += 1
    return list(counts.values())


def test_the_rules_read_the_first_document_as_people_did(figure: Figure) -> None:
    found = outline(TEXT)
    tracked = [one for one in GIVEN if one["kind"] in TRACKED]
    sections = {one["id"]: one["text"] for one in GIVEN}
    names = {one.code: one.text for one in found.elements}
    measures = {
        (one.first_line, one.last_line, names[one.parent or ""]) for one in found.elements if one.kind in TRACKED
    }
    same_measures = measures & {(*one["lines"], sections[one["parent"]]) for one in tracked}
    same = set(read_by_rules(found)) & set(read_by_people())
    figure(
        f"outline of the first document: {len(found.elements)} elements, {len(same)} of {len(GIVEN)} equal in lines,"
        f" kind, parent, mark and words; {len(same_measures)} of {len(tracked)} measures with their lines and section"
    )
    assert (len(same_measures), len(measures), len(tracked)) == (33, 33, 27 + 6)
    assert read_by_rules(found) == read_by_people()
    assert set(covered(TEXT, found)) == {1}
    assert found.noise == {287: "page-number"}


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\n".join(line.rstrip() for line in text.split("\n")),
        lambda text: text.replace("\n6 \n", "\n- 6 -\n"),
        lambda text: text.replace("参考資料１", "\f参考資料１"),
    ],
    ids=["CRLF", "without blanks at line ends", "another page number", "a form feed"],
)
def test_it_does_not_rest_on_how_the_lines_end(changed: Callable[[str], str]) -> None:
    assert read_by_rules(outline(changed(TEXT))) == read_by_people()


def test_a_line_more_before_it_moves_every_element_so_that_the_comparison_can_fail() -> None:
    moved = read_by_rules(outline("\n" + TEXT))
    assert not set(moved) & set(read_by_people())
    assert [row[2] for row in moved] == [row[2] for row in read_by_people()]


def test_a_measure_without_its_mark_is_found_missing() -> None:
    without = TEXT.replace("○大学等の出資法人", "大学等の出資法人", 1)
    assert sum(one.kind in TRACKED for one in outline(without).elements) == 32


@pytest.mark.parametrize("text", [invented.HARBOUR, invented.HARBOUR.replace("\n", "\r\n")], ids=["LF", "CRLF"])
def test_a_document_of_one_line_paragraphs_with_chapters_notes_and_pages(text: str) -> None:
    found = outline(text)
    assert shown(found) == invented.HARBOUR_SHOWN
    assert found.noise == {13: "page-number"}
    assert set(covered(text, found)) == {1}
    parents = {one.code: one.parent for one in found.elements}
    assert parents["S2-1-1-02-n1"] == "S2-1-1-02"
    assert parents["S2-1-2-02-x1"] == "S2-1-2-02"


def test_a_document_of_broken_lines_with_a_page_that_ends_within_a_measure_and_no_annex() -> None:
    found = outline(invented.FOREST)
    assert shown(found) == invented.FOREST_SHOWN
    assert list(found.noise.values()) == ["page-number"]
    assert set(covered(invented.FOREST, found)) == {1}


@pytest.mark.parametrize("text", ["", "\n \n\u3000\n", "\f\f"])
def test_nothing_has_no_elements(text: str) -> None:
    assert outline(text).elements == ()
    assert [problem.code for problem in texts.wrong(text)] == ["blank"]


HOSTILE = {
    "one line": "あ" * 300_000,
    "brackets": "（" * 300_000,
    "numbers": "1.1." * 100_000,
    "spread letters": "令 和 " * 100_000,
    "page numbers": "１\n" * 100_000,
    "notes": "※あ\n" * 30_000,
    "half marks": "第\n" * 30_000,
    "three bullets": "○あ\n・い\n●う\n" * 10_000,
    "blanks": " " * 300_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_written_is_in_one_element_or_noise(text: str) -> None:
    assert set(covered(text, outline(text))) <= {1}


def test_a_hundred_thousand_lines_are_cut_short_at_the_most_elements_that_are_taken() -> None:
    text = "\n".join(f"○第{number}の取組の推進" for number in range(100_000))
    assert len(outline(text, most=texts.MOST_ELEMENTS).elements) == texts.MOST_ELEMENTS + 1
    assert list(texts.wrong(text)) == []
    assert [one.code for one in texts.wrong(text + "\n○")] == ["too-many-lines"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("１．現状", ("dotted", "１．", 1, "現状")),
        ("２）変化", ("closed", "２）", 2, "変化")),
        ("（３）形成", ("enclosed", "（３）", 3, "形成")),
        ("(4) 制度", ("enclosed", "(4)", 4, "制度")),
        ("④市民", ("circled", "④", 4, "市民")),
        ("第 5 章 人材", ("chapter", "", 5, "第 5 章 人材")),
        ("Ⅲ．方策", ("roman", "Ⅲ．", 3, "方策")),
        ("IV. 方策", ("roman", "IV.", 4, "方策")),
        ("1.2 方策", ("many", "1.2", 2, "方策")),
        ("三、方策", ("kanji", "三、", 3, "方策")),
        ("ア）方策", ("kana", "ア）", None, "方策")),
        ("➢ 方策", ("bullet", "➢", None, "方策")),
        ("・方策", ("weak bullet", "・", None, "方策")),
        ("※注", ("note", "※", None, "注")),
        ("参考資料２", ("annex", "", 2, "参考資料２")),
        ("＜具体的方策＞", ("label", "", None, "＜具体的方策＞")),
    ],
)
def test_marks_are_read(line: str, told: tuple[Any, ...]) -> None:
    marker = markers.read(line)
    assert marker is not None
    assert (marker.name, marker.sign, marker.number, marker.rest) == told


@pytest.mark.parametrize("line", ["", "第 5 期計画", "・・・①の視点", "ABC: Actors", "一部の大学", "-3", "○"])
def test_what_only_resembles_a_mark_is_none(line: str) -> None:
    assert markers.read(line) is None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("科 学 技 術 ・学 術 審 議 会", "科学技術・学術審議会"),
        ("産業連携・地域支援部 会", "産業連携・地域支援部会"),
        ("第 5 章 人材、知の好循環", "第 5 章 人材、知の好循環"),
        ("ESG 投資や SIB 等", "ESG 投資や SIB 等"),
    ],
)
def test_blanks_go_where_they_only_spread_letters(line: str, told: str) -> None:
    assert words.unspaced(line) == told


def test_radicals_are_folded_and_nothing_else() -> None:
    assert words.normalised("資⾦と⼩さな①５％（⾃）") == "資金と小さな①５％（自）"


def test_every_rule_says_why() -> None:
    used = {one.rule for text in (TEXT, invented.HARBOUR, invented.FOREST) for one in outline(text).elements}
    assert used <= set(kinds.REASONS)


@pytest.mark.parametrize(
    ("data", "encoding", "told"),
    [
        ("計画".encode(), "utf-8", "計画"),
        (b"\xef\xbb\xbf" + "計画".encode(), "utf-8", "計画"),
        ("計画①".encode("cp932"), "cp932", "計画①"),
        ("か\u3099".encode(), "utf-8", "が"),
    ],
)
def test_a_file_is_read_in_the_encoding_it_is_said_to_be_in(data: bytes, encoding: str, told: str) -> None:
    assert texts.decoded(data, encoding) == told


@pytest.mark.parametrize(
    ("data", "encoding", "code"),
    [
        ("計画".encode("cp932"), "utf-8", "not-utf-8"),
        ("計画".encode("utf-16"), "utf-8", "not-utf-8"),
        (b"\x81", "cp932", "not-cp932"),
    ],
)
def test_a_file_in_another_encoding_is_refused_and_not_guessed_at(data: bytes, encoding: str, code: str) -> None:
    with pytest.raises(texts.NotText) as refused:
        texts.decoded(data, encoding)
    assert refused.value.problem.code == code


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\x85", "\u202e", "\u2066"])
def test_a_letter_that_no_text_holds_is_refused_with_its_line(letter: str) -> None:
    (problem,) = texts.wrong(f"計画\n○取組{letter}の推進")
    assert problem.code == "forbidden-character"
    assert "Line 2" in problem.detail
    assert list(texts.wrong("計画\n\f○取組の\t推進\r\n")) == []
