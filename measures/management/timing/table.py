"""What was measured, set against its limit and its goal: the arithmetic, the table, and the line of its history."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

HEAD = ("what", "ours", "limit", "ratio", "goal", "")


class Unpaired(ValueError):
    """Rounds of ours and of the limit that do not belong together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One row: figures a second of each round, ours and the limit's in turn, so that each pair saw the same machine.

    `goal` is the least ratio; without one the row only informs.
    """

    name: str
    unit: str
    ours: Sequence[float]
    limit: Sequence[float]
    goal: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if len(self.ours) != len(self.limit) or not self.ours:
            raise Unpaired(f"{self.name}: {len(self.ours)} rounds of ours, {len(self.limit)} of the limit.")
        if min(*self.ours, *self.limit) <= 0:
            raise Unpaired(f"{self.name}: nothing was done in a round.")

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios: each is of one moment, so a slow moment moves neither."""
        return median(ours / limit for ours, limit in zip(self.ours, self.limit, strict=True))

    @property
    def is_met(self) -> bool | None:
        return None if self.goal is None else self.ratio >= self.goal

    def cells(self) -> tuple[str, ...]:
        goal = "" if self.goal is None else f">= {self.goal:g}"
        met = {None: "", True: "met", False: "NOT MET"}[self.is_met]
        figures = (f"{rounded(median(self.ours))} {self.unit}", rounded(median(self.limit)), rounded(self.ratio))
        return (self.name, *figures, goal, met)


def table(rows: Sequence[Measured]) -> str:
    """The rows under their heads, columns as wide as what is in them, each note under its row."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(HEAD))]
    lines = []
    for line, row in zip(cells, [None, *rows], strict=True):
        texts = [
            line[0].ljust(widths[0]),
            *(text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True)),
        ]
        lines.append("  ".join(texts).rstrip())
        if row and row.note:
            lines.append(f"    {row.note}")
    return "\n".join(lines)


def rounded(figure: float) -> str:
    """Three digits that count, and no more."""
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"


def remember(path: Path, rows: Sequence[Measured], about: Mapping[str, Any]) -> None:
    """Adds a line to the history in `path`: JSON with what the run was about and every round of every row."""
    said = [
        {
            "name": row.name,
            "unit": row.unit,
            "ours": [float(f"{one:.6g}") for one in row.ours],
            "limit": [float(f"{one:.6g}") for one in row.limit],
            "ratio": float(f"{row.ratio:.4g}"),
            "goal": row.goal,
            "met": row.is_met,
            "note": row.note,
        }
        for row in rows
    ]
    with path.open("a", encoding="utf-8") as history:
        history.write(json.dumps({**about, "rows": said}, ensure_ascii=False) + "\n")
