"""The day of the README, by curl, as it is printed there; and whether what it claims of the answers is true."""

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management.color import no_style
from django.db import connection

from measures.models import ProgressUpdate
from tests.journeys.service import database_url

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
HEADING = "## The day, by curl"
PRINTED_ADDRESS = "http://127.0.0.1:8000"
PRINTED_ETAG = '"the ETag of the last answer"'
AFTER_EACH = "\x1e"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
    pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed"),
]


@dataclass(frozen=True)
class Command:
    """One command, which may go over several lines, and the claim in the comment behind it, if there is one."""

    text: str
    claim: str


def commands(readme: str) -> list[Command]:
    """Those of the indented lines under the heading, in their order."""
    section = readme.split(f"\n{HEADING}\n")[1].partition("\n## ")[0]
    found, lines = [], ""
    for line in section.splitlines():
        if line.startswith("    "):
            lines += line.removeprefix("    ") + "\n"
            if is_whole(lines):
                claim = re.search(r"\s{2,}# (.+)\n$", lines)
                found.append(Command(lines, claim[1] if claim else ""))
                lines = ""
    assert lines == "", lines
    return found


def is_whole(text: str) -> bool:
    """Whether no quotation is open at its end and no line is to follow."""
    try:
        shlex.split(text.removesuffix("\n"), comments=True)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Terminal:
    """Where one types the commands: in a folder with a `dev` that knows the tests' database."""

    folder: Path
    served: str

    def answers(self, typed: list[str]) -> list[str]:
        """What each command printed; one that fails stops the rest."""
        printed = "".join(f"{text}printf '{AFTER_EACH}'\n" for text in typed)
        done = subprocess.run(
            ["bash", "-e", "-c", printed.replace(PRINTED_ADDRESS, self.served)],
            cwd=self.folder,
            env={**os.environ, "DATABASE_URL": database_url()},
            capture_output=True,
        )
        answers = done.stdout.decode().split(AFTER_EACH)
        assert (done.returncode, answers.pop()) == (0, ""), done.stderr.decode()
        return answers


@pytest.fixture
def terminal(tmp_path: Path, served: str, shipped: None) -> Terminal:
    """On a fresh database, as the README says: the numbers of reports begin anew."""
    dev = tmp_path / "dev"
    given = shlex.join([sys.executable, str(ROOT / "manage.py")])
    dev.write_text(f'#!/bin/sh\n[ "$1" = manage ] && shift && exec {given} "$@"\n')
    dev.chmod(0o755)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [ProgressUpdate]):
            cursor.execute(statement)
    return Terminal(tmp_path, served)


def the_measures(answer: str, number: str) -> bool:
    page = json.loads(answer)
    return len(page["items"]) == page["total"] == int(number)


def the_share(answer: str, baseline: str, target: str, year: str) -> bool:
    standing = json.loads(answer)["standing"]
    return (standing["baseline"], standing["target"], standing["met_on"]["year"]) == (baseline, target, int(year))


def the_licences(answer: str, percent: str, baseline: str, target: str, progress: str) -> bool:
    standing, was, aim = json.loads(answer)["standing"], baseline.replace(",", ""), target.replace(",", "")
    found = (standing["baseline"], standing["target"], standing["progress"])
    return found == (was, aim, progress) and int(aim) * 100 == int(was) * (100 + int(percent))


def the_refusal(answer: str, status: str) -> bool:
    problem = json.loads(answer)
    return problem["status"] == int(status) and "scope" in problem["detail"] and "duty" in problem["detail"]


def one_in_progress(answer: str) -> bool:
    return json.loads(answer)["measures"]["by_status"].get("in_progress") == 1


def the_value(answer: str) -> bool:
    rows = csv.DictReader(io.StringIO(answer.removeprefix("\ufeff")))
    return [(row["value"], row["source_title"]) for row in rows] == [VALUE]


def the_status(answer: str, status: str) -> bool:
    return answer.startswith(f"HTTP/1.1 {status} ")


VALUE = ("17.9", "デモ：実在しない値 (demo, not a real figure)")
CHECKS: dict[str, Callable[..., bool]] = {
    r"(\d+) measures": the_measures,
    r"from ([\d.]+) % to ([\d.]+) %, met since (\d{4})": the_share,
    r"\+(\d+) % on ([\d,]+) is ([\d,]+); progress ([\d.]+)": the_licences,
    r"(\d{3}): her token lacks the scope, and she the duty": the_refusal,
    r"one measure in progress": one_in_progress,
    r"the value, with its source": the_value,
    r"(\d{3}) until something changes": the_status,
}


def holds(claim: str, answer: str) -> bool:
    """Whether the answer is what the claim says; a claim that nothing checks does not hold."""
    for pattern, check in CHECKS.items():
        if said := re.fullmatch(pattern, claim):
            return check(answer, *said.groups())
    return False


def played(readme: str, terminal: Terminal) -> list[tuple[Command, str]]:
    """The commands with their answers, the last one with its ETag filled in."""
    typed = commands(readme)
    answers = terminal.answers([command.text for command in typed])
    # As printed, the last command shows which ETag it waits for.
    asked, (etag,) = typed[-1].text, re.findall(r"^etag: (.+?)\r$", answers[-1], re.MULTILINE | re.IGNORECASE)
    assert PRINTED_ETAG in asked and the_status(answers[-1], "200")
    answers[-1] = terminal.answers([typed[0].text, asked.replace(PRINTED_ETAG, etag)])[-1]
    return list(zip(typed, answers, strict=True))


def claimed(day: list[tuple[Command, str]]) -> list[tuple[str, str]]:
    return [(command.claim, answer) for command, answer in day if command.claim]


def untrue(day: list[tuple[Command, str]]) -> list[str]:
    return [claim for claim, answer in claimed(day) if not holds(claim, answer)]


def test_what_the_readme_claims_of_each_answer_is_true(terminal: Terminal) -> None:
    day = played(README, terminal)
    assert untrue(day) == []
    assert len(claimed(day)) == len(CHECKS)
    drafted, submitted, approved = (json.loads(answer) for command, answer in day if answer and not command.claim)
    assert (drafted["id"], drafted["version"], drafted["state"]) == (1, 1, "draft")
    may = {action["verb"]: action["reason"] for action in drafted["actions"]}
    assert may["submit"] is None and may["approve"]
    assert (submitted["state"], approved["state"]) == ("submitted", "approved")
    print(f"README: {len(day)} commands, {len(CHECKS)} claims, all true")


def test_no_claim_is_true_with_another_figure_or_in_other_words(terminal: Terminal) -> None:
    day = claimed(played(README, terminal))
    for claim, answer in day:
        for digit in re.finditer(r"\d", claim):
            other = str((int(digit[0]) + 1) % 10)
            assert not holds(claim[: digit.start()] + other + claim[digit.end() :], answer), (claim, digit)
        assert not holds(claim.replace("one measure", "two measures") + " or so", answer)


def test_claims_are_not_true_of_a_day_without_the_approval(terminal: Terminal) -> None:
    assert README.count('approve" -H "$approver"') == 1
    day = played(README.replace('approve" -H "$approver"', 'approve" -H "$officer"'), terminal)
    assert untrue(day) == ["one measure in progress", "the value, with its source"]


def test_a_command_that_fails_stops_the_day(terminal: Terminal) -> None:
    with pytest.raises(AssertionError, match="no active person"):
        played(README.replace("issue_token officer.jpo", "issue_token officer.nobody"), terminal)
