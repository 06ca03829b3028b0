"""People, what they may do and for whom, and the secrets by which their programs speak for them."""

import pgtrigger
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from measures.models.guards import audited, refuse
from measures.vocabulary import Role, Scope


class Person(AbstractBaseUser):
    """Someone with an account; the log names people by id only, so that this row can be erased."""

    username = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)

    objects = BaseUserManager["Person"]()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        # last_login is Django's note of a session, not a change of the person.
        triggers = [audited("username", "display_name", "email", "password", "is_active", "is_demo")]

    def __str__(self) -> str:
        return self.username

    def check_password(self, raw_password: str | None) -> bool:
        """As Django's, but without re-hashing an old password: a change of a person needs its event."""
        return check_password(raw_password, self.password)


class DateRange(Func):
    """daterange(valid_from, valid_to), half-open."""

    function = "daterange"

    def __init__(self, *expressions: object) -> None:
        super().__init__(*(expressions or (F("valid_from"), F("valid_to"), Value("[)"))))


class Duty(models.Model):
    """A person's role at a ministry, from `valid_from` up to but not including `valid_to`.

    Where the two are one day it opens nothing any more: it was taken back on the day it began, or before.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="duties")
    role = models.CharField(max_length=16, choices=Role)
    ministry = models.ForeignKey("measures.Ministry", models.PROTECT, related_name="duties")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="duty_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("ministry", RangeOperators.EQUAL),
                    (DateRange(), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="duty_ends_once_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]
        triggers = [audited()]


class Token(models.Model):
    """A program's secret, kept only as a digest; `public_id` is the part before the dot."""

    public_id = models.CharField(max_length=24, unique=True)
    digest = models.CharField(max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=100, blank=True)
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        triggers = [
            # last_used_at is a note of reading, not a change of what the token may do.
            audited("public_id", "digest", "person_id", "label", "scopes", "created_at", "expires_at", "revoked_at"),
            pgtrigger.Trigger(
                name="revoked_for_good",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("revoked_at"),
                func="IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN "
                + refuse("'a revoked token stays revoked: issue a new one'")
                + " END IF; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
