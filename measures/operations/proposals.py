"""Documents on their way in: proposed from a text, edited, discarded, and confirmed with all that they state."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from measures.errors import BadInput, Problem, WrongTurn
from measures.messages import say
from measures.models import Document, Proposal
from measures.operations import documents, moments, registry
from measures.operations import fates as fates_of_measures
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
def propose(
    *,
    text: str,
    file_sha256: str,
    head: Mapping[str, Any],
    replaces: Document | None = None,
    actor: Actor,
    at: datetime,
) -> Proposal:
    """Proposes what the rules make of `text`; the `head` that is not given is read in it as far as it stands there.

    As another version of the document that it `replaces` it has that one's code, and the rest where it says nothing.

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
        **_head_of(outline, head, replaces),
        replaces=replaces,
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
    fates: Sequence[Mapping[str, Any]] = (),
    takes_suggestions: bool = False,
    actor: Actor,
    at: datetime,
) -> Proposal:
    """Changes columns of an open proposal (`head`), its elements, and which lines are noise, with why ("": none).

    `fates` are set one by one; with `takes_suggestions` measures that have none carry on where that is suggested.
    """
    registry.permit_coordinator(actor)
    proposal = _open(proposal_id, version)
    at = registry.moment(at, proposal)
    if proposal.replaces is None and fates:
        raise BadInput([Problem("/fates", "unknown-field", say("Only another version of a document asks for fates."))])
    if proposal.replaces and head.get("code", proposal.code) != proposal.code:
        raise BadInput([Problem("/code", "invalid", say("Another version keeps the code of its document."))])
    before = registry.changed(proposal, head)
    noted = {**proposal.noise_lines, **{str(number): why for number, why in noise.items()}}
    proposal.noise_lines = {number: why for number, why in noted.items() if why}
    source = rules.Source(proposal.text, proposal.noise_lines)
    proposal.elements, wrong = rules.edited(proposal.elements, changes=changes, dropped=dropped, source=source)
    if wrong:
        raise BadInput(wrong)
    proposal.fates = _fates(proposal, fates, takes_suggestions=takes_suggestions)
    registry.renew(proposal, at, *before, "elements", "noise_lines", "fates")
    after: dict[str, Any] = {name: getattr(proposal, name) for name in before}
    after |= {"edited": [change["code"] for change in changes], "dropped": list(dropped), "noise": sorted(noise)}
    after |= {"fates": [one["measure"] for one in fates], "takes_suggestions": takes_suggestions}
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
    document = _made(proposal, facts, reason=reason, actor=actor, at=at)
    proposal.state, proposal.document = ProposalState.CONFIRMED, document
    registry.renew(proposal, at, "state", "document")
    _record("confirm", proposal, actor=actor, at=at, reason=reason, after={"document": document.code})
    return proposal


def _made(proposal: Proposal, facts: Facts, *, reason: str, actor: Actor, at: datetime) -> Document:
    """The document, or the one that has a version more, with its elements and what becomes of all measures."""
    call: dict[str, Any] = {"reason": reason, "actor": actor, "at": at}
    if proposal.replaces is None:
        document, version = documents.create(proposal, at=at), 1
        elements = documents.make_elements(document, facts, version=version)
        new = documents.make_measures(proposal, facts, elements, **call)
    else:
        document, version = proposal.replaces, queries.next_version(proposal.replaces)
        row = documents.revise(document, proposal, version=version, reason=reason, at=at)
        elements = documents.make_elements(document, facts, version=version)
        new = documents.make_measures(proposal, facts, elements, **call)
        fates_of_measures.settle(row, proposal.fates, elements, new, actor=actor, at=at)
    after = {"version": version, "title": proposal.title, "sha256": proposal.sha256, "proposal": proposal.pk}
    after |= {"elements": len(elements), "measures": [one.code for one in new.values()], "fates": proposal.fates}
    verb = "create" if version == 1 else "revise"
    registry.record(verb, ("document", document.code), after=after, **call)
    return document


def _open(proposal_id: int, version: int | None) -> Proposal:
    """The proposal, locked; WrongTurn when it was confirmed or discarded."""
    proposal = registry.locked(Proposal.objects.all(), version=version, pk=proposal_id)
    if proposal.state != ProposalState.OPEN:
        detail = say("The proposal is '{state}': nothing of it changes any more.", state=ProposalState(proposal.state))
        raise WrongTurn("wrong-turn", detail)
    return proposal


def _fates(proposal: Proposal, given: Sequence[Mapping[str, Any]], *, takes_suggestions: bool) -> list[dict[str, Any]]:
    by_measure = {one["measure"]: dict(one) for one in (*proposal.fates, *given)}
    for one in queries.suggested(proposal) if takes_suggestions else ():
        by_measure.setdefault(one["measure"], one)
    return sorted(by_measure.values(), key=lambda one: str(one["measure"]))


def _head_of(outline: outlines.Outline, given: Mapping[str, Any], replaces: Document | None) -> dict[str, Any]:
    """What is given; else what the text says of itself before its first section; else what was said before."""
    before = queries.head_of(replaces) if replaces else {}
    said = [before, _said(outline), given, {"code": replaces.code} if replaces else {}]
    return {name: value for one in said for name, value in one.items() if value}


def _said(outline: outlines.Outline) -> dict[str, Any]:
    told = {
        kind: [one.text for one in outline.elements if one.kind == kind]
        for kind in (ElementKind.TITLE, ElementKind.DATE, ElementKind.ISSUER)
    }
    return {
        "title": "".join(told[ElementKind.TITLE])[:LONGEST_TITLE],
        "issuer": " ".join(told[ElementKind.ISSUER])[:LONGEST_ISSUER],
        "issued_on": next(filter(None, map(dates.read, told[ElementKind.DATE])), None),
    }


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
