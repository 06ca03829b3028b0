"""Past states of rows that change: a history table beside each such model, written by a trigger and by nothing else.

A row of it is what the row was from `since` on; models.as_of draws past answers from them.
"""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from measures.models.guards import append_only, refuse


class Remembered(pgtrigger.Trigger):
    """Adds each new state of a row to the history table; a change must come with a later `updated_at`.

    `fixed` columns are part of what the row is and never change. `moment` is the SQL of when a change was recorded,
    with {row} for NEW or OLD; where it is another row's column, that row's own trigger keeps it moving forward.
    """

    when = pgtrigger.After

    def __init__(self, *, fixed: tuple[str, ...] = (), moment: str = "{row}.updated_at") -> None:
        super().__init__(name="remembered", operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete)
        self.fixed, self.moment = fixed, moment

    def get_func(self, model: Any) -> str:
        table = f"{model._meta.db_table}history"
        columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
        key = model._meta.pk.column
        told = [column for column in columns if column != "updated_at"]

        def added(row: str, gone: str) -> str:
            names = ", ".join(f'"{column}"' for column in columns)
            values = ", ".join(f'{row}."{column}"' for column in columns)
            moment = self.moment.format(row=row)
            return (
                f"INSERT INTO {table} (since, gone, row_id, {names})"  # noqa: S608 nothing in it is anyone's
                f' VALUES ({moment}, {gone}, {row}."{key}", {values});'
            )

        def changed(some: list[str] | tuple[str, ...]) -> str:
            one, other = (", ".join(f'{row}."{column}"' for column in some) for row in ("NEW", "OLD"))
            return f"({one}) IS DISTINCT FROM ({other})"

        return f"""
            IF TG_OP = 'DELETE' THEN
                {added("OLD", "true")}
                RETURN NULL;
            ELSIF TG_OP = 'UPDATE' THEN
                IF NOT {changed(told)} THEN
                    RETURN NULL;
                {self._fixed(changed)}
                {self._forward()}
                END IF;
            END IF;
            {added("NEW", "false")}
            RETURN NULL;
        """

    def _fixed(self, changed: Any) -> str:
        if not self.fixed:
            return ""
        words = ", ".join(self.fixed)
        return f"ELSIF {changed(self.fixed)} THEN " + refuse(f"TG_TABLE_NAME || ': {words} never changes'")

    def _forward(self) -> str:
        if self.moment != "{row}.updated_at":
            return ""
        message = "TG_TABLE_NAME || ': a change is recorded later than the one before it (updated_at)'"
        return f"ELSIF NEW.updated_at <= OLD.updated_at THEN {refuse(message)}"


def history_of(model: type[models.Model], *, found_by: tuple[str, ...] = ()) -> Any:
    """The model of `model`'s history table: its columns without their constraints, when, and whether it was deleted.

    Past rows are found by their row, and by each of the columns in `found_by`.
    """
    columns = {field.attname: _plain(field) for field in model._meta.concrete_fields if not field.primary_key}
    options = {
        "app_label": model._meta.app_label,
        "indexes": [
            models.Index(fields=["row_id", "-since", "-id"], name=f"{model._meta.model_name}_past"),
            *(models.Index(fields=[name], name=f"{model._meta.model_name}_past_{name}"[:30]) for name in found_by),
        ],
        "triggers": append_only(),
    }
    return type(
        f"{model.__name__}History",
        (models.Model,),
        {
            "__module__": model.__module__,
            "__doc__": f"What a row of {model.__name__} was from `since` on; `gone` when it was deleted.",
            "row_id": models.BigIntegerField(),
            "since": models.DateTimeField(),
            "gone": models.BooleanField(),
            **columns,
            "Meta": type("Meta", (), options),
        },
    )


def _plain(field: Any) -> Any:
    """A column of the same type that is not unique, indexed, generated or a reference."""
    if isinstance(field, models.ForeignKey):
        return models.BigIntegerField(null=field.null, db_column=field.column)
    if isinstance(field, models.GeneratedField):
        return models.TextField()
    kinds = {"max_length": field.max_length} if field.max_length else {}
    if isinstance(field, ArrayField):
        return ArrayField(_plain(field.base_field), null=field.null)
    return type(field)(null=field.null, **kinds)
