"""What the fixtures are made of: the four source files as published, and our own decisions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
TEXT = "source-mext-2019-09-19.txt"


@dataclass(frozen=True, slots=True)
class Material:
    """The parsed files; a number with a point is a Decimal, digit for digit as printed."""

    text: str
    document: Mapping[str, Any]
    kpi: Mapping[str, Any]
    ministries: Mapping[str, Any]
    decisions: Mapping[str, Any]


def read(directory: Path = FIXTURES) -> Material:
    """Reads `directory`/source."""
    source = directory / "source"
    return Material(
        text=(source / TEXT).read_bytes().decode(),
        document=_parsed(source / "document.json"),
        kpi=_parsed(source / "kpi.json"),
        ministries=_parsed(source / "ministries.json"),
        decisions=_parsed(source / "decisions.json"),
    )


def _parsed(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
