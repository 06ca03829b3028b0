"""What a drawing comes with: its picture, its title, what it shows in words, and the table of what is in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chart:
    """`svg` is a whole SVG document; `columns` and `rows` say in text what it shows, None where there is nothing."""

    svg: str
    title: str
    description: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
