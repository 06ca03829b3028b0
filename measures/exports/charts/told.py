"""What the chart of a KPI says in words: its title, its description, and its table."""

from collections.abc import Iterator
from decimal import Decimal

from measures.exports.charts import letters
from measures.messages import say
from measures.queries.series import Figure, Goal, Series, Value
from measures.rules import kpi
from measures.vocabulary import RevisionState


def title(one: Series) -> str:
    return say("{name} ({unit})", name=one.name, unit=one.unit)


def description(one: Series) -> str:
    return letters.sentences(list(_sentences(one)))


def _sentences(one: Series) -> Iterator[str]:
    if not one.values:
        yield say("There is no value yet.")
    else:
        first, last = one.values[0], one.values[-1]
        yield say("{number} values, from {first} to {last}.", number=len(one.values), **_ends(first, last))
        yield say("The latest is {value}.", value=value(one, last))
    if one.baseline:
        base, number = one.baseline
        yield say("Baseline: {value} ({period}).", value=_number(number, one.unit), period=letters.period(base))
    for goal in one.goals:
        yield _goal(one, goal)
    if one.required is not None and one.latest is not None:
        required, period = computed(one, one.required), letters.period(one.latest)
        yield say(
            "Required by the end of {period}: {required} {unit}.", period=period, required=required, unit=one.unit
        )
    if one.met_on is not None:
        yield say("First met in {period}.", period=letters.period(one.met_on))
    if one.lost:
        yield say("It is no longer met.")


def _ends(first: Value, last: Value) -> dict[str, str]:
    return {"first": letters.period(first.period), "last": letters.period(last.period)}


def _goal(one: Series, goal: Goal) -> str:
    figure = _said(goal.figure)
    value = f"{figure} {one.unit}" if figure else say("not a number yet")
    by = letters.day(goal.due_on)
    if goal.state == RevisionState.CURRENT:
        return say("Target: {value} by {day}.", value=value, day=by)
    return say("Earlier target: {value} by {day}.", value=value, day=by)


def value(one: Series, seen: Value) -> str:
    """A value with its period, its unit and its marks, as it stands under a pointer."""
    text = f"{letters.period(seen.period)}: {marked(seen)} {one.unit}"
    notes = list(_notes(seen))
    return f"{text} ({', '.join(notes)})" if notes else text


def marked(seen: Value) -> str:
    """A value's figure, with ≈ before one that was printed as about so much."""
    return f"{'≈' if seen.approximate else ''}{_said(seen.figure)}"


def computed(one: Series, number: Decimal) -> str:
    """A figure that was computed and not published, to two decimals more than the published ones."""
    return letters.figure(kpi.shown(number, min(one.decimals, 20) + 2).normalize() + 0)


def _said(figure: Figure) -> str:
    return letters.figures(figure.ends)


def _number(number: Decimal | None, unit: str) -> str:
    return say("not known") if number is None else f"{letters.figure(number)} {unit}"


def _notes(seen: Value) -> Iterator[str]:
    if seen.provisional:
        yield say("provisional")
    if seen.approximate:
        yield say("approximate")
    if seen.derived:
        yield say("derived")
    for figure in seen.earlier:
        yield say("earlier {value}", value=_said(figure))


def table(one: Series) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
    """The columns and the rows, a value a row; figures with all of their digits."""
    columns = (say("Period"), say("Value"), say("Unit"), say("Marks"), say("Source"))
    rows = [
        (
            letters.period(seen.period),
            letters.figures(seen.figure.ends, whole=True),
            one.unit,
            ", ".join(_notes(seen)) or None,
            seen.source or None,
        )
        for seen in one.values
    ]
    return columns, tuple(rows)
