"""The command that proposes a document's elements and measures from its text."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from measures.models import Document, Measure, Proposal
from tests import proposing
from tests.rules import invented

SOURCE = Path(__file__).resolve().parents[2] / "fixtures" / "source" / "source-mext-2019-09-19.txt"


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_document", str(path), *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def a_file(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "plan.txt"
    path.write_bytes(data)
    return path


def test_it_prints_every_element_in_its_place_with_its_lines_and_rule() -> None:
    said = run(SOURCE)
    assert "    S2-2-05 [203-208] measure: ○地方公共団体や産業界と連携した" in said
    assert "[287] The line is a number alone: a page's." in said
    assert "88 elements, 33 measures among them" in said


def test_a_file_in_cp932_is_read_when_it_is_said_to_be(tmp_path: Path) -> None:
    path = a_file(tmp_path, invented.FOREST.encode("cp932"))
    assert "堰の点検" in run(path, "--encoding", "cp932")
    with pytest.raises(CommandError, match="not UTF-8 at byte 0; if it is CP932"):
        run(path)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "nothing in the text"),
        ("計画\u202e".encode(), "U\\+202E"),
        (b"a" * (1024 * 1024 + 1), "larger than"),
        ("○取組の推進\n".encode() * 5_000, "more than 3000 elements"),
    ],
)
def test_what_no_document_is_made_of_is_refused_with_the_reason(tmp_path: Path, data: bytes, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        run(a_file(tmp_path, data))


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "nothing.txt")


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_a_coordinators_proposal_says_what_is_missing_and_is_confirmed_when_nothing_is(tmp_path: Path) -> None:
    path = a_file(tmp_path, invented.FOREST.encode())
    head = ("--as", "coordinator", "--code", proposing.CODE, "--title-en", "A forest plan", "--issuer-en", "Tests")
    said = run(path, *head)
    assert "/issued_on: A document has its issued_on: give it." in said
    with pytest.raises(CommandError, match="/elements/8/measure/title_en"):
        run(path, *head, "--issued-on", "2020-04-01", "--lead", "mext", "--confirm", "計画の決定")
    assert not Document.objects.filter(code=proposing.CODE).exists()
    english = tmp_path / "english.json"
    english.write_text(json.dumps(proposing.ENGLISH))
    complete = ("--issued-on", "2020-04-01", "--lead", "mext", "--english", str(english))
    assert f"document {proposing.CODE}, 3 measures" in run(path, *head, *complete, "--confirm", "計画の決定")
    again = run(path, "--as", "coordinator", "--replaces", proposing.CODE, "--confirm", "再掲")
    assert f"document {proposing.CODE}, 3 measures" in again
    assert Measure.objects.filter(element__document__code=proposing.CODE).count() == 3


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_nobody_but_a_coordinator_proposes(tmp_path: Path) -> None:
    path = a_file(tmp_path, invented.FOREST.encode())
    with pytest.raises(CommandError, match="coordinator"):
        run(path, "--as", "officer.jpo")
    with pytest.raises(CommandError, match="no account"):
        run(path, "--as", "nobody")
    with pytest.raises(CommandError, match="no document"):
        run(path, "--as", "coordinator", "--replaces", "NOTHING")
    assert not Proposal.objects.exists()
