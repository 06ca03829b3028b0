"""Every example of the document is sent as it stands there, and answered as it says.

RECORD_EXAMPLES=1 writes the answers anew, for when they are meant to have changed: look at what git shows then.
"""

import json
import os
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from django.http import HttpResponse
from django.utils import timezone

from measures.api.imports.files import XLSX
from measures.api.openapi import examples
from measures.api.openapi.examples import EXAMPLES, REFUSED, WRITES, Example
from measures.api.openapi.operations import OPERATIONS
from tests.openapi import documented, stages
from tests.openapi.playing import Played

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded", "every_stage_cleared")]

RECORD = os.environ.get("RECORD_EXAMPLES") == "1"
# What differs each time, and what stands for it in the document.
SAME = {
    "id": 42,
    "update": 42,
    "supersedes": 41,
    "revision": 1,
    "request_id": "5f0c2c9d1a7b4e36",
    "effective_on": "2026-11-25",
    "next": "WyJqcG8iXQ:0d7mKq1kMi2gZ0C4b0yO5xq1sQm9cJ2u8Vw3tYh6eRs",
    "token": "0123456789abcdef.-the-secret-part-of-a-token-is-43-characters-",
}
NUMBERED = re.compile(r"^[0-9]+,", re.MULTILINE)
OF_UPDATE = re.compile(r",[0-9]+,,file")
NUMBER_AT_THE_END = re.compile(r"/[0-9]+$")
STAMPED = re.compile(r"20[0-9-]{8}T[0-9:.]{15}\+09:00")
# Keys and signatures are new each time.
KEYED = re.compile(r"\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}")
KEY = "+01234567+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
NOTED = re.compile(r"at 20[0-9-]{8}T[0-9:.]{15}Z(\\n|\n)(\\n|\n)— ([^ ]+) [A-Za-z0-9+/]{91}=")
NOTE = r"at 2026-11-23T06:04:05.123456Z\1\2— \3 ASNFZ+a+signature+of+the+key+above"
SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
INSTANT = "2026-11-23T15:04:05.123456+09:00"
MOMENT = re.compile(r"in \d+ s, at [0-9T:+-]+")


@pytest.fixture
def every_stage_cleared(settings: Any) -> Iterator[None]:
    """`settings` puts back what a stage changed there."""
    settings.LIMITS = dict(settings.LIMITS)
    yield
    stages.clear()


def test_each_operation_has_an_example_and_each_status_one_of_its_refusal() -> None:
    left_out = {"compare_report", "get_openapi", "get_report_file", "show_docs"}
    assert {one.operation for one in EXAMPLES} == {one.id for one in OPERATIONS.values()} - left_out
    assert {one.status for one in REFUSED} == set(documented.examples_by_status())
    assert len({one.name for one in EXAMPLES}) == len(EXAMPLES)
    assert set(stages.STAGES) <= {one.name for one in EXAMPLES}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_it_is_answered_with_its_status_and_the_recorded_answer(example: Example) -> None:
    # An address that takes no DELETE is no operation, so it is written here.
    response = whole(Played(example).send(method="DELETE" if example.status == 405 else ""))
    assert response.status_code == example.status, response.content[:400]
    if example.status not in (405, 500):
        documented.conform(example.operation, response)
    if response.status_code == 204:
        return
    answer = settled_answer(response)
    if RECORD:
        recorded(example.name, answer)
    assert examples.answers().get(example.name) == answer


@pytest.mark.parametrize("example", WRITES, ids=lambda one: one.name)
def test_its_body_is_what_the_document_says_it_takes(example: Example) -> None:
    if example.body is None:
        return
    media = documented.operations()[example.operation]["requestBody"]["content"]["application/json"]
    assert documented.wrong(media["schema"], example.body) == []
    assert media["examples"][example.name]["value"] == example.body


def whole(response: Any) -> HttpResponse:
    """An answer with all of what was streamed."""
    content = response.getvalue() if response.streaming else response.content
    return HttpResponse(content, status=response.status_code, headers=dict(response.headers))


def settled_answer(response: HttpResponse) -> Any:
    kind = response["Content-Type"]
    if kind == XLSX:
        return ", ".join(openpyxl.load_workbook(BytesIO(response.content)).sheetnames)
    if kind == "application/zip":
        return ", ".join(ZipFile(BytesIO(response.content)).namelist())
    if kind.startswith(("application/json", "application/problem+json")):
        return settled(json.loads(response.content))
    return settled_rows(response)


def settled(value: Any, name: str = "") -> Any:
    """An answer with the same numbers, days, instants and tokens each time."""
    if isinstance(value, dict):
        if "files" in value:
            # What a report says of itself: its hash and length follow from the moment.
            value = {
                **value,
                "sha256": SHA256,
                "files": [{**one, "size": 42, "sha256": SHA256} for one in value["files"]],
            }
        return {key: settled(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [settled(one, name) for one in value]
    if isinstance(value, str) and (name.endswith(("_at", "checkpoint")) or name in ("at", "as_of", "since", "vkey")):
        return INSTANT if STAMPED.fullmatch(value) else settled_note(value)
    if value == timezone.localdate().isoformat():
        return INSTANT[:10]
    if name == "link":
        return NUMBER_AT_THE_END.sub("/42", value)
    if name == "id" and isinstance(value, str):
        return "0123456789abcdef"
    if name == "detail":
        return MOMENT.sub(f"in 60 s, at {INSTANT[:19]}+09:00", value)
    return SAME[name] if name in SAME and type(value) is type(SAME[name]) else value


def settled_rows(response: HttpResponse) -> str:
    return settled_note(
        STAMPED.sub(INSTANT, NUMBERED.sub("42,", OF_UPDATE.sub(",42,,file", response.content.decode())))
    )


def settled_note(text: str) -> str:
    return NOTED.sub(NOTE, KEYED.sub(KEY, text))


def recorded(name: str, answer: Any) -> None:
    kept = {**(json.loads(examples.ANSWERS.read_text()) if examples.ANSWERS.exists() else {}), name: answer}
    kept = {one.name: kept[one.name] for one in EXAMPLES if one.name in kept}
    examples.ANSWERS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    examples.answers.cache_clear()
