"""The PDF of a report: all of it is there, nothing anyone wrote is markup, and its maker is held short."""

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from measures.exports.reports import pages, pdf, words
from measures.models import Measure
from tests.exports import report_pages
from tests.exports.report_pages import FIGURES, HOSTILE, LONG_WORD, said

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("loaded"),
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler-utils"),
]
SHA256 = "ab" * 32


@cache
def made() -> bytes:
    return pdf.write(said(), sha256=SHA256, seconds=60)


def asked(program: str, *options: str) -> str:
    """What one of poppler's programs says of the PDF."""
    done = subprocess.run([program, *options], input=made(), capture_output=True, check=True)
    return done.stdout.decode()


@cache
def text(*options: str) -> str:
    return asked("pdftotext", *options, "-", "-")


def bare(shown: str) -> str:
    """Without what a line break or the room between two scripts adds."""
    return re.sub(r"[\s\u200b\u200e\u200f\u202a-\u202e]", "", shown)


def test_every_measure_has_its_page_with_quote_owners_and_basis() -> None:
    shown = bare(text())
    for measure in Measure.objects.select_related("element"):
        assert measure.code in shown
        assert bare(measure.element.text) in shown
    assert "根拠" in shown and "推定" in shown
    sheets = text().split("\f")
    begins = [n for n, sheet in enumerate(sheets[2:]) if re.search(r"原文 ?[0-9]", sheet)]
    assert len(begins) == Measure.objects.count() == 33


def test_the_figures_are_those_of_the_database() -> None:
    shown = bare(text())
    for one in said()["kpis"]:
        assert bare(words.text(one["name"])) in shown
        value = FIGURES[one["code"]]
        assert value is None or bare(words.number(value, one["unit"])) in shown, one["code"]


def test_the_published_figure_stands_beside_the_restated_and_the_re_rated_one() -> None:
    assert re.search(r"16\.1%.* A +15\.8% +A +A +再集計", text("-layout"))


def test_each_kpi_has_its_picture_whose_letters_show() -> None:
    shown = [kpi["picture"] for one in pages.of(said(), sha256=SHA256)["measures"] for kpi in one["kpis"]]
    pictures = [one for one in shown if one]
    assert len(pictures) > 20 and all(one["svg"].startswith("<svg") and one["said"] for one in pictures)
    assert bare(text()).count("実績値（期間の末日に表示）") == len(pictures)


def test_it_has_bookmarks_page_numbers_tags_and_its_own_fonts(tmp_path: Path) -> None:
    about = asked("pdfinfo", "-")
    assert re.search(r"Tagged: +yes", about)
    count = int(re.search(r"Pages: +([0-9]+)", about)[1])  # type: ignore[index]
    assert f"{count} / {count}" in text()
    (tmp_path / "report.pdf").write_bytes(made())
    outline = asked("pdftohtml", "-xml", "-i", "-stdout", str(tmp_path / "report.pdf"))
    bookmarks = re.findall(r"<item page=\"[0-9]+\">([^<]*)", outline)
    assert [one for one in bookmarks if one in ("概要", "施策", "資料")] == ["概要", "施策", "資料"]
    assert sum("MEXT2019-" in one for one in bookmarks) == 33
    fonts = asked("pdffonts", "-").splitlines()[2:]
    assert fonts and all("NotoSansJP" in one for one in fonts)


def test_what_anyone_wrote_is_text_and_never_markup() -> None:
    shown = bare(text())
    for line in HOSTILE:
        # Words of two directions come out in another order; each of them is there.
        for word in line.split() if re.search("[\u0590-\u06ff]", line) else [line]:
            if not re.search("[\u0590-\u06ff]", word):
                assert bare(word) in shown, word
    assert LONG_WORD in shown


def test_no_line_runs_out_of_its_page() -> None:
    for left, right in re.findall(
        r'<word xMin="([-0-9.]+)" yMin="[-0-9.]+" xMax="([-0-9.]+)"', asked("pdftotext", "-bbox", "-", "-")
    ):
        assert float(left) >= 40 and float(right) <= 555, (left, right)


def test_the_same_report_is_the_same_bytes() -> None:
    assert pdf.write(said(), sha256=SHA256, seconds=60) == made()


def test_what_cannot_be_printed_is_marked() -> None:
    assert words.text("a\x07b\u202ec\nd") == "a\ufffdb\ufffdc d"
    assert words.paragraphs("一\n\n二\r\n三") == ["一", "二", "三"]
    assert bare(words.text("x" * 100)) == "x" * 100 != words.text("x" * 100)


def test_a_fault_of_the_pages_is_told_and_makes_no_file() -> None:
    with pytest.raises(pdf.NotTypeset, match="title"):
        pdf.typeset({"nonsense": 1}, at=pdf.datetime.fromisoformat(said()["known_at"]))


def faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A typesetter that gives up what ours gives up, and then does something else."""
    script = tmp_path / "typesetter.py"
    script.write_text(f"import runpy\nrunpy.run_path({str(pdf.TYPESETTER)!r})['give_up'](1)\n{body}\n")
    monkeypatch.setattr(pdf, "TYPESETTER", script)


@pytest.mark.parametrize(
    "body",
    [
        "held = bytearray(4 * 1024**3)",
        "open(__file__ + '.written', 'wb').write(b'x')",
        "while True: pass",
        "print('no PDF')",
    ],
    ids=["memory", "files", "time", "another file"],
)
def test_a_child_that_takes_too_much_makes_no_file(body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faulty(tmp_path, monkeypatch, body)
    with pytest.raises(pdf.NotTypeset):
        pdf.typeset({}, at=pdf.datetime.fromisoformat(said()["known_at"]), seconds=1)


def test_the_child_loads_nothing_from_where_it_is_or_from_its_surroundings() -> None:
    loaded = "[name for name in sys.modules if name.startswith(('django', 'measures'))]"
    probe = f"import runpy, sys; runpy.run_path({str(pdf.TYPESETTER)!r}); print({loaded})"
    done = subprocess.run([sys.executable, "-I", "-c", probe], capture_output=True, check=True, env={})
    assert done.stdout.decode().strip() == "[]"


def test_the_summary_counts_what_the_tables_count() -> None:
    summary = pages.of(said(), sha256=SHA256)["summary"]
    assert summary["measures"]["rows"][-1] == ["合計", "33"]
    assert "文部科学省" in summary["picture"]["svg"]
    assert report_pages.KEPT["code"] == "FY2020-2"
