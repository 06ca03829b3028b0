"""Things that people do to the service, one after the other, at moments of a clock of their own."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from measures.errors import Refusal
from measures.models import Assignment, Cycle, Document, Element, Kpi, Measure, Milestone, Ministry, ProgressUpdate
from measures.operations import assignments, cycles, kpis, measures, milestones, progress, targets
from measures.operations.measures import Owner
from measures.rules import periods
from tests import builders

SUBJECTS = {builders.SME: "jpo", "MEXT2019-P1-04": "mext", "MEXT2019-R1-5-2a": "meti"}
KPIS = ("sme-patent-share", "univ-patent-licences", "ura-headcount")
WHY = {"basis": "assigned", "reason": "総括調整官の決定"}
Deed = Callable[[datetime], object]


def deeds() -> st.SearchStrategy[list[Deed]]:
    """Histories of up to 14 deeds, the workflow among them more often than the registry."""
    return st.lists(st.one_of(_reporting(), _reporting(), _registry()), min_size=3, max_size=14)


def done(deed: Deed, at: datetime) -> bool:
    """Whether the deed was taken; what is refused changes nothing."""
    try:
        deed(at)
    except Refusal:
        return False
    return True


def _reporting() -> st.SearchStrategy[Deed]:
    measure = st.sampled_from(sorted(SUBJECTS))
    number = st.integers(min_value=100, max_value=300).map(lambda tenths: Decimal(tenths) / 10)
    return st.one_of(
        st.builds(_draft, measure, number, st.booleans()),
        st.builds(_edit, measure, number),
        st.builds(_turn, measure, st.sampled_from(["submit", "submit", "return", "approve", "approve", "withdraw"])),
        st.builds(_discard, measure),
    )


def _registry() -> st.SearchStrategy[Deed]:
    measure, kpi = st.sampled_from(sorted(SUBJECTS)), st.sampled_from(KPIS)
    number, word = st.integers(min_value=1, max_value=99), st.sampled_from(["甲", "乙", "丙"])
    return st.one_of(
        st.builds(_cycle, st.sampled_from(["open", "close", "reopen"])),
        st.builds(_target, kpi, number),
        st.builds(_baseline, number),
        st.builds(_measure, measure, word),
        st.builds(_new_measure, number),
        st.builds(_kpi, kpi, word),
        st.builds(_link, measure, kpi),
        st.builds(_milestone, measure, word),
        st.builds(_milestone_done, word),
        st.builds(_assign, measure, st.sampled_from(["lead", "support"]), st.sampled_from(["cao", "jpo", "meti"])),
        st.builds(_end),
    )


def _cast(measure: str, role: str) -> Any:
    return builders.actor(f"{role}.{SUBJECTS[measure]}")


def _open(measure: str) -> ProgressUpdate:
    found = ProgressUpdate.objects.filter(measure__code=measure).order_by("-pk").first()
    if found is None:
        raise Refusal("none", "there is no report yet")
    return found


def _draft(measure: str, value: Decimal, with_value: bool) -> Deed:
    reported = with_value and measure == builders.SME
    explanation = builders.an_explanation() if with_value else None
    content = builders.content(observations=[], explanation=explanation)

    def deed(at: datetime) -> object:
        values = [builders.a_value(value=str(value))] if reported else []
        return progress.draft(
            measure=Measure.objects.get(code=measure),
            cycle=Cycle.objects.get(code="FY2020"),
            content={**content, "observations": values},
            on_behalf_of=None,
            actor=_cast(measure, "officer"),
            at=at,
        )

    return deed


def _edit(measure: str, value: Decimal) -> Deed:
    def deed(at: datetime) -> object:
        values = {"observations": [builders.a_value(value=str(value))]} if measure == builders.SME else {}
        given = {"narrative": f"{value}まで進んだ。", **values}
        return progress.edit(update_id=_open(measure).pk, content=given, actor=_cast(measure, "officer"), at=at)

    return deed


def _turn(measure: str, verb: str) -> Deed:
    operation = {"return": progress.send_back}.get(verb) or getattr(progress, verb)
    role = "officer" if verb in ("submit", "withdraw") else "approver"
    call = {"comment": "見ました。"}
    return lambda at: operation(update_id=_open(measure).pk, actor=_cast(measure, role), at=at, **call)


def _discard(measure: str) -> Deed:
    return lambda at: progress.discard(update_id=_open(measure).pk, actor=_cast(measure, "officer"), at=at)


def _cycle(verb: str) -> Deed:
    turn = {"open": cycles.open_, "close": cycles.close, "reopen": cycles.reopen}[verb]
    said = {} if verb == "open" else {"reason": "期限"}
    return lambda at: turn(code="FY2020", actor=builders.actor("coordinator"), at=at, **said)


def _target(kpi: str, value: int) -> Deed:
    columns = {"kind": "absolute", "value": Decimal(value), "due_on": date(2027, 3, 31), "source": "決定", **WHY}
    return lambda at: targets.set_target(
        kpi=Kpi.objects.get(code=kpi), columns=columns, actor=builders.actor("coordinator"), at=at
    )


def _baseline(value: int) -> Deed:
    return lambda at: targets.set_baseline(
        kpi=Kpi.objects.get(code="sme-patent-share"),
        period=periods.calendar_year(2012),
        columns={"value": Decimal(value), **WHY},
        actor=builders.actor("coordinator"),
        at=at,
    )


def _measure(measure: str, word: str) -> Deed:
    change = {"changes": {"title": f"改題{word}"}, "reason": "改題"}
    return lambda at: measures.edit(code=measure, **change, actor=builders.actor("coordinator"), at=at)


def _new_measure(number: int) -> Deed:
    columns = {"kind": "action", "title": "試行", "title_en": "A trial", "classification_basis": "assigned"}

    def deed(at: datetime) -> object:
        lead = Owner(ministry=Ministry.objects.get(code="meti"), valid_from=date(2020, 4, 1), **WHY)
        return measures.create(
            code=f"MEXT2019-X-{number:02}",
            element=Element.objects.get(document=Document.objects.get(), code="R1-5-2a"),
            lead=lead,
            columns=columns,
            reason="試行",
            actor=builders.actor("coordinator"),
            at=at,
        )

    return deed


def _kpi(kpi: str, word: str) -> Deed:
    change = {"changes": {"definition": f"定義{word}"}, "reason": "明確にする"}
    return lambda at: kpis.edit(code=kpi, **change, actor=builders.actor("coordinator"), at=at)


def _link(measure: str, kpi: str) -> Deed:
    return lambda at: kpis.link(
        kpi=Kpi.objects.get(code=kpi),
        measure=Measure.objects.get(code=measure),
        **WHY,
        actor=builders.actor("coordinator"),
        at=at,
    )


def _milestone(measure: str, word: str) -> Deed:
    columns = {"title": f"評価{word}", "due_on": date(2027, 3, 31), **WHY}
    return lambda at: milestones.create(
        measure=Measure.objects.get(code=measure), columns=columns, actor=builders.actor("coordinator"), at=at
    )


def _milestone_done(word: str) -> Deed:
    def deed(at: datetime) -> object:
        found = Milestone.objects.filter(title=f"評価{word}").first()
        if found is None:
            raise Refusal("none", "there is no such milestone yet")
        changes = {"done_on": (at - timedelta(days=2)).date(), "evidence": "議事録"}
        return milestones.edit(
            milestone_id=found.pk, changes=changes, reason="済んだ", actor=builders.actor("coordinator"), at=at
        )

    return deed


def _assign(measure: str, role: str, ministry: str) -> Deed:
    def deed(at: datetime) -> object:
        owner = Owner(ministry=Ministry.objects.get(code=ministry), valid_from=date(2026, 11, 10), **WHY)
        subject = Measure.objects.get(code=measure)
        return assignments.assign(measure=subject, role=role, owner=owner, actor=builders.actor("coordinator"), at=at)

    return deed


def _end() -> Deed:
    def deed(at: datetime) -> object:
        found = Assignment.objects.filter(role="support", valid_to=None).order_by("pk").first()
        if found is None:
            raise Refusal("none", "nobody supports anything")
        return assignments.end(
            assignment_id=found.pk,
            valid_to=date(2026, 11, 20),
            reason="終了",
            actor=builders.actor("coordinator"),
            at=at,
        )

    return deed
