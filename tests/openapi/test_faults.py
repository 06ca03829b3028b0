"""The fuzzer finds what it is there to find: a few requests to one operation with a fault in it."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.response import Response
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup

from measures.api.ministries import MinistryDetail
from tests.openapi import fuzzing
from tests.openapi.test_schemathesis import at_random

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

Answer = Callable[[Response], Response]


def fails(response: Response) -> Response:
    raise RuntimeError("planted")


def is_a_teapot(response: Response) -> Response:
    return Response({}, status=418)


def has_a_field_nobody_documents(response: Response) -> Response:
    return Response({**response.data, "planted": 1})


def lacks_a_field(response: Response) -> Response:
    return Response({name: value for name, value in response.data.items() if name != "code"})


def is_not_json(response: Response) -> Response:
    return Response(response.data, content_type="text/plain")


def ask(case: Case, mode: GenerationMode) -> None:
    case.call_and_validate(checks=fuzzing.checks_of(case, mode))


def one_operation() -> Any:
    found = fuzzing.operations(fuzzing.loaded(fuzzing.knowing()))
    return next(one for one in found if one.label == "GET /api/v1/ministries/{code}")


def test_what_is_as_documented_passes(there: None) -> None:
    at_random(one_operation(), GenerationMode.POSITIVE, ask)


@pytest.mark.parametrize(
    "fault",
    [fails, is_a_teapot, has_a_field_nobody_documents, lacks_a_field, is_not_json],
    ids=lambda one: one.__name__,
)
def test_a_planted_fault_is_found(there: None, monkeypatch: pytest.MonkeyPatch, fault: Answer) -> None:
    real = MinistryDetail.get
    monkeypatch.setattr(MinistryDetail, "get", lambda self, *args, **named: fault(real(self, *args, **named)))
    with pytest.raises((FailureGroup, RuntimeError)):
        at_random(one_operation(), GenerationMode.POSITIVE, ask)
