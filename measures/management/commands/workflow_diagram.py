"""`workflow_diagram`: draws the turns of an update and of a cycle from the tables that the rules read."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from measures.rules import transitions
from measures.vocabulary import Role

PLACE = settings.BASE_DIR / "docs" / "workflow.md"
# How Mermaid calls both where a diagram begins and where it ends.
NOWHERE = "[*]"
PAGE = """# The workflow

Drawn by `./dev manage workflow_diagram` from `measures/rules/transitions.py`; `./dev check` holds the two equal.

## An update

Each arrow is a verb and the role that does it. The coordinator takes the officer's place where the coordinator entered
the update on a ministry's behalf. An arrow with `*` needs a cycle that takes reports: an open one, or a closed one for
a correction or while it is unlocked for the measure. Whoever wrote or submitted an update does not decide on it.

{updates}

## A cycle

{cycles}
"""


class Command(BaseCommand):
    help = "Draws the workflow of updates and cycles in docs/workflow.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, fail when the page is another")

    def handle(self, *args: Any, **options: Any) -> None:
        page = PAGE.format(updates=_diagram(_of_updates()), cycles=_diagram(_of_cycles()))
        if not options["check"]:
            PLACE.parent.mkdir(parents=True, exist_ok=True)
            PLACE.write_text(page, encoding="utf-8")
        elif not PLACE.exists() or PLACE.read_text(encoding="utf-8") != page:
            raise CommandError(f"{PLACE.name} is not what the rules say: run ./dev manage workflow_diagram.")
        self.stdout.write(f"{PLACE.name} has all {len(_of_updates()) + len(_of_cycles())} turns.")


def _of_updates() -> list[str]:
    return [
        _arrow(step.source, step.target, f"{step.verb}{' *' if step.open_cycle else ''}", step.role)
        for step in transitions.STEPS
    ]


def _of_cycles() -> list[str]:
    turns = transitions.CYCLE_STEPS.items()
    reached = {target for _, (_, target) in turns}
    first = dict.fromkeys(source for _, (source, _) in turns if source not in reached)
    planned = [_arrow(None, state, "plan", Role.COORDINATOR) for state in first]
    return planned + [_arrow(source, target, verb, Role.COORDINATOR) for verb, (source, target) in turns]


def _arrow(source: str | None, target: str | None, verb: str, role: Role) -> str:
    return f"    {source or NOWHERE} --> {target or NOWHERE} : {verb} ({role})"


def _diagram(arrows: Iterable[str]) -> str:
    return "\n".join(["```mermaid", "stateDiagram-v2", *arrows, "```"])
