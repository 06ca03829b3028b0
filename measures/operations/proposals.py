"""Documents on their way in: proposed from a text, edited, discarded, and confirmed with all that they state."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from measures.errors import BadInput, WrongTurn
from measures.messages import say
from measures.models import Document, Element, Measure, Ministry, Proposal
from measures.operations import measures, moments, registry
from measures.queries import proposals as queries
from measures.rules import outlines
from measures.rules.outlines import dates, texts
from measures.rules.proposals import elements as rules
from measures.rules.proposals.problems import Facts, problems
from measures.rules.roles import Actor
from measures.vocabulary import Audience, ElementKind, ProposalState

LONGEST_TITLE = 300
LONGEST_ISSUER = 200
READ_BY_RULES = "a page's number"


@transaction.atomic
def propose(*, text: str, file_sha256: str, head: Mapping[str, Any], actor: Actor, at: datetime) -> Proposal:
    """Proposes what the rules make of `text`; the `head` that is not given is read in it as far as it stands there.

    Raises BadInput for a text that no document is made of.
    """
    registry.permit_coordinator(actor)
    pointer = "/file" if file_sha256 else "/text"
    if found := list(texts.wrong(text, pointer=pointer)):
        raise BadInput(found)
    outline = outlines.outline(text, most=texts.MOST_ELEMENTS)
    if len(outline.elements) > texts.MOST_ELEMENTS:
        raise BadInput([texts.too_many_elements(pointer)])
    proposal = Proposal.objects.create(
        **{**_head_of(outline), **{name: value for name, value in head.items() if value}},
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        file_sha256=file_sha256,
        elements=rules.of_outline(outline),
        noise_lines={str(number): READ_BY_RULES for number in outline.noise},
        created_by_id=actor.signed_in_id,
        recorded_at=at,
        updated_at=at,
    )
    after = {"code": proposal.code, "sha256": proposal.sha256, "elements": len(outline.elements)}
    _record("propose", proposal, actor=actor, at=at, after=after)
    return proposal


@transaction.atomic
def edit(
    *,
    proposal_id: int,
    version: int | None,
    head: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]],
    dropped: Sequence[str],
    noise: Mapping[int, str],
    actor: Actor,
    at: datetime,
) -> Proposal:
    """Changes columns of an open proposal (`head`), its elements, and which lines are noise, with why ("": none)."""
    registry.permit_coordinator(actor)
    proposal = _open(proposal_id, version)
    at = registry.moment(at, proposal)
    before = registry.changed(proposal, head)
    noted = {**proposal.noise_lines, **{str(number): why for number, why in noise.items()}}
    proposal.noise_lines = {number: why for number, why in noted.items() if why}
    source = rules.Source(proposal.text, proposal.noise_lines)
    proposal.elements, wrong = rules.edited(proposal.elements, changes=changes, dropped=dropped, source=source)
    if wrong:
        raise BadInput(wrong)
    registry.renew(proposal, at, *before, "elements", "noise_lines")
    after: dict[str, Any] = {name: getattr(proposal, name) for name in before}
    after |= {"edited": [change["code"] for change in changes], "dropped": list(dropped), "noise": sorted(noise)}
    _record("edit", proposal, actor=actor, at=at, before=before, after=after)
    return proposal


@transaction.atomic
def discard(*, proposal_id: int, version: int | None, actor: Actor, at: datetime) -> Proposal:
    registry.permit_coordinator(actor)
    proposal = _open(proposal_id, version)
    at = registry.moment(at, proposal)
    proposal.state = ProposalState.DISCARDED
    registry.renew(proposal, at, "state")
    _record("discard", proposal, actor=actor, at=at, after={"state": proposal.state})
    return proposal


@transaction.atomic
def confirm(*, proposal_id: int, version: int | None, reason: str, actor: Actor, at: datetime) -> Proposal:
    """Makes the document, its elements and its measures with their leads; BadInput names all that is in the way.

    Each problem points into the proposal.
    """
    registry.permit_coordinator(actor)
    proposal = _open(proposal_id, version)
    at = registry.moment(at, proposal)
    facts = queries.facts(proposal)
    if found := problems(facts, queries.known(facts, today=moments.day_of(at))):
        raise BadInput(found)
    document = _document(proposal, at)
    made = _elements(document, facts)
    codes = [
        _measure(proposal, one, made, reason=reason, actor=actor, at=at).code
        for one in facts.elements
        if one["measure"]
    ]
    after = {"version": document.version, "title": document.title, "sha256": document.sha256, "measures": codes}
    after |= {"proposal": proposal.pk, "elements": len(made)}
    registry.record("create", ("document", document.code), actor=actor, at=at, reason=reason, after=after)
    proposal.state, proposal.document = ProposalState.CONFIRMED, document
    registry.renew(proposal, at, "state", "document")
    _record("confirm", proposal, actor=actor, at=at, reason=reason, after={"document": document.code})
    return proposal


def _open(proposal_id: int, version: int | None) -> Proposal:
    """The proposal, locked; WrongTurn when it was confirmed or discarded."""
    proposal = registry.locked(Proposal.objects.all(), version=version, pk=proposal_id)
    if proposal.state != ProposalState.OPEN:
        detail = say("The proposal is '{state}': nothing of it changes any more.", state=ProposalState(proposal.state))
        raise WrongTurn("wrong-turn", detail)
    return proposal


def _head_of(outline: outlines.Outline) -> dict[str, Any]:
    """What the text says of itself before its first section."""
    told = {
        kind: [one.text for one in outline.elements if one.kind == kind]
        for kind in (ElementKind.TITLE, ElementKind.DATE, ElementKind.ISSUER)
    }
    return {
        "title": "".join(told[ElementKind.TITLE])[:LONGEST_TITLE],
        "issuer": " ".join(told[ElementKind.ISSUER])[:LONGEST_ISSUER],
        "issued_on": next(filter(None, map(dates.read, told[ElementKind.DATE])), None),
    }


def _document(proposal: Proposal, at: datetime) -> Document:
    return Document.objects.create(
        **{name: getattr(proposal, name) for name in queries.HEAD},
        text=proposal.text,
        sha256=proposal.sha256,
        noise_lines=proposal.noise_lines,
        recorded_at=at,
    )


def _elements(document: Document, facts: Facts) -> dict[str, Element]:
    """The elements by code, made a level at a time: those that stand under others after them."""
    made: dict[str, Element] = {}
    waiting = list(enumerate(facts.elements, start=1))
    while waiting:
        ready = [(order, one) for order, one in waiting if one["parent"] is None or one["parent"] in made]
        rows = [_element(document, order, one, made, facts.source) for order, one in ready]
        made |= {row.code: row for row in Element.objects.bulk_create(rows)}
        waiting = [(order, one) for order, one in waiting if one["code"] not in made]
    return made


def _element(
    document: Document, order: int, one: rules.Element, made: Mapping[str, Element], source: rules.Source
) -> Element:
    first, last = one["lines"]
    words = source.words(first, last)
    return Element(
        document=document,
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
    proposal: Proposal, one: rules.Element, made: Mapping[str, Element], *, reason: str, actor: Actor, at: datetime
) -> Measure:
    given = dict(one["measure"])
    code, lead = rules.measure_code(proposal.code, one), given.pop("lead") or proposal.lead or {}
    due_on = date.fromisoformat(given["due_on"]) if given["due_on"] else None
    return measures.create(
        code=code,
        element=made[one["code"]],
        lead=_owner(proposal, lead, made),
        columns={**{name: given[name] for name in given if name != "code"}, "due_on": due_on},
        reason=reason,
        actor=actor,
        at=at,
    )


def _owner(proposal: Proposal, lead: Mapping[str, Any], made: Mapping[str, Element]) -> measures.Owner:
    """The lead that the problems found nothing wrong with; it leads from the document's day unless another is given."""
    return measures.Owner(
        ministry=Ministry.objects.get(code=lead["ministry"]),
        valid_from=date.fromisoformat(lead["valid_from"] or str(proposal.issued_on)),
        basis=lead["basis"],
        reason=lead["reason"],
        element=made[lead["element"]] if lead["element"] else None,
    )


def _record(
    verb: str,
    proposal: Proposal,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Nobody but auditors reads of a proposal before it is a document."""
    registry.record(
        verb,
        ("proposal", str(proposal.pk)),
        actor=actor,
        at=at,
        reason=reason,
        before=before,
        after=after,
        audience=Audience.RESTRICTED,
    )
