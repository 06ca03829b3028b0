"""What forms are put together from: a field with its label, its hint, what was given, and what is wrong with it."""

from typing import Any

from django import template
from django.template import Context

register = template.Library()


@register.inclusion_tag("measures/parts/entry.html", takes_context=True)
def entry(context: Context, name: str, title: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A field called `name`: kind area, select, check, or any type of an input.

    Its value is what `given` in the context has under the name, and what is wrong with it what `told` has there. More:
    `hint`, `options` ({code, title}), `rows`, `unit`, `required`, `autocomplete`, `inputmode`, `accept`, `lang`, and
    `beside`, what is saved where that differs.
    """
    telling, given = context.get("told"), context.get("given") or {}
    problems = telling.fields.get(name, []) if telling else []
    described = [f"{name}-{what}" for what, is_there in (("hint", more.get("hint")), ("wrong", problems)) if is_there]
    field = {"name": name, "title": title, "kind": kind, "value": given.get(name, ""), "problems": problems, **more}
    return {**field, "described": " ".join(described)}
