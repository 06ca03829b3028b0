"""What the coordinator's and the administrator's inputs and gates share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.validators import RegexValidator
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from measures.api.authentication import actor_of
from measures.api.fields import CodeField, StrictSerializer, TextField
from measures.api.writes import Answer, write
from measures.errors import Problem, WrongRole
from measures.messages import lazy
from measures.models import Element
from measures.rules import registry
from measures.rules.roles import Actor
from measures.vocabulary import Basis

# A code is part of an address.
CODE = RegexValidator(r"\A[A-Za-z0-9][A-Za-z0-9._-]*\Z", lazy("Send letters, digits and . _ - only."))
REASON = 2000


class ReasonIn(StrictSerializer):
    """Why the change is made; it is kept in the log."""

    reason = TextField(max_length=REASON)


class BasisIn(ReasonIn):
    """Why it is believed: `stated` in the document, `inferred` by us, or `assigned` by someone."""

    basis = serializers.ChoiceField(choices=Basis)


@extend_schema_field({"type": "string", "pattern": "^[^/]+/.+$", "examples": ["MEXT2019/P1-01"]})
class ElementField(CodeField):
    """An element as DOCUMENT/ELEMENT, such as MEXT2019/P1-01, in the newest version that has one of that code."""

    default_error_messages = {
        "element": lazy("There is no element '{code}': write it as DOCUMENT/ELEMENT, MEXT2019/P1-01.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Element.objects.select_related("document"), **kwargs)

    def to_internal_value(self, data: Any) -> Element:
        if not isinstance(data, str):
            self.fail("invalid")
        document, _, code = data.partition("/")
        found = self.get_queryset().filter(document__code=document, code=code).order_by("-version").first()
        if found is None:
            self.fail("element", code=data[:64])
        return found


def coordinated(
    request: Request,
    act: Callable[[datetime, Actor], Answer],
    *,
    subject: Callable[[], object] | None = None,
    needs_key: bool = True,
) -> HttpResponse:
    """A write of the coordinator's: the duty comes before everything the body says, and after the row that is changed.

    `subject` finds that row, and refuses when it is not there.
    """
    return _gated(request, registry.cannot_coordinate, act, subject, needs_key)


def administered(request: Request, act: Callable[[datetime, Actor], Answer], *, needs_key: bool = True) -> HttpResponse:
    """A write of the administrator's."""
    return _gated(request, registry.cannot_administer, act, None, needs_key)


def valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """The input as it was understood; every error of it at once otherwise."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _gated(
    request: Request,
    refusal: Callable[[Actor], Problem | None],
    act: Callable[[datetime, Actor], Answer],
    subject: Callable[[], object] | None,
    needs_key: bool,
) -> HttpResponse:
    actor = actor_of(request)

    def gated(at: datetime) -> Answer:
        if subject:
            subject()
        if problem := refusal(actor):
            raise WrongRole(problem.code, problem.detail)
        return act(at, actor)

    return write(request, gated, needs_key=needs_key)
