"""Puts the fixtures together and writes them, byte for byte the same from the same sources."""

import json
from datetime import date
from pathlib import Path

from measures.management.seed import (
    demo,
    documents,
    events,
    kpis,
    material,
    measures,
    ministries,
    observations,
    standings,
)
from measures.management.seed.material import Material
from measures.management.seed.rows import Rows
from measures.vocabulary import Audience


def build(*, given: Material | None = None, cut_year: int | None = None) -> dict[str, str]:
    """The text of each fixture by file name.

    With `cut_year` the values of that year and later are not known yet, and the demo cycle, that of the fiscal year
    after it, is only planned: what the service held on the first day of `cut_year` + 1.
    """
    given = given or material.read()
    document = _document(given, cut_year)
    cast = Rows()
    demo.add(cast, given, registry=document, cut_year=cut_year)
    at = given.decisions["import"]["at"]
    events.add(cast, pk=2, at=at, subject=("demo", "cast"), audience=Audience.RESTRICTED)
    return {"mext2019.json": text(document), "demo.json": text(cast)}


def write(directory: Path, cut_year: int | None = None) -> list[Path]:
    """Writes the fixtures into `directory` and returns their paths, in the order to load them."""
    paths = []
    for name, content in build(cut_year=cut_year).items():
        paths.append(directory / name)
        paths[-1].write_text(content, encoding="utf-8", newline="\n")
    return paths


def stale(directory: Path) -> list[str]:
    """The names of the fixtures in `directory` that are not what would be built now."""
    built = {name: content.encode() for name, content in build().items()}
    return [name for name, content in built.items() if _bytes(directory / name) != content]


def text(rows: Rows) -> str:
    """One object a line, so that a change of a row is a change of a line."""
    lines = [json.dumps(row, ensure_ascii=False) for row in rows.objects()]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _document(given: Material, cut_year: int | None) -> Rows:
    rows = Rows()
    documents.add(rows, given)
    ministries.add(rows, given)
    measures.add(rows, given)
    observations.add_sources(rows, given)
    kpis.add(rows, given)
    observations.add(rows, given, before=None if cut_year is None else date(cut_year, 1, 1))
    at = given.decisions["import"]["at"]
    standings.add(rows, at=at)
    subject = ("document", given.decisions["import"]["document"])
    events.add(rows, pk=1, at=at, subject=subject, audience=Audience.PUBLIC)
    return rows


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
