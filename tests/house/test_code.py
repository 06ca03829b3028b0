"""What every file of ours looks like: named for its topic, opened by a sentence, and short."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = [
    path
    for floor in ("measures", "tracker")
    for path in sorted((ROOT / floor).rglob("*.py"))
    if "migrations" not in path.parts
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 300, 50
# Files that may be longer, how long, and why.
LONGER = {
    "measures/audit/verify_log.py": (600, "an auditor copies one file, which imports none of ours"),
    "measures/audit/verify_bundle.py": (500, "an auditor copies it beside the other, and no more than the two"),
}
SHAPELESS = {"helpers", "helper", "utils", "util", "core", "common", "misc", "base", "lib", "shared", "tools"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def is_empty(path: Path) -> bool:
    return path.name == "__init__.py" and not path.read_text().strip()


def test_there_is_something_to_look_at() -> None:
    assert len(OURS) > 50
    assert len(TESTS) > 30


def test_no_file_is_named_for_having_no_topic() -> None:
    assert [name(path) for path in [*OURS, *TESTS] if {path.stem, *path.relative_to(ROOT).parts} & SHAPELESS] == []


def test_every_file_opens_with_a_sentence() -> None:
    silent = [name(path) for path in [*OURS, *TESTS] if not is_empty(path) and not ast.get_docstring(tree(path))]
    assert silent == []
    openings = {name(path): ast.get_docstring(tree(path)) for path in OURS if not is_empty(path)}
    assert [one for one, text in openings.items() if not text.split("\n\n")[0].rstrip().endswith((".", ";"))] == []


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in OURS}
    longest = {one: LONGER.get(one, (LONGEST_FILE, ""))[0] for one in lengths}
    assert {one: length for one, length in lengths.items() if length > longest[one]} == {}
    assert [one for one in LONGER if lengths[one] <= LONGEST_FILE] == [], "an exception is left over"


def test_no_function_is_longer_than_50_lines() -> None:
    long = {
        f"{name(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in OURS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}


def test_nothing_is_left_to_be_done_later() -> None:
    assert [
        name(path) for path in [*OURS, *TESTS] if path != Path(__file__) and UNFINISHED.search(path.read_text())
    ] == []


def test_a_test_of_a_floor_is_named_for_a_topic_of_that_floor() -> None:
    """The stem rule: operations/progress.py is tested by tests/operations/test_progress.py; either finds the other."""
    stems = {path.stem for path in (ROOT / "measures" / "operations").glob("*.py")}
    for path in (ROOT / "tests" / "operations").glob("test_*.py"):
        topic = path.stem.removeprefix("test_")
        assert any(stem == topic or topic.startswith(f"{stem}_") for stem in stems), name(path)


@pytest.mark.parametrize("text", ["# TODO: later", "x = 1  # FIXME"])
def test_the_search_for_unfinished_work_finds_it(text: str) -> None:
    assert UNFINISHED.search(text)
    assert not UNFINISHED.search("METHODOLOGY")
