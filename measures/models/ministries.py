"""Government bodies that own measures."""

from django.db import models

from measures.messages import named
from measures.models.guards import append_only, audited


class Ministry(models.Model):
    """A ministry or agency; `precedence` is its place in the order of precedence (建制順), shared by sub-agencies.

    `corporate_number` (法人番号) is null where no published source gave it; its check digit is verified.
    """

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=200)
    level = models.CharField(max_length=16)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="agencies")
    parent_name = models.CharField(max_length=100, blank=True)
    precedence = models.PositiveSmallIntegerField(null=True)
    corporate_number = models.CharField(max_length=13, null=True, unique=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    note = models.TextField(blank=True)
    source = models.TextField(blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        triggers = [audited(), *append_only()]

    @property
    def called(self) -> str:
        """Its name in the language of the request."""
        return named(vars(self), "name")

    def __str__(self) -> str:
        return self.code
