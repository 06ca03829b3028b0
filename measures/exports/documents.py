"""The tables of documents: each of their versions, and the pieces that each version is made of, in reading order."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, TextField, Value

from measures.exports.selected import select
from measures.exports.tables import Column, Table, Type
from measures.models import Document, DocumentVersion, Element
from measures.vocabulary import Basis, ElementKind

OF_VERSION = (
    Column("version", Type.INTEGER, "版", "Version", "version", required=True),
    Column("title", Type.TEXT, "題名", "Title", "title", required=True),
    Column("title_en", Type.TEXT, "題名（英語）", "Title in English", "title_en"),
    Column("issuer", Type.TEXT, "発行者", "Issuer", "issuer", required=True),
    Column("issuer_en", Type.TEXT, "発行者（英語）", "Issuer in English", "issuer_en"),
    Column("issued_on", Type.DATE, "発行日", "Issued on", "issued_on", required=True),
    Column("plan_from", Type.INTEGER, "計画の最初の年度", "First year of the plan", "plan_from"),
    Column("plan_to", Type.INTEGER, "計画の最後の年度", "Last year of the plan", "plan_to"),
    Column("sha256", Type.CODE, "原文のSHA-256", "SHA-256 of the text", "sha256", required=True),
    Column("recorded_at", Type.INSTANT, "記録日時", "Recorded at", "recorded_at", required=True),
)
DOCUMENTS = (Column("code", Type.CODE, "文書コード", "Document", "code", required=True), *OF_VERSION)
VIEWPOINTS = Func(F("viewpoints"), Value(" "), function="array_to_string", output_field=TextField())
ELEMENTS = (
    Column("document", Type.CODE, "文書コード", "Document", "document__code", required=True),
    Column("version", Type.INTEGER, "文書の版", "Version of the document", "version", required=True),
    Column("code", Type.CODE, "要素コード", "Element", "code", required=True),
    Column("order", Type.INTEGER, "原文での順", "Place in reading order", "order", required=True),
    Column("kind", Type.CODE, "種類", "Kind", "kind", codes=ElementKind),
    Column("parent", Type.CODE, "上位の要素", "Parent", "parent__code", description="同じ文書の同じ版の要素コード。"),
    Column("first_line", Type.INTEGER, "原文の最初の行", "First line", "first_line", "行", required=True),
    Column("last_line", Type.INTEGER, "原文の最後の行", "Last line", "last_line", "行", required=True),
    Column("marker", Type.TEXT, "見出し記号", "Marker", "marker"),
    Column("text", Type.TEXT, "原文", "Text", "text", required=True),
    Column("text_en", Type.TEXT, "原文の英訳", "Text in English", "text_en"),
    Column("viewpoints", Type.TEXT, "視点", "Viewpoints", VIEWPOINTS, description="空白で区切る。"),
    Column("viewpoints_basis", Type.CODE, "視点の根拠の種類", "Basis of the viewpoints", "viewpoints_basis",
           codes=Basis),
    Column("viewpoints_reason", Type.TEXT, "視点の理由", "Reason for the viewpoints", "viewpoints_reason"),
)  # fmt: skip


def tables() -> list[Table]:
    """Both of them, with all their rows, which everyone may see."""
    # A piece has no moment of its own: it came with its version.
    came = Exists(DocumentVersion.objects.filter(document=OuterRef("document"), version=OuterRef("version")))
    pieces = Element.objects.filter(Q(version=1) | came).order_by("document__code", "version", "order")
    return [
        Table("documents", "文書の版", "Versions of documents", DOCUMENTS, _versions(), key=("code", "version")),
        Table("elements", "文書の要素", "Elements of documents", ELEMENTS, select(pieces, ELEMENTS),
              key=("document", "version", "code"), refers={("document", "version"): "documents"}),
    ]  # fmt: skip


def _versions() -> Iterator[tuple[Any, ...]]:
    """The first version of each document, which is in its own row, and the later ones; read when asked for."""
    sources = [column.source for column in OF_VERSION]
    for pk, code, *first in Document.objects.order_by("code").values_list("pk", "code", *sources):
        yield code, *first
        for later in DocumentVersion.objects.filter(document=pk).order_by("version").values_list(*sources):
            yield code, *later
