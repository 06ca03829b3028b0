"""A document on its way in: the invented forest plan, as it is proposed and with all that it needs to be confirmed."""

from datetime import date
from typing import Any

from django.utils import timezone

from measures.models import Proposal
from measures.operations import proposals
from tests import builders
from tests.rules import invented

CODE = "FOREST2020"
HEAD = {"code": CODE, "title_en": "An invented forest plan", "issuer_en": "Written for the tests"}
LEAD = {
    "ministry": "mext",
    "valid_from": None,
    "basis": "assigned",
    "reason": "試験のための割当て",
    "element": None,
}
ENGLISH = {"S2-1-01": "Watch the banks", "S2-1-02": "Check the weirs", "S2-2-01": "Mend the paths with schools"}
MEASURES = [f"{CODE}-{code}" for code in ENGLISH]


def named(english: dict[str, str]) -> list[dict[str, Any]]:
    """Changes that give measures their English titles, by the codes of their elements."""
    return [{"code": code, "measure": {"title_en": title}} for code, title in english.items()]


def by(username: str = "coordinator") -> dict[str, Any]:
    return {"actor": builders.actor(username), "at": timezone.now()}


def a_proposal(text: str = invented.FOREST, **head: Any) -> Proposal:
    return proposals.propose(text=text, file_sha256="", head={**HEAD, "issued_on": date(2020, 4, 1), **head}, **by())


def edited(proposal: Proposal, **edits: Any) -> Proposal:
    nothing: dict[str, Any] = {"head": {}, "changes": [], "dropped": [], "noise": {}}
    return proposals.edit(proposal_id=proposal.pk, version=None, **{**nothing, **edits}, **by())


def a_complete_proposal() -> Proposal:
    return edited(a_proposal(), head={"lead": LEAD}, changes=named(ENGLISH))


def confirmed(proposal: Proposal | None = None) -> Proposal:
    proposal = proposal or a_complete_proposal()
    return proposals.confirm(proposal_id=proposal.pk, version=None, reason="試験文書の登録", **by())


def discarded() -> Proposal:
    return proposals.discard(proposal_id=a_proposal().pk, version=None, **by())
