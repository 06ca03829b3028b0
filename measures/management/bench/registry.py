"""The generated registry: ministries and their people, documents and their elements, measures and who owns them."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Any

from measures.management.bench.plan import MEASURES_A_DOCUMENT, MEASURES_A_SECTION, OPEN_MONTH, Plan
from measures.management.bench.rows import copy
from measures.models import (
    Assignment,
    Document,
    Duty,
    Element,
    Measure,
    MeasureLink,
    Milestone,
    Ministry,
    Person,
)
from measures.vocabulary import (
    AssignmentRole,
    Basis,
    ElementKind,
    MeasureKind,
    MeasureLinkKind,
    Role,
)

MINISTRIES = 20
GENERATED, GENERATED_EN = "測定のため生成", "generated for measuring"
REASON = f"{GENERATED}。 {GENERATED_EN.capitalize()}."
UNUSABLE_PASSWORD = "!"  # noqa: S105 - what Django stores when there is no password
# What else there is beside an officer and an approver of each ministry, whose ids come in that order.
KEEPERS = (Role.COORDINATOR, Role.AUDITOR)
FROM = date(1900, 4, 1)
# The elements of a document that is full: its title, its sections and its measures.
WHOLE_DOCUMENT = 1 + MEASURES_A_DOCUMENT // MEASURES_A_SECTION + MEASURES_A_DOCUMENT
VIEWPOINTS = "①②③④⑤"
STUDY_ONE_IN, MILESTONE_ONE_IN, LINK_ONE_IN, ENDED_ONE_IN = 10, 5, 40, 10


def add_people(plan: Plan) -> int:
    """Ministry n has officer 2n - 1 and approver 2n."""
    at = plan.began_at
    return (
        copy(Ministry, _ministries(), at=at)
        + copy(Person, _people(), at=at)
        + copy(
            Duty,
            (
                {"id": pk, "person_id": pk, "role": role, "ministry_id": ministry, "valid_from": FROM}
                for pk, (_, role, ministry) in enumerate(_cast(), 1)
            ),
            at=at,
        )
    )


def add_documents(plan: Plan) -> int:
    at = plan.began_at
    texts = [list(_elements(plan, document)) for document in range(plan.documents)]
    documents = (_document(document, texts[document]) for document in range(plan.documents))
    numbered = enumerate((row for rows in texts for row in rows), 1)
    return copy(Document, documents, at=at) + copy(Element, ({**row, "id": pk} for pk, row in numbered), at=at)


def add_measures(plan: Plan) -> int:
    """Measures as they begin; the reports move them."""
    at = plan.began_at
    return (
        copy(Measure, (_measure(slot) for slot in range(plan.measures)), at=at)
        + copy(Assignment, _numbered(_assignments(plan)), at=at)
        + copy(Milestone, _numbered(_milestones(plan)), at=at)
        + copy(MeasureLink, _numbered(_links(plan)), at=at)
    )


def ministry_of(slot: int) -> int:
    """The id of the ministry that leads a measure."""
    return slot % MINISTRIES + 1


def kind_of(slot: int) -> MeasureKind:
    return MeasureKind.STUDY if slot % STUDY_ONE_IN == 0 else MeasureKind.ACTION


def measure_code(slot: int) -> str:
    return f"BENCH-{slot + 1:05}"


def document_code(document: int) -> str:
    return f"BENCH-D{document + 1:02}"


def ministry_code(pk: int) -> str:
    return f"bench-{pk:02}"


def _ministries() -> Iterator[dict[str, Any]]:
    for pk in range(1, MINISTRIES + 1):
        yield {
            "id": pk,
            "code": ministry_code(pk),
            "name": f"生成省第{pk:02}",
            "name_en": f"Generated Ministry {pk:02}",
            "level": "ministry",
            "precedence": pk,
            "note": REASON,
        }


def _cast() -> Iterator[tuple[str, Role, int]]:
    """(username, role, ministry id), in the order of their ids."""
    for pk in range(1, MINISTRIES + 1):
        yield f"bench.officer.{pk:02}", Role.OFFICER, pk
        yield f"bench.approver.{pk:02}", Role.APPROVER, pk
    for role in KEEPERS:
        yield f"bench.{role}", role, 1


def _people() -> Iterator[dict[str, Any]]:
    for pk, (username, _, _) in enumerate(_cast(), 1):
        yield {
            "id": pk,
            "username": username,
            "display_name": f"{username}（{GENERATED}）",
            "password": UNUSABLE_PASSWORD,
            "is_demo": True,
        }


def _document(document: int, elements: list[dict[str, Any]]) -> dict[str, Any]:
    text = "".join(f"{row['text']}\n" for row in elements)
    return {
        "id": document + 1,
        "code": document_code(document),
        "title": f"{GENERATED}された文書その{document + 1}",
        "title_en": f"Document {document + 1}, {GENERATED_EN}",
        "issuer": GENERATED,
        "issuer_en": GENERATED_EN.capitalize(),
        "issued_on": date(2016, 1, 22),
        "text": text,
        "sha256": sha256(text.encode()).hexdigest(),
    }


def _elements(plan: Plan, document: int) -> Iterator[dict[str, Any]]:
    """A title, then sections with their measures: one line each, so that line and order are the same."""
    yield _element(
        document, 1, f"D{document + 1:02}", ElementKind.TITLE, f"{GENERATED}された文書その{document + 1}", None
    )
    section = 0
    for order, slot in enumerate(plan.slots_of(document)):
        if order % MEASURES_A_SECTION == 0:
            place = 2 + order + order // MEASURES_A_SECTION
            section = document * WHOLE_DOCUMENT + place
            number = order // MEASURES_A_SECTION + 1
            kind = ElementKind.MEASURE_SECTION
            yield _element(document, place, f"S{document + 1:02}-{number:02}", kind, f"方策の柱{number:02}", None)
        yield {
            **_element(
                document, 3 + order + order // MEASURES_A_SECTION, f"M{slot + 1:05}", ElementKind.MEASURE,
                f"生成された方策第{slot + 1}号。産学官の連携により地域の科学技術を振興し、その成果を数値で確かめる。",
                section,
            ),
            "viewpoints": [VIEWPOINTS[slot % 5]],
            "viewpoints_basis": Basis.INFERRED,
            "viewpoints_reason": REASON,
        }  # fmt: skip


def _element(document: int, order: int, code: str, kind: str, text: str, parent: int | None) -> dict[str, Any]:
    return {
        "document_id": document + 1,
        "order": order,
        "code": code,
        "kind": kind,
        "parent_id": parent,
        "first_line": order,
        "last_line": order,
        "text": text,
        "text_normalized": text,
        "text_en": f"{code}, {GENERATED_EN}",
    }


def _element_of_slot(slot: int) -> int:
    """The id of a measure's element: before it stand its document's title and the titles of the sections so far."""
    document, order = divmod(slot, MEASURES_A_DOCUMENT)
    return document * WHOLE_DOCUMENT + 3 + order + order // MEASURES_A_SECTION


def _measure(slot: int) -> dict[str, Any]:
    return {
        "id": slot + 1,
        "code": measure_code(slot),
        "element_id": _element_of_slot(slot),
        "kind": kind_of(slot),
        "title": f"生成された施策第{slot + 1}号",
        "title_en": f"Measure {slot + 1}, {GENERATED_EN}",
        "theme": f"bench-{slot % 12}",
        "classification_basis": Basis.INFERRED,
        "due_on": date(2026 + slot % 5, 3, 31) if slot % 3 else None,
    }


def _assignments(plan: Plan) -> Iterator[dict[str, Any]]:
    """A lead each, none to two in support, and now and then one whose part ended."""
    for slot in range(plan.measures):
        lead = ministry_of(slot)
        yield _assignment(slot, lead, AssignmentRole.LEAD)
        for more in range(slot % 3):
            yield _assignment(slot, (lead + 3 + 4 * more) % MINISTRIES + 1, AssignmentRole.SUPPORT)
        if slot % ENDED_ONE_IN == 3:
            former = _assignment(slot, (lead + 12) % MINISTRIES + 1, AssignmentRole.SUPPORT)
            yield {**former, "valid_to": date(2010, 4, 1)}


def _assignment(slot: int, ministry: int, role: str) -> dict[str, Any]:
    return {
        "measure_id": slot + 1,
        "ministry_id": ministry,
        "role": role,
        "valid_from": FROM,
        "basis": Basis.ASSIGNED,
        "reason": REASON,
    }


def _milestones(plan: Plan) -> Iterator[dict[str, Any]]:
    for slot in range(0, plan.measures, MILESTONE_ONE_IN):
        done = date(2024, 2, 20) if slot % 2 else None
        yield {
            "measure_id": slot + 1,
            "title": "BENCH 中間評価",
            "due_on": OPEN_MONTH,
            "basis": Basis.ASSIGNED,
            "reason": REASON,
            "done_on": done,
            "evidence": "BENCH 報告書" if done else "",
        }


def _links(plan: Plan) -> Iterator[dict[str, Any]]:
    for slot in range(0, plan.measures - 1, LINK_ONE_IN):
        yield {
            "measure_id": slot + 1,
            "other_id": slot + 2,
            "kind": MeasureLinkKind.OVERLAPS,
            "theme": f"bench-{slot % 12}",
            "basis": Basis.INFERRED,
            "reason": REASON,
        }


def _numbered(rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return ({**row, "id": pk} for pk, row in enumerate(rows, 1))
