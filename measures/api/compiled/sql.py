"""The pieces of SQL that JSON is made of, as expressions of Django's ORM."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Func, Subquery, TextField


def literal(text: str) -> str:
    """`text` in a statement that has parameters."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


class Template(Func):
    """SQL in which {0}, {1}, ... stand for the columns; all of it is ours, never a request's."""

    output_field = TextField()

    def __init__(self, text: str, *columns: Any) -> None:
        super().__init__(*columns)
        self.text = text

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        parts = [compiler.compile(one) for one in self.get_source_expressions()]
        if any(parameters for _, parameters in parts):
            raise ValueError("a column that stands in a template several times cannot have parameters")
        return self.text.format(*(sql for sql, _ in parts)), []


class Row(Func):
    """A JSON object of the expressions by their names; made from a row, it has no blanks between."""

    output_field = TextField()

    def __init__(self, names: tuple[str, ...], *values: Any) -> None:
        super().__init__(*values)
        self.names = names

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        columns, given = [], []
        for name, value in zip(self.names, self.get_source_expressions(), strict=True):
            sql, parameters = compiler.compile(value)
            columns.append(f'{sql} AS "{name}"')
            given += parameters
        return f"(SELECT to_json(o) FROM (SELECT {', '.join(columns)}) AS o)", given


class Rows(Subquery):
    """A JSON array of the rows of a query for one JSON value each."""

    template = "array_to_json(ARRAY(%(subquery)s))"
    output_field = TextField()


def chosen(column: str, words: Mapping[str, str]) -> Template:
    """The word that stands for each code; nothing for a blank one, null for null."""
    cases = " ".join(f"WHEN {literal(code)} THEN {literal(word)}" for code, word in words.items())
    return Template(f"CASE {{0}} {_plain(cases)} WHEN '' THEN '' END", F(column))


def _plain(text: str) -> str:
    """Text of ours in which braces mean nothing."""
    return text.replace("{", "{{").replace("}", "}}")
