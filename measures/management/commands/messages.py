"""`messages`: keeps the Japanese catalogue in step with what the code says, and compiles it."""

import io
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

import measures

PACKAGE = Path(measures.__file__).parent
CATALOGUE = PACKAGE / "locale" / "ja" / "LC_MESSAGES" / "django.po"
KEYWORDS = {"say": None, "lazy": None}
# What Django's tags come to when a template is made into something that looks like code.
TEMPLATE_KEYWORDS = {"gettext": None}
# Equal catalogues are equal bytes, whenever they were written.
NO_TIME = datetime(2026, 1, 1, tzinfo=UTC)
METHODS = [("**/migrations/**.py", "ignore"), ("**.py", "python")]


class Command(BaseCommand):
    help = "Brings the Japanese catalogue up to date with the code and compiles it; needs the development packages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, fail when something is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            updated = _updated()
        except ImportError:
            raise CommandError("Babel is not installed: ./dev test or ./dev check installs it.") from None
        missing = [message.id for message in updated if message.id and not message.string]
        po, mo = _written(updated)
        if options["check"]:
            self._refuse(
                missing, stale=[path.name for path, data in ((CATALOGUE, po), (_compiled(), mo)) if _read(path) != data]
            )
        else:
            CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
            CATALOGUE.write_bytes(po)
            _compiled().write_bytes(mo)
        for sentence in missing:
            self.stdout.write(f"not translated yet: {sentence}")
        self.stdout.write(f"{len(updated)} messages, {len(missing)} of them not translated.")

    def _refuse(self, missing: list[Any], *, stale: list[str]) -> None:
        if missing:
            raise CommandError(f"{len(missing)} messages have no Japanese: " + " | ".join(map(str, missing)))
        if stale:
            raise CommandError(f"{', '.join(stale)} is not up to date: run ./dev manage messages.")


def _updated() -> Any:
    """The catalogue with exactly the messages that the code says now, and the translations there are."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir
    from babel.messages.pofile import read_po

    said = Catalog(
        locale="ja",
        header_comment="# What the service says, in Japanese.",
        project="measure-tracker",
        version="1",
        creation_date=NO_TIME,
        revision_date=NO_TIME,
        fuzzy=False,
        msgid_bugs_address="",
        last_translator="The Measure Tracker authors",
        language_team="The Measure Tracker authors",
    )
    for _, _, sentence, _, _ in extract_from_dir(PACKAGE, METHODS, keywords=KEYWORDS):
        said.add(sentence)
    for path in sorted(PACKAGE.glob("templates/**/*.html")):
        for sentence in in_template(path.read_text()):
            said.add(sentence)
    known = read_po(io.BytesIO(_read(CATALOGUE)), locale="ja") if CATALOGUE.exists() else Catalog(locale="ja")
    for message in said:
        if message.id and (old := known.get(message.id)) is not None:
            message.string = old.string
    return said


def in_template(text: str) -> list[str]:
    """What the {% translate %} and {% blocktranslate %} of a template say; plurals and contexts are not ours."""
    from babel.messages.extract import extract

    code = io.BytesIO(templatize(text).encode())
    return [str(sentence) for _, sentence, _, _ in extract("python", code, keywords=TEMPLATE_KEYWORDS)]


def _written(catalogue: Any) -> tuple[bytes, bytes]:
    """The text and the compiled form, without times and line numbers."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import write_po

    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalogue, sort_output=True, width=0)
    write_mo(mo, catalogue)
    return po.getvalue(), mo.getvalue()


def _compiled() -> Path:
    return CATALOGUE.with_suffix(".mo")


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
