"""Reading a spreadsheet that came from outside, in a process of its own that may fail without harm."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from measures.rules.imports.sheets import Cell, Page, Spreadsheet

WALL_SECONDS = 8
ANSWER_BYTES = 32 * 1024 * 1024
TOO_HEAVY = Spreadsheet("", refused="too-heavy")
# No path for modules or settings reaches it, and no secret.
PROGRAM = [sys.executable, "-E", "-s", "-m", "measures.operations.parsing"]


def read(path: Path) -> Spreadsheet:
    """What stands in the file, or why it is not read; takes less than ten seconds, whatever it is."""
    with path.open("rb") as given, tempfile.TemporaryFile() as told:
        try:
            done = subprocess.run(  # noqa: S603 our own program, and nothing of the caller's in the command
                PROGRAM,
                stdin=given,
                stdout=told,
                stderr=subprocess.DEVNULL,
                cwd=settings.BASE_DIR,
                env={"LC_ALL": "C.UTF-8"},
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return TOO_HEAVY
        told.seek(0)
        answer = told.read(ANSWER_BYTES + 1)
    if done.returncode != 0 or len(answer) > ANSWER_BYTES:
        # It ended itself, or was ended, by a limit.
        return TOO_HEAVY
    return _spreadsheet(json.loads(answer))


def _spreadsheet(answer: dict[str, Any]) -> Spreadsheet:
    if "refused" in answer:
        return Spreadsheet("", refused=answer["refused"], where=answer["where"])
    return Spreadsheet(answer["kind"], pages=tuple(_page(one) for one in answer["sheets"]))


def _page(one: dict[str, Any]) -> Page:
    return Page(
        name=one["name"],
        rows={row: {column: Cell(kind, text) for column, kind, text in cells} for row, cells in one["rows"]},
        hidden_rows=frozenset(one["hidden_rows"]),
        merged=tuple(tuple(area) for area in one["merged"]),
    )
