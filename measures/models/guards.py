"""Triggers by which the database keeps our promises: nothing unaudited, nothing overwritten, no wrong turn.

They raise `restrict_violation`, which Django sees as IntegrityError.
"""

from collections.abc import Iterable

import pgtrigger

TRUNCATE_GUARD = "no_truncate"


def refuse(message: str) -> str:
    """The plpgsql statement that refuses with `message`, an SQL expression of type text."""
    return f"RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = {message};"


def audited(*columns: str) -> pgtrigger.Trigger:
    """Marks the transaction as owing an event whenever the table is written; `columns` narrow which updates count."""
    update = pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Update
    return pgtrigger.Trigger(
        name="audited",
        when=pgtrigger.After,
        level=pgtrigger.Statement,
        operation=pgtrigger.Insert | update | pgtrigger.Delete,
        func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint)"
        " ON CONFLICT DO NOTHING; RETURN NULL;",
    )


def append_only() -> list[pgtrigger.Trigger]:
    """Rows of the table are added, never changed or removed."""
    return [
        pgtrigger.Trigger(
            name="append_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=refuse("TG_TABLE_NAME || ' is append-only: add a row that supersedes this one'"),
        ),
        pgtrigger.Trigger(
            name=TRUNCATE_GUARD,
            when=pgtrigger.Before,
            level=pgtrigger.Statement,
            operation=pgtrigger.Truncate,
            func=refuse("TG_TABLE_NAME || ' is append-only and cannot be truncated'"),
        ),
    ]


def turns(*, legal: Iterable[tuple[str, str]], first: Iterable[str], column: str = "state") -> pgtrigger.Trigger:
    """A row is born in one of `first` and its `column` moves only along `legal` (source, target) pairs."""
    born = ", ".join(f"'{state}'" for state in first)
    pairs = ", ".join(f"('{source}', '{target}')" for source, target in legal)
    return pgtrigger.Trigger(
        name="turns",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(column),
        func=f"""
            IF TG_OP = 'INSERT' THEN
                IF NEW.{column} NOT IN ({born}) THEN
                    {refuse(f"TG_TABLE_NAME || ' cannot begin as ' || NEW.{column}")}
                END IF;
            ELSIF NEW.{column} <> OLD.{column} AND (OLD.{column}, NEW.{column}) NOT IN ({pairs}) THEN
                {refuse(f"TG_TABLE_NAME || ' cannot turn from ' || OLD.{column} || ' to ' || NEW.{column}")}
            END IF;
            RETURN NEW;
        """,
    )
