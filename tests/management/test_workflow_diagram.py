"""`workflow_diagram`: the page shows the turns that the rules allow, and the check finds when it does not."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from measures.management.commands import workflow_diagram
from measures.rules import transitions
from measures.vocabulary import CycleState


def test_the_page_that_is_shipped_is_what_the_rules_say() -> None:
    said = StringIO()
    call_command("workflow_diagram", "--check", stdout=said)
    # Planning a cycle is no turn of one, and is drawn too.
    turns = len(transitions.STEPS) + len(transitions.CYCLE_STEPS) + 1
    assert said.getvalue() == f"workflow.md has all {turns} turns.\n"


def test_each_turn_is_an_arrow_with_its_verb_and_role() -> None:
    page = workflow_diagram.PLACE.read_text()
    assert page.count("```mermaid\nstateDiagram-v2\n") == 2
    for arrow in (
        "[*] --> draft : draft * (officer)",
        "draft --> [*] : discard (officer)",
        "submitted --> approved : approve (approver)",
        "[*] --> planned : plan (coordinator)",
        "closed --> open : reopen (coordinator)",
    ):
        assert f"    {arrow}\n" in page


def test_a_step_that_is_no_more_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transitions, "STEPS", transitions.STEPS[:-1])
    with pytest.raises(CommandError, match="workflow_diagram"):
        call_command("workflow_diagram", "--check", stdout=StringIO())


def test_a_turn_of_a_cycle_that_is_new_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    more = {**transitions.CYCLE_STEPS, "cancel": (CycleState.OPEN, CycleState.PLANNED)}
    monkeypatch.setattr(transitions, "CYCLE_STEPS", more)
    with pytest.raises(CommandError):
        call_command("workflow_diagram", "--check", stdout=StringIO())


def test_a_page_that_is_missing_fails_the_check_and_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = workflow_diagram.PLACE.read_text()
    monkeypatch.setattr(workflow_diagram, "PLACE", tmp_path / "docs" / "workflow.md")
    with pytest.raises(CommandError):
        call_command("workflow_diagram", "--check", stdout=StringIO())
    call_command("workflow_diagram", stdout=StringIO())
    assert workflow_diagram.PLACE.read_text() == shipped
