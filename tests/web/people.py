"""A browser in which one of the cast is signed in, and what it finds and sends."""

import html
import re
from typing import Any

from django.test import Client

from measures.models import Person
from tests.web.reading import words

INPUT = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


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
        text = self.page(address)
        (held,) = [one for one in forms(text) if form in one][:1] or [""]
        token = dict(INPUT.findall(text))["csrfmiddlewaretoken"]
        hidden = {name: html.unescape(value) for name, value in INPUT.findall(held)}
        return self.client.post(address, {"csrfmiddlewaretoken": token, **hidden, **fields})


def forms(page: str) -> list[str]:
    """The forms of a page, each as its bytes say it."""
    return re.findall(r"<form\b.*?</form>", page, re.DOTALL)
