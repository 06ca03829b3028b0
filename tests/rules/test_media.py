"""What a file is, by what is in it."""

import io
import struct
import zipfile

import pytest

from measures.rules import media


def an_archive(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return data.getvalue()


def names_of(data: bytes) -> list[str] | None:
    found = media.directory_of(data[-media.LONGEST_END :], len(data))
    return None if found is None else media.names_in(data[found[0] : found[0] + found[1]])


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"%PDF-1.7\n", media.PDF),
        (b"\x89PNG\r\n\x1a\n\0\0", media.PNG),
        (b"\xff\xd8\xff\xe0", media.JPEG),
        (b"PK\x03\x04", media.ZIP),
        (b"MZ\x90\0", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell(head: bytes, said: str | None) -> None:
    assert media.by_magic(head) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["[Content_Types].xml", "xl/workbook.xml"], media.OFFICE_TYPES["xl/"]),
        (["[Content_Types].xml", "word/document.xml"], media.OFFICE_TYPES["word/"]),
        (["[Content_Types].xml", "ppt/presentation.xml"], media.OFFICE_TYPES["ppt/"]),
        (["xl/workbook.xml"], media.ZIP),
        (["figures.csv"], media.ZIP),
        (["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"], None),
    ],
)
def test_an_archive_is_what_its_names_say_and_with_macros_nothing_that_is_taken(
    names: list[str], said: str | None
) -> None:
    assert names_of(an_archive(*names)) == names
    assert media.of_archive(names) == said


def test_a_broken_archive_or_one_of_too_many_names_has_none() -> None:
    whole = an_archive("a", "b")
    assert names_of(whole[:-30]) is None
    assert names_of(b"PK\x03\x04" + b"\0" * 100) is None
    end = whole.rfind(media.END)
    many = struct.pack("<H", media.MOST_NAMES + 1)
    assert names_of(whole[: end + 10] + many + whole[end + 12 :]) is None
    beyond = struct.pack("<I", 2**31)
    assert names_of(whole[: end + 16] + beyond + whole[end + 20 :]) is None
    assert media.names_in(b"PK\x01\x02" + b"\0" * 10) is None


def test_text_is_a_table_by_its_name_alone() -> None:
    assert (media.of_text("表.CSV"), media.of_text("表.html")) == (media.CSV, media.TEXT)
