"""Answers kept for callers who repeat a request, so that one Idempotency-Key has one effect."""

from django.db import models


class IdempotencyKey(models.Model):
    """The first answer to a caller's key; `fingerprint` is the sha256 of method, path and body."""

    person = models.ForeignKey("measures.Person", models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="idempotency_key_of_caller")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_age")]
