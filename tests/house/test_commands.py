"""Every management command of ours has a test, and says in a sentence what it does."""

from pathlib import Path

import pytest
from django.core.management import load_command_class

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = sorted(
    path.stem for path in (ROOT / "measures" / "management" / "commands").glob("*.py") if path.stem != "__init__"
)
MODULES = {path: path.read_text() for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_a_test_module_that_runs_it(command: str) -> None:
    running = [
        path for path, text in MODULES.items() if f'call_command("{command}"' in text or path.stem == f"test_{command}"
    ]
    assert running, f"{command} has no test: add tests/management/test_{command}.py"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_what_it_does_in_a_sentence(command: str) -> None:
    assert load_command_class("measures", command).help.endswith(".")
