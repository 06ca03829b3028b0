"""What holds of every page: language, theme, the moment it is of, its policy, and refusals as pages."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone

from measures.operations import gate
from measures.rules.days import wire
from measures.web import overview, urls
from tests import builders
from tests.operations.test_reports import publish
from tests.web.reading import addresses, links, page, read, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
# One address of each page that anyone may read, by the name of its pattern.
PUBLIC = {
    "overview": "/",
    "measures": "/measures",
    "measure": "/measures/MEXT2019-R1-5-3a",
    "cycles": "/cycles",
    "cycle": "/cycles/FY2020",
    "reports": "/reports",
    "report": "/reports/FY2020-1",
    "comparison": "/reports/FY2020-1/comparison",
    "audit": "/audit",
    "about": "/about",
    "kpis": "/kpis",
    "kpi": "/kpis/sme-patent-share",
    "document": "/documents/MEXT2019",
}
ELSEWHERE = re.compile(r'<a href="https?://[^"]*" rel="noopener external">')
# As a browser asks for whatever it was led to.
BROWSERS = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
# The log is a file, and in the bundle, only once something of it is sealed.
EARLY = {"/api/v1/exports/bundle.zip": 409, "/api/v1/exports/log.jsonl": 409, "/api/v1/audit/checkpoint": 404}
# Whoever is not signed in is led away from these, or reads nothing there.
OTHERS = {
    *("account", "acting_as", "act", "choose", "coordination", "coordination_obligations", "coordination_targets"),
    *("desk", "evidence", "inbox", "login", "logout", "people", "update", "verifier", None),
}


@pytest.fixture(autouse=True)
def a_report(request: pytest.FixtureRequest) -> None:
    """Pages of reports are of one that was published."""
    parameters = getattr(request.node, "callspec", None)
    if parameters and str(parameters.params.get("address")).startswith("/reports"):
        builders.an_open_cycle()
        publish()


def test_no_page_is_forgotten_here() -> None:
    names = {one.name for one in urls.urlpatterns if isinstance(one, URLPattern)}
    assert names - OTHERS == set(PUBLIC)


@pytest.mark.parametrize("address", [*PUBLIC.values(), "/login"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_page_speaks_the_language_that_is_asked_for_and_no_other(address: str, language: str) -> None:
    text = page(address, language)
    assert f'<html lang="{language}"' in text
    assert ("施策トラッカー" in text) is (language == "ja")
    assert "Measure Tracker" not in text or language == "en"
    for word in ("Overview", "Sign in", "Language"):
        assert (word in text) is (language == "en"), word


def test_a_language_that_was_chosen_stands_before_the_browsers() -> None:
    assert '<html lang="ja"' in page("/", "en", django_language="ja")
    assert '<html lang="ja"' in page("/", "fr", django_language="ja")


def test_a_choice_is_a_cookie_for_all_pages_302_and_leads_back() -> None:
    browser = Client(enforce_csrf_checks=True)
    response = browser.post("/choices/language", {"language": "en", "next": "/measures?q=ESG"})
    assert (response.status_code, response["Location"]) == (302, "/measures?q=ESG")
    assert response.cookies["django_language"].value == "en"
    assert response.cookies["django_language"]["samesite"] == "Lax"
    browser.post("/choices/theme", {"theme": "dark"})
    assert '<html lang="en" data-theme="dark">' in browser.get("/").content.decode()
    browser.post("/choices/theme", {"theme": "system"})
    assert '<html lang="en">' in browser.get("/").content.decode()


@pytest.mark.parametrize("given", [{"language": "fr"}, {"theme": "dark"}, {}])
def test_what_cannot_be_chosen_is_400(given: dict[str, str]) -> None:
    assert Client().post("/choices/language", given).status_code == 400


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""])
def test_a_choice_leads_to_no_other_site(address: str) -> None:
    assert Client().post("/choices/theme", {"theme": "dark", "next": address})["Location"] == "/"


def test_what_is_chosen_has_an_address_404_405() -> None:
    assert Client().post("/choices/font", {"font": "x"}).status_code == 404
    assert Client().get("/choices/theme").status_code == 405


@pytest.mark.parametrize("theme", ["", "blue", '"><script>'])
def test_an_unknown_theme_is_the_systems(theme: str) -> None:
    assert '<html lang="en">' in page("/", theme=theme)


@pytest.mark.parametrize("address", [*PUBLIC.values(), "/login", "/nothing"])
def test_a_page_runs_nothing_of_others_and_nothing_written_in_it(address: str) -> None:
    response = read(address, status=404 if address == "/nothing" else 200)
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    text = response.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text)
    # Where a value was published is elsewhere; a reader may follow, and nothing is fetched from there.
    assert [one for one in addresses(ELSEWHERE.sub("", text)) if not one.startswith(("/", "#", "?"))] == []


@pytest.mark.parametrize("address", PUBLIC.values())
@pytest.mark.parametrize("method", ["put", "delete", "patch", "post"])
def test_a_page_is_only_read_405(address: str, method: str) -> None:
    assert getattr(Client(), method)(address).status_code == 405


@pytest.mark.parametrize("address", PUBLIC.values())
def test_every_link_of_a_page_opens(address: str) -> None:
    found = {one.partition("#")[0] for one in addresses(ELSEWHERE.sub("", page(address)))} - {""}
    assert len(found) > 10
    for one in sorted(found):
        status = Client().get(one, headers={"Accept": BROWSERS}).status_code
        assert status == (405 if one.startswith("/choices/") else EARLY.get(one, 200)), one


@pytest.mark.parametrize("address", PUBLIC.values())
def test_a_page_of_a_moment_says_so_and_every_link_stays_there(address: str) -> None:
    moment = wire(timezone.now() - timedelta(milliseconds=1))
    text = page(f"{address}?known_at={moment.replace('+', '%2B')}")
    assert "As known on" in words(text)
    inner = [one for one in links(text) if one.startswith("/") and not one.startswith(OUTSIDE_OF_TIME)]
    assert len(inner) > 5
    assert [one for one in inner if "known_at=" not in one] == [address], "only the way back to now leaves the moment"
    assert "As known on" not in words(page(address))


OUTSIDE_OF_TIME = ("/static/", "/choices/", "/login", "/api/v1/docs", "/api/v1/exports/log.jsonl", "/api/v1/audit/",
                   "/audit/verify_log.py")  # fmt: skip


def test_a_moment_without_an_offset_is_one_in_japan() -> None:
    text = words(page("/?known_at=2026-11-02T09:30", "ja"))
    assert "2026年11月2日 09:30時点で分かっていた内容です。" in text
    assert "2026年11月2日 00:00時点" in words(page("/?known_at=2026-11-02", "ja"))
    assert "As known on 2 November 2026 09:30 JST." in words(page("/?known_at=2026-11-02T00:30Z"))


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2126-01-01T00:00", "Nothing is known yet of a moment to come: send an earlier one."),
        ("yesterday", "Send an instant with its offset, such as 2026-11-23T15:04:05+09:00."),
        ("2026-02-30T00:00", "Send an instant with its offset"),
        ("2026-11-02T24:61", "Send an instant with its offset"),
        ("%00", "Send an instant with its offset"),
        ("x" * 5000, "Send an instant with its offset"),
        ('"><script>alert(1)</script>', "Send an instant with its offset"),
    ],
)
@pytest.mark.parametrize("address", PUBLIC.values())
def test_a_moment_that_cannot_be_is_a_sentence_400(address: str, moment: str, said: str) -> None:
    text = page(f"{address}?known_at={moment}", status=400)
    assert said in words(text)
    assert "<script>alert" not in text
    assert all("known_at" not in one for one in addresses(text) if one.startswith("/measures")), "links lead out of it"


def test_the_past_before_everything_is_an_empty_page_and_no_failure() -> None:
    assert "There is no document yet." in words(page("/?known_at=2001-01-01"))
    assert "0 measures" in words(page("/measures?known_at=2001-01-01"))


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "このアドレスには何もありません"), ("en", "There is nothing at this address")]
)
def test_an_address_that_leads_nowhere_is_a_page_404(language: str, said: str) -> None:
    text = page("/nothing", language, status=404)
    assert said in words(text)
    assert f'<html lang="{language}"' in text


def test_a_program_has_the_problem_and_not_the_page_404() -> None:
    for address, accept in (("/nothing", "*/*"), ("/api/v1/nothing", "text/html"), ("/nothing", "application/json")):
        assert Client().get(address, headers={"Accept": accept})["Content-Type"] == "application/problem+json"


def test_a_form_without_its_token_is_a_page_403() -> None:
    response = Client(enforce_csrf_checks=True).post("/login", {"username": "x"}, headers={"Accept": "text/html"})
    assert (response.status_code, response["Content-Type"]) == (403, "text/html; charset=utf-8")


def test_an_unknown_host_is_a_page_400() -> None:
    response = Client().get("/", headers={"Accept": "text/html", "Host": "evil.example"})
    assert (response.status_code, response["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "evil.example" not in response.content.decode()


def test_a_failure_is_a_page_with_the_requests_id_and_nothing_of_the_cause_500(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: Any, **named: Any) -> Any:
        raise RuntimeError("the cause")

    monkeypatch.setattr(overview, "ask", fails)
    client = Client(raise_request_exception=False)
    response = client.get("/", headers={"Accept": "text/html", "X-Request-Id": "told-by-the-test"})
    text = response.content.decode()
    assert response.status_code == 500
    assert "told-by-the-test" in text and "the cause" not in text and "<h1>" in text


def test_too_many_requests_are_a_page_429(settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "anonymous": (1, 60)}
    gate.LEASES.clear()
    Client().get("/login")
    response = Client().get("/login", headers={"Accept": "text/html"})
    assert (response.status_code, response["Content-Type"]) == (429, "text/html; charset=utf-8")
    assert response["Retry-After"]


def test_pages_of_a_closed_service_lead_to_signing_in_302(settings: Any) -> None:
    settings.PUBLIC_READING = False
    for address in PUBLIC.values():
        response = Client().get(f"{address}?known_at=2026-11-02")
        to = f"/login?next={quote(address, safe='')}%3Fknown_at%3D2026-11-02"
        assert (response.status_code, response["Location"]) == (302, to)


def test_who_is_signed_in_is_named_and_can_sign_out() -> None:
    browser = Client()
    browser.force_login(builders.Person.objects.get(username="officer.jpo"))
    text = browser.get("/").content.decode()
    assert "デモ 担当者（特許庁）" in text and 'action="/logout"' in text and 'href="/login' not in text


def test_a_page_is_kept_by_nobody_else_and_compressed() -> None:
    response = Client().get("/measures", headers={"Accept-Encoding": "gzip"})
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Content-Encoding"] == "gzip"
    assert {"Cookie", "Accept-Language", "Accept-Encoding"} <= set(response["Vary"].split(", "))
