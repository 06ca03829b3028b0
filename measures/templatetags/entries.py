"""What forms are put together from: a field with its label, its hint, what was given, and what is wrong with it."""

from collections.abc import Collection, Mapping
from typing import Any

from django import template
from django.template import Context

from measures.messages import say
from measures.templatetags.shown import number, period

register = template.Library()


@register.inclusion_tag("measures/parts/entry.html", takes_context=True)
def entry(context: Context, name: str, title: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A field called `name`: kind area, select, check, or any type of an input.

    Its value is what `given` in the context has under the name, and what is wrong with it what `told` has there. More:
    `hint`, `options` ({code, title}; a text offers them and takes any other), `rows`, `unit`, `required`,
    `autocomplete`, `inputmode`, `accept`. What `saved` has under the name stands beside it where that is something
    else.
    """
    telling, given = context.get("told"), context.get("given") or {}
    value, saved = given.get(name, ""), context.get("saved") or {}
    problems = telling.fields.get(name, []) if telling else []
    described = [f"{name}-{what}" for what, is_there in (("hint", more.get("hint")), ("wrong", problems)) if is_there]
    field = {"name": name, "title": title, "kind": kind, "value": value, "problems": problems, **more}
    beside = _called(saved[name], more.get("options", ())) if saved.get(name, value) != value else None
    return {**field, "beside": beside, "described": " ".join(described)}


@register.filter
def get(row: Mapping[str, Any] | None, name: str) -> Any:
    """What a mapping has under a name that no template could write."""
    return (row or {}).get(name, "")


@register.filter
def named_periods(options: Collection[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Periods to choose from as people call them, with what was published of each."""
    return [{"code": one["code"], "title": _period(one["period"], one["known"])} for one in options]


def _period(one: dict[str, Any], known: Mapping[str, Any] | None) -> str:
    if known is None:
        return period(one)
    value = number(known["value"]) if known["value"] else f"{number(known['low'])}–{number(known['high'])}"
    return say("{period}: {value} is published", period=period(one), value=value)


@register.filter
def about(problems: Collection[Mapping[str, str]], name: str) -> bool:
    """Whether one of the problems is about the field."""
    return any(one["field"] == name for one in problems)


@register.filter
def is_wrong(row: Mapping[str, Any], telling: Any) -> bool:
    """Whether something is wrong with a field of the row."""
    return bool(set(row["names"].values()) & set(telling.fields))


def _called(value: str, options: Collection[Mapping[str, str]]) -> str:
    """What a reader reads of what is saved; a dash for nothing."""
    return next((str(one["title"]) for one in options if one["code"] == value), value) or "–"
