"""Views that show the tables as they stood at a moment, under the tables' own names in a schema of their own.

With `as_of` before `public` in the search path, and the moment in a setting, every read is answered from what was
recorded by then, by the same statements that read the present. queries.as_of does that; a house test holds that each
table has a view or a reason to have none.
"""

from typing import Any

from django.db import models

SCHEMA = "as_of"
SETTING = "measures.known_at"
MOMENT = f"{SCHEMA}.moment()"
DROP = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"

# Rows that are only ever added: there from the moment they were recorded on.
ADDED = (
    "Baseline",
    "Deadline",
    "Decision",
    "Document",
    "DocumentVersion",
    "EvidenceVerification",
    "KpiLink",
    "MeasureLink",
    "Ministry",
    "Observation",
    "Quote",
    "Report",
    "ReportFile",
    "Review",
    "RuleChange",
    "StatusChange",
    "Target",
    "Verdict",
)
# Rows that change and stay, by the model whose rows say which there are, with the columns that never change.
KEPT = {
    "Assignment": ("Assignment", ("measure_id", "ministry_id", "role")),
    "Cycle": ("Cycle", ("code", "document_id")),
    "Kpi": ("Kpi", ("code",)),
    "KpiStanding": ("Kpi", ()),
    "Measure": ("Measure", ("code", "element_id")),
    "MeasureStanding": ("Measure", ()),
    "Milestone": ("Milestone", ("measure_id",)),
    "Obligation": ("Obligation", ("cycle_id", "measure_id")),
}
# Rows that change and may be deleted.
DISCARDED = ("Evidence", "ProgressUpdate", "ReportedValue")


def statements(models_of: Any) -> list[str]:
    """The statements that make the schema, from the models that `models_of("Measure")` gives, past or present.

    A migration that changes a table makes it anew at its end, see migrations/_as_of; before a table was added there is
    no view of it.
    """
    there = [name for name in (*ADDED, *KEPT, *DISCARDED) if _is_there(models_of, name)]
    views = {name: _added(models_of(name)) for name in ADDED if name in there}
    views |= {
        name: _kept(models_of(name), models_of(owner), fixed) for name, (owner, fixed) in KEPT.items() if name in there
    }
    views |= {name: _discarded(models_of(name)) for name in DISCARDED if name in there}
    views["Event"] = f"SELECT * FROM public.measures_event WHERE at <= {MOMENT}"  # noqa: S608
    return [
        f"CREATE SCHEMA {SCHEMA}",
        f"CREATE FUNCTION {MOMENT} RETURNS timestamptz LANGUAGE sql STABLE"
        f" AS $$ SELECT current_setting('{SETTING}')::timestamptz $$",
        *(f"CREATE VIEW {SCHEMA}.{models_of(name)._meta.db_table} AS {view}" for name, view in sorted(views.items())),
    ]


def _is_there(models_of: Any, name: str) -> bool:
    try:
        models_of(name)
    except LookupError:
        return False
    return True


def _added(model: type[models.Model]) -> str:
    columns = ", ".join(f'"{field.column}"' for field in _fields(model))
    return f"SELECT {columns} FROM public.{model._meta.db_table} WHERE recorded_at <= {MOMENT}"  # noqa: S608


def _kept(model: type[models.Model], owner: type[models.Model], fixed: tuple[str, ...]) -> str:
    """One look into the history for each row there is, so that a page costs as many looks as it has rows.

    What never changes comes from the row itself, the key above all: by it PostgreSQL finds a row and looks once. By the
    history's own it would look up the past of every row first.
    """
    kept = {model._meta.pk.column, *fixed}
    columns = [_column(field, "now" if field.column in kept else "past") for field in _fields(model)]
    return (
        f"SELECT {', '.join(columns)} FROM public.{owner._meta.db_table} now"  # noqa: S608
        f" CROSS JOIN LATERAL (SELECT * FROM public.{model._meta.db_table}history"
        f" WHERE row_id = now.id AND since <= {MOMENT} ORDER BY since DESC, id DESC LIMIT 1) past"
    )


def _discarded(model: type[models.Model]) -> str:
    columns = [_column(field, "past") for field in _fields(model)]
    history = f"public.{model._meta.db_table}history"
    return (
        f"SELECT {', '.join(columns)} FROM {history} past WHERE since <= {MOMENT} AND NOT gone"  # noqa: S608
        f" AND NOT EXISTS (SELECT FROM {history} later WHERE later.row_id = past.row_id"
        f" AND later.since <= {MOMENT} AND (later.since, later.id) > (past.since, past.id))"
    )


def _fields(model: type[models.Model]) -> list[Any]:
    """By column, since a model and its past in the migrations may name them in different orders."""
    return sorted(model._meta.concrete_fields, key=lambda field: str(field.column))


def _column(field: Any, table: str) -> str:
    if not field.primary_key:
        return f'{table}."{field.column}"'
    return f'{"past.row_id" if table == "past" else "now.id"} AS "{field.column}"'
