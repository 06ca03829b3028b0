"""Only operations, the log and the commands write; everyone else calls them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

MEASURES = Path(__file__).resolve().parents[2] / "measures"
WRITING_FLOORS = {"operations", "audit", "management", "migrations"}
# Files elsewhere that write, and what.
EXEMPT = {
    "exports/bundle/archive.py": "nothing, but a digest takes its bytes by `update`, too",
    "api/writes.py": "the answers kept for repeated requests",
    "queries/observed.py": "nothing, but its one statement has a name, and begins with the values that it selects from",
    "queries/prepared.py": "nothing, but it runs statements that are not written there; it takes only SELECTs",
}
WRITES = {
    "save", "create", "acreate", "bulk_create", "bulk_update", "update", "aupdate", "delete", "adelete",
    "get_or_create", "update_or_create", "save_base",
}  # fmt: skip
STATEMENTS = {"execute", "executemany", "copy"}
READS = ("SELECT", "COPY (SELECT", "SET TRANSACTION ISOLATION LEVEL")


def writes(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each call in `source` that writes; calls of an operation are how one ought to."""
    tree = ast.parse(source)
    operations = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("measures.operations")
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if isinstance(node.func.value, ast.Name) and node.func.value.id in operations:
            continue
        if node.func.attr in WRITES or (node.func.attr in STATEMENTS and not _only_reads(node)):
            yield node.lineno, ast.unparse(node)


def _only_reads(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    if isinstance(first, ast.JoinedStr):
        first = first.values[0]
    return isinstance(first, ast.Constant) and str(first.value).lstrip().upper().startswith(READS)


def test_nothing_is_written_outside_of_the_floors_that_write() -> None:
    found = {}
    for path in sorted(MEASURES.rglob("*.py")):
        name = path.relative_to(MEASURES).as_posix()
        if name.split("/")[0] in WRITING_FLOORS or name in EXEMPT:
            continue
        if calls := list(writes(path.read_text())):
            found[name] = calls
    assert found == {}


def test_the_exempt_files_still_write() -> None:
    for name in EXEMPT:
        assert list(writes((MEASURES / name).read_text()))


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("measure.save(update_fields=['title'])", True),
        ("Measure.objects.filter(pk=1).update(title='x')", True),
        ("rows.delete()", True),
        ("Measure.objects.bulk_create([])", True),
        ("cursor.execute('UPDATE measures_measure SET title = 1')", True),
        ("cursor.execute(statement)", True),
        ("cursor.execute(f'{statement}')", True),
        ("cursor.execute(f'UPDATE {table}')", True),
        ("cursor.execute('SELECT 1')", False),
        ("cursor.execute(f'SELECT {columns} FROM x')", False),
        ("Measure.objects.filter(pk=1).first()", False),
        ("from measures.operations import measures\nmeasures.create(code='x')", False),
        ("from measures.models import measures\nmeasures.create(code='x')", True),
        ("from measures.operations import progress as operations\noperations.update()", False),
    ],
)
def test_the_search_for_writes_finds_writes_and_nothing_else(source: str, caught: bool) -> None:
    assert bool(list(writes(source))) == caught
