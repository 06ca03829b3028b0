"""Documents on their way in: who sees them, and what is known beside them."""

from datetime import date

from django.db.models import QuerySet

from measures.models import Document, Measure, Ministry, Proposal
from measures.rules import visibility
from measures.rules.proposals import problems
from measures.rules.proposals.elements import Source, measure_code
from measures.rules.roles import Actor

HEAD = ("code", "title", "title_en", "issuer", "issuer_en", "issued_on", "plan_from", "plan_to", "plan_text")


def visible_to(actor: Actor) -> QuerySet[Proposal]:
    """All of them for coordinators and auditors, none for anyone else."""
    return Proposal.objects.all() if visibility.sees_all_rounds(actor) else Proposal.objects.none()


def facts(proposal: Proposal) -> problems.Facts:
    return problems.Facts(
        head={name: getattr(proposal, name) for name in HEAD},
        elements=proposal.elements,
        source=Source(proposal.text, proposal.noise_lines),
        lead=proposal.lead,
    )


def known(facts: problems.Facts, *, today: date) -> problems.Known:
    """What is there of the codes that the proposal names; three statements."""
    codes = [measure_code(facts.head["code"], one) for one in facts.elements if one["measure"]]
    return problems.Known(
        documents=set(Document.objects.filter(code=facts.head["code"]).values_list("code", flat=True)),
        measures=set(Measure.objects.filter(code__in=codes).values_list("code", flat=True)),
        ministries=set(Ministry.objects.values_list("code", flat=True)),
        today=today,
    )
