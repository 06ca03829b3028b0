"""A browser in which one of the cast is signed in, and what it finds and sends."""

import html
import re
from typing import Any

from django.test import Client

from measures.models import Person
from tests.web.reading import words

INPUT = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
TYPED = re.compile(r'<input type="(text|date|url)" id="[^"]*" name="([^"]*)" value="([^"]*)"')
AREA = re.compile(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>\n([^<]*)</textarea>')
SELECT = re.compile(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected>')
TICKED = re.compile(r'<input type="checkbox" id="[^"]*" name="([^"]*)" value="true" checked')


class Browser:
    """Reads pages and sends their forms, with the hidden fields that they have, as `username`."""

    def __init__(self, username: str, language: str = "en") -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"Accept": "text/html", "Accept-Language": language})
        self.client.force_login(Person.objects.get(username=username))

    def page(self, address: str, *, status: int = 200) -> str:
        response = self.client.get(address)
        assert response.status_code == status, response.content.decode()[:3000]
        return response.content.decode()

    def words(self, address: str) -> str:
        return words(self.page(address))

    def send(self, address: str, form: str = "", **fields: Any) -> Any:
        """Sends the form of the page that holds the text `form`, with its hidden fields, or only `fields`."""
        return self.send_from(self.page(address), address, form, **fields)

    def send_from(self, page: str, address: str, form: str = "", **fields: Any) -> Any:
        """As `send`, from a page that was read before."""
        (held,) = [one for one in forms(page) if form in one][:1] or [""]
        token = dict(INPUT.findall(page))["csrfmiddlewaretoken"]
        hidden = {name: html.unescape(value) for name, value in INPUT.findall(held)}
        return self.client.post(address, {"csrfmiddlewaretoken": token, **hidden, **fields})

    def send_as_it_is(self, address: str, form: str, **fields: Any) -> Any:
        """As `send`, with all that the form shows."""
        (held,) = [one for one in forms(self.page(address)) if form in one][:1]
        typed = {name: value for _, name, value in TYPED.findall(held)}
        texts = dict(AREA.findall(held))
        chosen = {name: (CHOSEN.search(options) or [None, ""])[1] for name, options in SELECT.findall(held)}
        ticked = dict.fromkeys(TICKED.findall(held), "true")
        shown = {name: html.unescape(value) for name, value in {**typed, **texts, **chosen, **ticked}.items()}
        return self.send_from(held, address, form, **{**shown, **fields})


def forms(page: str) -> list[str]:
    """The forms of a page, each as its bytes say it."""
    return re.findall(r"<form\b.*?</form>", page, re.DOTALL)
