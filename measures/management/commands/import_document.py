"""Proposes the elements and measures of a policy document from its plain text, and prints them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from measures.rules import outlines
from measures.rules.outlines import texts
from measures.rules.outlines.kinds import REASONS
from measures.vocabulary import TextEncoding

LONGEST_SHOWN = 60


class Command(BaseCommand):
    help = "Proposes the elements and measures of a policy document from a text file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--encoding", choices=TextEncoding.values, default=TextEncoding.UTF_8)

    def handle(self, *args: Any, **options: Any) -> None:
        text = read(options["file"], options["encoding"])
        found = outlines.outline(text, most=texts.MOST_ELEMENTS)
        if len(found.elements) > texts.MOST_ELEMENTS:
            raise CommandError(texts.too_many_elements().detail)
        self._show(found)

    def _show(self, found: outlines.Outline) -> None:
        depths: dict[str | None, int] = {None: -1}
        for one in found.elements:
            depths[one.code] = depths[one.parent] + 1
            mark = "" if one.is_sure else " ?"
            lines = f"{one.first_line}-{one.last_line}" if one.last_line > one.first_line else str(one.first_line)
            told = f"{one.marker}{one.text}"
            short = told if len(told) <= LONGEST_SHOWN else f"{told[:LONGEST_SHOWN]}…"
            self.stdout.write(f"{'  ' * depths[one.code]}{one.code} [{lines}] {one.kind}{mark}: {short} ({one.rule})")
        for number, rule in found.noise.items():
            self.stdout.write(f"[{number}] {REASONS[rule]}")
        measures = sum(one.kind in outlines.TRACKED for one in found.elements)
        unsure = sum(not one.is_sure for one in found.elements)
        self.stdout.write(
            f"{len(found.elements)} elements, {measures} measures among them; {unsure} to be looked at (?)"
        )


def read(path: Path, encoding: str) -> str:
    """The text of a file; CommandError when it is none that a document is made of."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > texts.MOST_BYTES:
        raise CommandError(f"{path} is larger than {texts.MOST_BYTES} bytes.")
    try:
        text = texts.decoded(data, encoding)
    except texts.NotText as error:
        raise CommandError(f"{path}: {error}") from None
    if problems := list(texts.wrong(text)):
        raise CommandError(f"{path}: {' '.join(problem.detail for problem in problems)}")
    return text
