"""The rows of a report's form for values: those it has, and a blank one for each KPI of its measure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import orjson
from django.http import HttpRequest
from django.utils import timezone

from measures.operations.moments import day_of
from measures.rules import periods
from measures.vocabulary import ObservationStatus, PeriodType, UpdateKind
from measures.web.asking import ask, every
from measures.web.progress.numbers import tidy

# How many periods back a form offers, by their type.
OFFERED = {PeriodType.HALF_YEAR: 16, PeriodType.QUARTER: 24, PeriodType.MONTH: 36}
YEARS = 20
TEXTS = ("value", "low", "high", "derivation", "note")
FLAGS = ("approximate", "derived")
SOURCE = ("title", "publisher", "url", "published_on")
FIELDS = ("kpi", "period", "on", "status", *TEXTS, *FLAGS, *(f"source-{name}" for name in SOURCE))
LONGEST_FORM = 200


def field(row: int, name: str) -> str:
    """What the field `name` of a row is called in the form."""
    return f"values-{row}-{name}"


def rows(request: HttpRequest, update: Mapping[str, Any]) -> list[dict[str, Any]]:
    """By KPI, in the order of the measure: the values that the report has of it, then a blank one.

    Each is {row, kpi, options, names, is_new, known}, `known` being what was published for its KPI lately.
    """
    one = ask(request, f"/measures/{update['measure']}")
    found = [
        _of_kpi(request, update, ask(request, f"/kpis/{code}"))
        for code in dict.fromkeys([kpi["code"] for kpi in one["kpis"]] + [row["kpi"] for row in update["observations"]])
    ]
    counted = [row for group in found for row in group]
    return [row | {"row": at, "names": {name: field(at, name) for name in FIELDS}} for at, row in enumerate(counted)]


def given(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What the form of these rows shows before anybody changes it."""
    return {field(row["row"], name): value for row in rows for name, value in row["says"].items()}


def placed(rows: Sequence[Mapping[str, Any]], update: Mapping[str, Any]) -> list[int]:
    """By position in the report, the row of the form that shows it."""
    shown = {(row["says"]["kpi"], row["at"]): row["row"] for row in rows if not row["is_new"]}
    return [shown[(value["kpi"], at)] for at, value in enumerate(update["observations"])]


def sent(form: Mapping[str, str]) -> tuple[list[dict[str, Any]], list[int]]:
    """The values that a form says, as the API takes them, and the row of each; a row without any number is none."""
    found = [(_value(form, row), row) for row in range(LONGEST_FORM) if _says_something(form, row)]
    return [value for value, _ in found], [row for _, row in found]


def _says_something(form: Mapping[str, str], row: int) -> bool:
    return any(form.get(field(row, name), "").strip() for name in (*TEXTS, *FLAGS))


def _value(form: Mapping[str, str], row: int) -> dict[str, Any]:
    said = {name: form.get(field(row, name), "").strip() for name in FIELDS}
    numbers = {name: tidy(said[name], form.get(field(row, "unit"), "")) or None for name in ("value", "low", "high")}
    source = {name: said[f"source-{name}"] for name in SOURCE}
    return {
        "kpi": said["kpi"],
        "period": {"type": "point", "on": said["on"]} if said["on"] else _read(said["period"]),
        **numbers,
        "status": said["status"],
        **{name: bool(said[name]) for name in FLAGS},
        **{name: said[name] for name in ("derivation", "note")},
        "source": source | {"published_on": source["published_on"] or None},
    }


def _read(text: str) -> Any:
    """A period as the form's list has it; anything else is for the API to refuse."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _of_kpi(request: HttpRequest, update: Mapping[str, Any], kpi: Mapping[str, Any]) -> list[dict[str, Any]]:
    observed = every(request, f"/kpis/{kpi['code']}/observations")
    past = {row["corrects"] for row in observed}
    current = [row for row in observed if row["id"] not in past]
    known = sorted(current, key=lambda row: periods.from_wire(row["period"]))
    here = [(at, value) for at, value in enumerate(update["observations"]) if value["kpi"] == kpi["code"]]
    offered = _offered(PeriodType(kpi["period_type"]), known, [value["period"] for _, value in here])
    told = {"kpi": kpi, "known": known[-3:], "options": offered, "is_point": kpi["period_type"] == PeriodType.POINT}
    filled = [told | {"is_new": False, "at": at, "says": _says(value)} for at, value in here]
    return [*filled, told | {"is_new": True, "at": None, "says": _blank(kpi, known, update["kind"])}]


def _says(value: Mapping[str, Any]) -> dict[str, str]:
    """What the form shows of a value that the report has."""
    texts = {name: value[name] if value[name] is not None else "" for name in ("kpi", "status", *TEXTS)}
    flags = {name: "true" if value[name] else "" for name in FLAGS}
    source = {f"source-{name}": value["source"][name] or "" for name in SOURCE}
    return {**texts, **flags, **source, **_period(value["period"])}


def _blank(kpi: Mapping[str, Any], known: Sequence[Mapping[str, Any]], kind: str) -> dict[str, str]:
    """A row for the period after the last that is known, with who published that; a correction is of a known one."""
    period: dict[str, str] = {}
    source: dict[str, str] = {}
    if known:
        last = known[-1]
        following = periods.from_wire(last["period"]).following()
        is_over = following.last_day < day_of(timezone.now())
        period = _period(periods.to_wire(following) if is_over and kind == UpdateKind.REPORT else last["period"])
        source = {"source-publisher": last["source"]["publisher"] or ""}
    return {"kpi": kpi["code"], "status": ObservationStatus.FINAL.value, **period, **source}


def _period(wire: Mapping[str, Any]) -> dict[str, str]:
    if wire["type"] == PeriodType.POINT:
        return {"on": wire["on"]}
    return {"period": _written(wire)}


def _written(wire: Mapping[str, Any]) -> str:
    return orjson.dumps(wire).decode()


def _offered(
    kind: PeriodType, known: Sequence[Mapping[str, Any]], also: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The periods to choose from, the newest first, each with the value that is known of it; none for points."""
    if kind == PeriodType.POINT:
        return []
    values = {_written(row["period"]): row for row in known}
    wires = {_written(wire): wire for wire in (*map(periods.to_wire, _recent(kind)), *also)}
    newest_first = sorted(wires, key=lambda text: periods.from_wire(wires[text]), reverse=True)
    return [{"code": text, "period": wires[text], "known": values.get(text)} for text in newest_first]


def _recent(kind: PeriodType) -> list[periods.Period]:
    """Those that are over, back to the first that is offered."""
    today = day_of(timezone.now())
    first = _first(kind, today)
    found = [first]
    while found[-1].following().last_day < today:
        found.append(found[-1].following())
    return found[-OFFERED.get(kind, YEARS) :]


def _first(kind: PeriodType, today: date) -> periods.Period:
    """One that began longer ago than any that is offered."""
    year = (today - timedelta(days=366 * (YEARS + 1))).year
    wire: dict[str, Any] = {"type": kind.value, "year": year}
    piece = {PeriodType.HALF_YEAR: "half", PeriodType.QUARTER: "quarter", PeriodType.MONTH: "month"}.get(kind)
    return periods.from_wire(wire | ({piece: 1} if piece else {}))
