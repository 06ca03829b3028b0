"""Large tables without triggers, foreign keys and indexes while they are filled; all of it comes back, checked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

from measures.management.bench.progress import Progress
from measures.management.bench.rows import execute

# An index of a constraint comes and goes with it.
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = ANY (%s::regclass[]) AND contype IN ('f', 'u') ORDER BY contype DESC, 1, conname"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY (%s::regclass[]) AND NOT indisprimary
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1"""
TRIGGERS = """
    SELECT tgrelid::regclass::text, tgname FROM pg_trigger
    WHERE tgrelid = ANY (%s::regclass[]) AND NOT tgisinternal AND tgenabled = 'O' ORDER BY 1, 2"""
# Enough to sort an index of ten million rows in memory.
SORTING = "1GB"


@contextmanager
def bare(tables: Sequence[type[models.Model]], *, progress: Progress) -> Iterator[None]:
    """Within it, and within one transaction, nothing but the primary keys and CHECKs of `tables` is looked at; at its
    end every index is built and every foreign key validated over all rows.
    """
    names = [model._meta.db_table for model in tables]
    constraints, indexes = (_found(what, names) for what in (CONSTRAINTS, INDEXES))
    with quiet(tables):
        yield from _stripped(tables, constraints, indexes, progress)


@contextmanager
def quiet(tables: Sequence[type[models.Model]]) -> Iterator[None]:
    """Within it no trigger of `tables` fires; what they guard and add is for the caller to see to."""
    triggers = _found(TRIGGERS, [model._meta.db_table for model in tables])
    for table, name in triggers:
        execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
    yield
    for table, name in triggers:
        execute(f'ALTER TABLE {table} ENABLE TRIGGER "{name}"')


def _stripped(
    tables: Sequence[type[models.Model]],
    constraints: Sequence[tuple[str, ...]],
    indexes: Sequence[tuple[str, ...]],
    progress: Progress,
) -> Iterator[None]:
    for table, name, _, _ in constraints:
        execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for index, _ in indexes:
        execute(f"DROP INDEX {index}")
    yield
    stated = _stated(tables)
    execute(f"SET LOCAL maintenance_work_mem = '{SORTING}'")
    unique = [(table, name, how) for table, name, kind, how in constraints if kind == "u"]
    foreign = [(table, name, how) for table, name, kind, how in constraints if kind == "f"]
    with progress.step("indexes"):
        progress.expect(len(indexes) + len(unique))
        for index, how in indexes:
            execute(stated.get(index, how))
            progress.add(1)
        _add(unique, progress)
    with progress.step("foreign keys"):
        progress.expect(len(foreign))
        _add(foreign, progress)


def _found(statement: str, tables: list[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [tables])
        return cursor.fetchall()


def _stated(tables: Sequence[type[models.Model]]) -> dict[str, str]:
    """How Django makes the indexes that are constraints of a model; what PostgreSQL tells of a condition, made into an
    index again, is the same condition in other words.
    """
    editor = connection.SchemaEditorClass(connection, collect_sql=True)
    return {
        one.name: str(one.create_sql(model, editor)) for model in tables for one in model._meta.constraints if one.name
    }


def _add(constraints: Sequence[tuple[str, str, str]], progress: Progress) -> None:
    for table, name, how in constraints:
        execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {how}')
        progress.add(1)
