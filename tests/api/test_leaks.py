"""A token in the wrong place is refused with what to do instead, and no report of an error shows one."""

import logging
import sys
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.test import RequestFactory
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter
from rest_framework.test import APIClient

from measures.api.authentication import shown_by
from measures.api.leaks import PARAMETERS, NoLocals
from measures.operations import tokens
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

LIST = f"{wire.BASE}/measures"
TEXT = f"0123456789abcdef.{'Ab0_-' * 8}xyz"


def refused(response: Any, place: tuple[str, str]) -> None:
    body = wire.problem(response, 400, "invalid")
    assert wire.places(body) == [place]
    assert "Authorization: Bearer <id>.<secret>" in body["errors"][0]["detail"]
    assert "revoke" in body["errors"][0]["detail"]
    assert TEXT not in response.content.decode()


@pytest.mark.parametrize("name", [*sorted(PARAMETERS), "Access_Token", "TOKEN"])
def test_a_parameter_for_a_token_is_400_whatever_it_holds_and_says_how_it_is_sent(name: str) -> None:
    for value in (TEXT, "x", ""):
        refused(APIClient().get(f"{LIST}?limit=1&{name}={value}"), (name, "token-in-url"))
    refused(builders.client("officer.jpo").get(f"{LIST}?{name}=x"), (name, "token-in-url"))


@pytest.mark.parametrize("path", [f"{LIST}?q={TEXT}", f"{LIST}/{TEXT}", f"/{TEXT}", f"/login?next=/%3Ft%3D{TEXT}"])
def test_a_token_anywhere_in_the_address_is_400(path: str) -> None:
    refused(APIClient().get(path), ("", "token-in-url"))
    refused(APIClient().get(path.replace(TEXT, quote(TEXT).replace("0", "%30"))), ("", "token-in-url"))


@pytest.mark.parametrize("name", ["X-Api-Key", "Idempotency-Key", "If-Match"])
def test_a_token_in_another_header_is_400(name: str) -> None:
    refused(APIClient().get(LIST, headers={name: TEXT}), (name, "token-in-header"))


def test_a_token_is_taken_for_no_request_id() -> None:
    response = APIClient().get(LIST, headers={"X-Request-Id": TEXT})
    assert response.status_code == 200
    assert TEXT not in response["X-Request-Id"]


@pytest.mark.parametrize("body", [b'{"measure": "%s"}', b'{"%s": 1}', b'{"a": "%s"', b"%s"])
def test_a_token_in_a_body_is_400_and_not_repeated(body: bytes) -> None:
    response = wire.raw(builders.client("officer.jpo"), "/updates", body % TEXT.encode())
    assert wire.places(wire.problem(response, 400, "invalid")) == [("", "token-in-body")]
    assert TEXT not in response.content.decode()


@pytest.fixture
def failure(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """A request with a token, and the exception that came while the token was at hand."""

    def broken(*, public_id: str, secret: str) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(tokens, "find", broken)
    request = RequestFactory().get(LIST, HTTP_AUTHORIZATION=f"Bearer {TEXT}")
    try:
        shown_by(request)
    except RuntimeError:
        return request, sys.exc_info()
    raise AssertionError("it did not fail")


@pytest.mark.parametrize("debug", [False, True])
def test_a_report_of_an_error_shows_no_token_in_debug_neither(failure: Any, debug: bool, settings: Any) -> None:
    settings.DEBUG = debug
    request, error = failure
    secret = TEXT.partition(".")[2]

    def reports() -> list[str]:
        reporter = ExceptionReporter(request, *error)
        return [reporter.get_traceback_html(), reporter.get_traceback_text()]

    assert all("broken" in report and secret not in report for report in reports())
    request.exception_reporter_filter = SafeExceptionReporterFilter()
    assert secret in reports()[0], "the report would have shown it"


def test_the_mail_to_the_operators_shows_no_token(failure: Any, settings: Any) -> None:
    settings.ADMINS = [("Ada", "ada@example.go.jp")]
    request, error = failure
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "failed", (), error)
    record.request = request
    AdminEmailHandler(include_html=True).emit(record)
    (sent,) = mail.outbox
    everything = sent.message().as_string() + sent.body + str(sent.alternatives)
    assert "broken" in everything
    assert TEXT.partition(".")[2] not in everything


def test_the_filter_of_reports_is_the_one_of_the_settings(settings: Any) -> None:
    assert f"{NoLocals.__module__}.{NoLocals.__qualname__}" == settings.DEFAULT_EXCEPTION_REPORTER_FILTER
