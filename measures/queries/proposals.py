"""Documents on their way in: who sees them, and what is known beside them."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from measures.models import Document, Element, Measure, Ministry, Proposal
from measures.queries import documents
from measures.rules import visibility
from measures.rules.proposals import problems, versions
from measures.rules.proposals.elements import Source, measure_code
from measures.rules.roles import Actor

HEAD = ("code", "title", "title_en", "issuer", "issuer_en", "issued_on", "plan_from", "plan_to", "plan_text")


def visible_to(actor: Actor) -> QuerySet[Proposal]:
    """All of them for coordinators and auditors, none for anyone else."""
    return Proposal.objects.all() if visibility.sees_all_rounds(actor) else Proposal.objects.none()


def head_of(document: Document) -> dict[str, Any]:
    """What the newest version of a document says of itself; two statements."""
    newest = documents.as_latest(Document.objects.get(pk=document.pk))
    return {name: getattr(newest, name) for name in HEAD}


def next_version(document: Document) -> int:
    return documents.latest(document) + 1


def facts(proposal: Proposal) -> problems.Facts:
    """What is asked of a proposal; two statements more for another version of a document."""
    replaces = proposal.replaces
    return problems.Facts(
        head={name: getattr(proposal, name) for name in HEAD},
        elements=proposal.elements,
        source=Source(proposal.text, proposal.noise_lines),
        lead=proposal.lead,
        prefix=prefix(proposal),
        statuses=_statuses(replaces) if replaces else None,
        fates=proposal.fates,
    )


def prefix(proposal: Proposal) -> str:
    """What the codes of new measures begin with: the document's code, and the number of a later version."""
    return f"{proposal.code}-v{next_version(proposal.replaces)}" if proposal.replaces else proposal.code


def _statuses(document: Document) -> dict[str, str]:
    """The statuses of the measures that the newest version states, by their codes."""
    codes = documents.quoted(document, documents.latest(document))
    return dict(Measure.objects.filter(code__in=codes).order_by("code").values_list("code", "status"))


def changes(proposal: Proposal) -> list[versions.Change]:
    """What the proposal has the same, otherwise, more and less than the newest version; none for a new document."""
    if proposal.replaces is None:
        return []
    source = Source(proposal.text, proposal.noise_lines)
    now = {one["code"]: source.words(*one["lines"]).normalised for one in proposal.elements}
    new = [versions.Said(one["code"], now[one["code"]], now.get(one["parent"], "")) for one in proposal.elements]
    return versions.differences(_said(proposal.replaces), new)


def before(proposal: Proposal) -> dict[str, Element]:
    """By their codes, the elements of the version that it replaces."""
    if proposal.replaces is None:
        return {}
    return {one.code: one for one in documents.elements(proposal.replaces, documents.latest(proposal.replaces))}


def suggested(proposal: Proposal, found: list[versions.Change] | None = None) -> list[dict[str, Any]]:
    """The fates that follow from its `changes`, for each measure whose words are there again, or much like them."""
    if proposal.replaces is None:
        return []
    stated = documents.quoted(proposal.replaces, documents.latest(proposal.replaces))
    elements = {code: element.code for code, element in stated.items()}
    tracked = {one["code"] for one in proposal.elements if one["measure"]}
    return versions.suggested(changes(proposal) if found is None else found, elements, tracked)


def _said(document: Document) -> list[versions.Said]:
    rows = documents.elements(document, documents.latest(document)).select_related("parent").order_by("order")
    return [
        versions.Said(row.code, row.text_normalized, row.parent.text_normalized if row.parent else "") for row in rows
    ]


def known(facts: problems.Facts, *, today: date) -> problems.Known:
    """What is there of the codes that the proposal names; three statements."""
    codes = [measure_code(facts.prefix, one) for one in facts.elements if one["measure"]]
    return problems.Known(
        documents=set(Document.objects.filter(code=facts.head["code"]).values_list("code", flat=True)),
        measures=set(Measure.objects.filter(code__in=codes).values_list("code", flat=True)),
        ministries=set(Ministry.objects.values_list("code", flat=True)),
        today=today,
    )
