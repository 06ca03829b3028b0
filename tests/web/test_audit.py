"""The auditor's room: files of any moment, and a log that verifies by what the page says, far from the service."""

import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from measures.api.exports import EXPORTS
from measures.models import Checkpoint
from measures.rules.days import wire
from tests import builders
from tests.api.test_audit import signed
from tests.operations.test_reports import publish
from tests.web.reading import links, page, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def test_what_the_page_says_verifies_the_log(tmp_path: Path) -> None:
    builders.an_update("approved")
    signed()
    text = page("/audit")
    assert Checkpoint.objects.latest("size").text.splitlines()[1] in words(text)
    for name, address in (("log.jsonl", "/api/v1/exports/log.jsonl"), ("checkpoint.txt", "/api/v1/audit/checkpoint"),
                          ("verify_log.py", "/audit/verify_log.py")):  # fmt: skip
        assert f"http://testserver{address}" in text
        response = Client().get(address)
        content = response.getvalue() if response.streaming else response.content
        (tmp_path / name).write_bytes(content)
    assert sha256((tmp_path / "verify_log.py").read_bytes()).hexdigest() in text
    command = "python3 -I verify_log.py log.jsonl --checkpoint checkpoint.txt"
    assert command in words(text)
    run = subprocess.run([sys.executable, *command.split()[1:]], cwd=tmp_path, capture_output=True, text=True, env={})
    assert (run.returncode, "verified" in run.stdout) == (0, True), run.stdout + run.stderr
    (tmp_path / "log.jsonl").write_text((tmp_path / "log.jsonl").read_text().replace("16.1", "16.2"))
    again = subprocess.run([sys.executable, *command.split()[1:]], cwd=tmp_path, capture_output=True, text=True, env={})
    assert again.returncode == 1


def test_every_export_is_there_in_every_form_at_the_moment_of_the_page() -> None:
    moment = wire(timezone.now() - timedelta(milliseconds=1)).replace("+", "%2B")
    found = links(page(f"/audit?known_at={moment}"))
    for name in EXPORTS:
        for form in ("csv", "xlsx", "json", "codebook.csv"):
            assert any(one.startswith(f"/api/v1/exports/{name}.{form}?known_at=") for one in found), (name, form)


def test_the_checkpoint_and_the_reports_are_those_of_the_moment() -> None:
    builders.an_update("approved")
    publish()
    signed()
    before = wire(Checkpoint.objects.latest("size").at - timedelta(hours=1)).replace("+", "%2B")
    said = words(page(f"/audit?known_at={before}"))
    assert "There is no checkpoint yet" in said and "No report was published yet." in said
    now = words(page("/audit"))
    assert "There is no checkpoint yet" not in now and "FY2020-1" in now


def test_the_end_of_the_log_is_the_callers_to_see() -> None:
    builders.an_update("submitted")
    signed()
    auditor = Client()
    auditor.force_login(builders.Person.objects.get(username="auditor"))
    listed = words(auditor.get("/audit", headers={"Accept-Language": "en"}).content.decode())
    assert "Update Submit" in listed or "Progress update Submit" in listed
    assert "Submit" not in words(page("/audit"))
