"""Policy documents and the pieces they are made of."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value

from measures.models.guards import append_only, audited
from measures.models.search import Concat, Fold
from measures.vocabulary import Basis, ElementKind, ElementLinkKind


class Document(models.Model):
    """A policy document in one version, with the whole source text; lines are 1-based, `sha256` is of the raw text."""

    code = models.CharField(max_length=32, unique=True)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    issuer = models.CharField(max_length=200)
    issuer_en = models.CharField(max_length=200)
    issued_on = models.DateField()
    plan_from = models.PositiveSmallIntegerField(null=True)
    plan_to = models.PositiveSmallIntegerField(null=True)
    plan_text = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    noise_lines = models.JSONField(default=dict)
    reading = models.TextField(blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="document_plan_years_both_or_neither",
                condition=Q(plan_from__isnull=True, plan_to__isnull=True)
                | Q(plan_from__isnull=False, plan_to__isnull=False, plan_from__lte=F("plan_to")),
            )
        ]
        triggers = [audited(), *append_only()]

    def __str__(self) -> str:
        return self.code


class DocumentVersion(models.Model):
    """A later version of a document, the second or a further one; the document's own columns are those of its first."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    issuer = models.CharField(max_length=200)
    issuer_en = models.CharField(max_length=200)
    issued_on = models.DateField()
    plan_from = models.PositiveSmallIntegerField(null=True)
    plan_to = models.PositiveSmallIntegerField(null=True)
    plan_text = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    noise_lines = models.JSONField(default=dict)
    reason = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "version"], name="document_version_once"),
            models.CheckConstraint(name="document_version_is_a_later_one", condition=Q(version__gte=2)),
        ]
        triggers = [audited(), *append_only()]

    def __str__(self) -> str:
        return f"{self.document_id} {self.version}"


class Element(models.Model):
    """One piece of a document's version in reading order; `text` is verbatim but re-joined over line breaks.

    `viewpoints` are the context items (①-⑤) a piece answers to; where that is our reading, `viewpoints_basis`
    and `viewpoints_reason` say so.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="elements")
    version = models.PositiveSmallIntegerField(default=1, db_default=1)
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=32)
    kind = models.CharField(max_length=24, choices=ElementKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    first_line = models.PositiveIntegerField()
    last_line = models.PositiveIntegerField()
    marker = models.CharField(max_length=8, blank=True)
    text = models.TextField()
    text_normalized = models.TextField()
    text_en = models.TextField()
    viewpoints = ArrayField(models.CharField(max_length=2), default=list)
    viewpoints_basis = models.CharField(max_length=16, choices=Basis, blank=True)
    viewpoints_reason = models.TextField(blank=True)
    folded = models.GeneratedField(
        expression=Fold(Concat("text", Value("|"), "text_en")), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "version", "code"], name="element_code_in_version"),
            models.UniqueConstraint(fields=["document", "version", "order"], name="element_order_in_version"),
            models.CheckConstraint(
                name="element_lines_in_order", condition=Q(first_line__gte=1, last_line__gte=F("first_line"))
            ),
        ]
        triggers = [audited(), *append_only()]

    def __str__(self) -> str:
        return self.code


class ElementLink(models.Model):
    """That one piece corresponds to another or says again what it says, and why we think so."""

    source = models.ForeignKey(Element, models.PROTECT, related_name="links")
    target = models.ForeignKey(Element, models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=16, choices=ElementLinkKind)
    theme = models.CharField(max_length=100, blank=True)
    basis = models.CharField(max_length=16, choices=Basis)
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind", "theme"], name="element_link_once"),
            models.CheckConstraint(name="element_link_to_another", condition=~Q(source=F("target"))),
        ]
        triggers = [audited(), *append_only()]
