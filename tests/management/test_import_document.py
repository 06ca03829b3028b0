"""The command that proposes a document's elements and measures from its text."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.rules import invented

SOURCE = Path(__file__).resolve().parents[2] / "fixtures" / "source" / "source-mext-2019-09-19.txt"


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_document", str(path), *options, stdout=out)
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
