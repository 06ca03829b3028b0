"""Documents as they stand in a version, now or, in a question about the past, then."""

from collections.abc import Sequence

from django.db.models import QuerySet

from measures.models import Document, DocumentVersion, Element, Measure

# What a later version has anew.
OF_A_VERSION = (
    "version", "title", "title_en", "issuer", "issuer_en", "issued_on", "plan_from", "plan_to", "plan_text", "text",
    "sha256", "noise_lines",
)  # fmt: skip


def latest(document: Document) -> int:
    """The number of the document's newest version; one statement unless its versions were prefetched."""
    return max([document.version, *(one.version for one in document.versions.all())])


def as_latest(document: Document, versions: Sequence[DocumentVersion] | None = None) -> Document:
    """`document` with the columns of its newest version, not to be saved."""
    rows = document.versions.all() if versions is None else versions
    newest = max(rows, key=lambda one: one.version, default=None)
    for name in OF_A_VERSION if newest else ():
        setattr(document, name, getattr(newest, name))
    return document


def elements(document: Document, version: int) -> QuerySet[Element]:
    return document.elements.filter(version=version)


def quoted(document: Document, version: int) -> dict[str, Element]:
    """By its code, each measure that a version states, with the element that does; two statements."""
    first = Measure.objects.filter(element__document=document, element__version=version).select_related("element")
    later = Measure.objects.filter(quotes__element__document=document, quotes__element__version=version)
    found = {one.code: one.element for one in first.order_by("code")}
    by_pk = {one.pk: one for one in elements(document, version)}
    return found | {code: by_pk[pk] for code, pk in later.order_by("code").values_list("code", "quotes__element")
                    if pk in by_pk}  # fmt: skip
