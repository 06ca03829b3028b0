"""Static files: those of others are what they were when they came, and every address names its content."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from measures.web.assets import NamedByContent
from tests.web.reading import page

STATIC = Path(settings.BASE_DIR) / "measures" / "static" / "measures"
VENDOR = STATIC / "vendor"


def wrong(folder: Path) -> list[str]:
    """Files in `folder` that are not as its SHA256SUMS says, or not in it."""
    told = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    there = {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
             for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS"}  # fmt: skip
    return sorted(name for name in {*told, *there} if told.get(name) != there.get(name))


def test_the_files_of_others_are_as_they_came_with_their_licence() -> None:
    assert wrong(VENDOR) == []
    packages = [path for path in VENDOR.iterdir() if path.is_dir()]
    assert packages and all((path / "LICENSE").exists() for path in packages)


@pytest.mark.parametrize("fault", ["changed", "added", "removed"])
def test_a_file_that_is_not_as_it_came_is_found(fault: str, tmp_path: Path) -> None:
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(b'a').hexdigest()}  one.css\n")
    (tmp_path / "one.css").write_bytes(b"a")
    assert wrong(tmp_path) == []
    if fault == "removed":
        (tmp_path / "one.css").unlink()
    else:
        (tmp_path / ("one.css" if fault == "changed" else "two.css")).write_bytes(b"b")
    assert len(wrong(tmp_path)) == 1


@pytest.mark.django_db
def test_a_static_file_is_kept_for_a_year_under_an_address_that_names_its_content(loaded: None) -> None:
    address = re.search(r'href="(/static/measures/pages\.css\?v=([0-9a-f]{12}))"', page("/"))
    assert address
    response = Client().get(address[1])
    content = b"".join(response)
    assert response["Cache-Control"] == "max-age=31536000, public"
    assert sha256(content).hexdigest()[:12] == address[2]


def test_a_static_file_that_is_not_there_is_an_error_and_no_broken_link() -> None:
    with pytest.raises(ValueError, match="no static file"):
        NamedByContent().url("measures/nothing.css")
    assert finders.find("measures/nothing.css") is None


def test_our_styles_use_colours_that_are_tokens() -> None:
    """A token that is spelt wrong is no error in a browser, only no colour."""
    known = set(re.findall(r"(--[\w-]+):", (VENDOR / "design-tokens" / "tokens.css").read_text()))
    ours = (STATIC / "pages.css").read_text()
    known |= set(re.findall(r"(--[\w-]+):", ours))
    assert set(re.findall(r"var\((--[\w-]+)\)", ours)) - known == set()
