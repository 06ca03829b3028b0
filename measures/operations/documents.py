"""Documents as a confirmed proposal makes them: the document or its next version, elements, and measures with leads."""

from collections.abc import Mapping
from datetime import date, datetime

from measures.models import Document, DocumentVersion, Element, Measure, Ministry, Proposal
from measures.operations import measures
from measures.queries import proposals as queries
from measures.rules.proposals import elements as rules
from measures.rules.proposals.problems import Facts
from measures.rules.roles import Actor


def create(proposal: Proposal, *, at: datetime) -> Document:
    """A new document, in its first version."""
    return Document.objects.create(
        **{name: getattr(proposal, name) for name in queries.HEAD},
        text=proposal.text,
        sha256=proposal.sha256,
        noise_lines=proposal.noise_lines,
        recorded_at=at,
    )


def revise(document: Document, proposal: Proposal, *, version: int, reason: str, at: datetime) -> DocumentVersion:
    """The document's next version."""
    return DocumentVersion.objects.create(
        document=document,
        version=version,
        **{name: getattr(proposal, name) for name in queries.HEAD if name != "code"},
        text=proposal.text,
        sha256=proposal.sha256,
        noise_lines=proposal.noise_lines,
        reason=reason,
        recorded_at=at,
    )


def make_elements(document: Document, facts: Facts, *, version: int) -> dict[str, Element]:
    """The elements by code, made a level at a time: those that stand under others after them."""
    made: dict[str, Element] = {}
    waiting = list(enumerate(facts.elements, start=1))
    while waiting:
        ready = [(order, one) for order, one in waiting if one["parent"] is None or one["parent"] in made]
        rows = [_element(document, version, order, one, made, facts.source) for order, one in ready]
        made |= {row.code: row for row in Element.objects.bulk_create(rows)}
        waiting = [(order, one) for order, one in waiting if one["code"] not in made]
    return made


def make_measures(
    proposal: Proposal, facts: Facts, made: Mapping[str, Element], *, reason: str, actor: Actor, at: datetime
) -> dict[str, Measure]:
    """The measures that are not there already, with their leads, by the codes of their elements."""
    new = [one for one in facts.elements if one["code"] in facts.tracked - facts.carried]
    return {one["code"]: _measure(proposal, facts.prefix, one, made, reason=reason, actor=actor, at=at) for one in new}


def _element(
    document: Document,
    version: int,
    order: int,
    one: rules.Element,
    made: Mapping[str, Element],
    source: rules.Source,
) -> Element:
    first, last = one["lines"]
    words = source.words(first, last)
    return Element(
        document=document,
        version=version,
        order=order,
        code=one["code"],
        kind=one["kind"],
        parent=made[one["parent"]] if one["parent"] else None,
        first_line=first,
        last_line=last,
        marker=words.marker,
        text=words.text,
        text_normalized=words.normalised,
        text_en=one["text_en"],
    )


def _measure(
    proposal: Proposal,
    prefix: str,
    one: rules.Element,
    made: Mapping[str, Element],
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Measure:
    given = dict(one["measure"])
    lead = given.pop("lead") or proposal.lead or {}
    due_on = date.fromisoformat(given["due_on"]) if given["due_on"] else None
    # The problems found nothing wrong with the lead; it leads from the document's day unless another is given.
    owner = measures.Owner(
        ministry=Ministry.objects.get(code=lead["ministry"]),
        valid_from=date.fromisoformat(lead["valid_from"] or str(proposal.issued_on)),
        basis=lead["basis"],
        reason=lead["reason"],
        element=made[lead["element"]] if lead["element"] else None,
    )
    return measures.create(
        code=rules.measure_code(prefix, one),
        element=made[one["code"]],
        lead=owner,
        columns={**{name: given[name] for name in given if name != "code"}, "due_on": due_on},
        reason=reason,
        actor=actor,
        at=at,
    )
