"""What is checked: the fixtures as they lie on disk, the raw text and the published series beside them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

TEXT = "source/source-mext-2019-09-19.txt"
DOCUMENT = "source/document.json"
SERIES = "source/kpi.json"
FIXTURES = ("mext2019.json", "demo.json")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check counted, and what it found wrong, a line each."""

    figure: str
    faults: list[str]


@dataclass(frozen=True, slots=True)
class Given:
    """`raw` are the bytes of the text, `files` the objects of each fixture, `series` those of kpi.json by id."""

    raw: bytes
    text_sha256: str
    files: Mapping[str, list[dict[str, Any]]]
    series: Mapping[str, dict[str, Any]]

    @property
    def lines(self) -> list[str]:
        """The lines of the text; line n is at n - 1."""
        return self.raw.decode().split("\n")

    def rows(self, model: str) -> dict[int, dict[str, Any]]:
        """The fields of every row of `model`, by pk."""
        every = [row for rows in self.files.values() for row in rows]
        return {row["pk"]: row["fields"] for row in every if row["model"] == f"measures.{model}"}

    def measure_code(self, pk: int) -> str:
        return str(self.rows("measure")[pk]["code"])


def read(directory: Path) -> Given:
    series = json.loads((directory / SERIES).read_text(encoding="utf-8"), parse_float=Decimal)["series"]
    return Given(
        raw=(directory / TEXT).read_bytes(),
        text_sha256=json.loads((directory / DOCUMENT).read_text(encoding="utf-8"))["document"]["sha256"],
        files={name: json.loads((directory / name).read_text(encoding="utf-8")) for name in FIXTURES},
        series={one["id"]: one for one in series},
    )
