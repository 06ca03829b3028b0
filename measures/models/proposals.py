"""Policy documents on their way in: what is proposed of a text until a coordinator confirms or discards it."""

from django.db import models
from django.db.models import Q

from measures.models.guards import audited, turns
from measures.vocabulary import ProposalState

PROPOSAL_TURNS = (
    (ProposalState.OPEN, ProposalState.CONFIRMED),
    (ProposalState.OPEN, ProposalState.DISCARDED),
)


class Proposal(models.Model):
    """A text with what it is proposed to become: a document, or another version of the one it `replaces`.

    `version` is its ETag. `fates` says what then becomes of that one's measures, as rules.proposals has it.

    `sha256` is of the text, `file_sha256` of the file it came in, if it came in one. `elements`, `lead` and
    `noise_lines` are as rules.proposals has them. A confirmed one names the document that was made of it.
    """

    state = models.CharField(max_length=16, choices=ProposalState, default=ProposalState.OPEN)
    code = models.CharField(max_length=32, blank=True)
    title = models.CharField(max_length=300, blank=True)
    title_en = models.CharField(max_length=300, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    issuer_en = models.CharField(max_length=200, blank=True)
    issued_on = models.DateField(null=True)
    plan_from = models.PositiveSmallIntegerField(null=True)
    plan_to = models.PositiveSmallIntegerField(null=True)
    plan_text = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    file_sha256 = models.CharField(max_length=64, blank=True)
    elements = models.JSONField()
    noise_lines = models.JSONField()
    lead = models.JSONField(null=True)
    replaces = models.ForeignKey("measures.Document", models.PROTECT, null=True, related_name="+")
    fates = models.JSONField(default=list)
    document = models.ForeignKey("measures.Document", models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="proposal_confirmed_names_its_document",
                condition=Q(state=ProposalState.CONFIRMED, document__isnull=False)
                | (~Q(state=ProposalState.CONFIRMED) & Q(document__isnull=True)),
            )
        ]
        triggers = [audited(), turns(legal=PROPOSAL_TURNS, first=[ProposalState.OPEN])]

    def __str__(self) -> str:
        return self.code or self.sha256[:8]
