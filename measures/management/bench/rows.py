"""Writing many rows at once, by COPY or from a SELECT; the columns are those the models have."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, models
from psycopg import sql

# When a row was entered, where nothing more exact is said.
MOMENTS = ("recorded_at", "updated_at")


def copy(model: type[models.Model], rows: Iterable[Mapping[str, Any]], *, at: datetime) -> int:
    """Writes rows given by attribute name; what they leave out takes its default, and a moment is `at`."""
    fields = _fields(model)
    names = {field.attname for field in fields}
    columns = ", ".join(f'"{field.column}"' for field in fields)
    count = 0
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as out:
        for row in rows:
            _refuse_unknown(model, row, names)
            values = [row[field.attname] if field.attname in row else _left_out(field, at) for field in fields]
            out.write_row(
                [field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True)]
            )
            count += 1
    return count


def insert(model: type[models.Model], columns: Mapping[str, str], source: str, *, at: datetime) -> int:
    """INSERT ... SELECT: `columns` are SQL expressions by attribute name, `source` all from FROM on; defaults as in
    `copy`.
    """
    fields = _fields(model)
    _refuse_unknown(model, columns, {field.attname for field in fields})
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(columns.get(field.attname) or _literal(field, at) for field in fields)
    return execute(f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {values} {source}')


def execute(statement: str) -> int:
    """Runs one statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return max(cursor.rowcount, 0)


def value(statement: str) -> Any:
    """The first column of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def literal(given: object) -> str:
    """`given` as PostgreSQL writes it in a statement."""
    return sql.Literal(given).as_string(connection.connection)


def count_on(model: type[models.Model]) -> None:
    """Lets the table's next row be numbered after the last one."""
    key = model._meta.pk
    if isinstance(key, models.AutoField | models.BigAutoField):
        table = model._meta.db_table
        execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{key.column}'), coalesce(max(\"{key.column}\"), 1),"
            f' max("{key.column}") IS NOT NULL) FROM "{table}"'
        )


def _fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not field.generated]


def _left_out(field: "models.Field[Any, Any]", at: datetime) -> Any:
    if field.attname in MOMENTS:
        return at
    if not (field.has_default() or field.null or field.blank):
        raise KeyError(f"{field.model.__name__} needs {field.attname}")
    return field.get_default()


def _literal(field: "models.Field[Any, Any]", at: datetime) -> str:
    return literal(field.get_db_prep_save(_left_out(field, at), connection))


def _refuse_unknown(model: type[models.Model], given: Mapping[str, Any], names: set[str]) -> None:
    if unknown := given.keys() - names:
        raise KeyError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
