"""Proposes the elements and measures of a policy document from its plain text, prints them, and confirms them."""

import json
from argparse import ArgumentParser
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from measures.errors import Refusal
from measures.models import Document, Person, Proposal
from measures.operations import proposals
from measures.queries import people
from measures.queries import proposals as queries
from measures.rules import outlines
from measures.rules.days import day_of
from measures.rules.outlines import texts
from measures.rules.outlines.kinds import REASONS
from measures.rules.proposals.problems import problems
from measures.rules.roles import Actor
from measures.vocabulary import Scope, TextEncoding

LONGEST_SHOWN = 60
HEAD = ("code", "title", "title-en", "issuer", "issuer-en")
LEAD_REASON = "The lead of all measures of the document, by whoever imported it"


class Command(BaseCommand):
    help = "Proposes the elements and measures of a policy document from a text file, and confirms them if told to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--encoding", choices=TextEncoding.values, default=TextEncoding.UTF_8)
        for name in HEAD:
            parser.add_argument(f"--{name}", default="")
        parser.add_argument("--issued-on", type=date.fromisoformat, help="YYYY-MM-DD, where the text does not say it")
        parser.add_argument("--replaces", default="", help="the code of the document that this is another version of")
        parser.add_argument("--lead", default="", help="the ministry that leads all measures")
        parser.add_argument("--english", type=Path, help='a JSON file: {"S2-1-01": "title", ...} by elements')
        parser.add_argument("--as", dest="username", default="", help="the coordinator; without one it only prints")
        parser.add_argument("--confirm", default="", metavar="REASON", help="makes the document, for this reason")

    def handle(self, *args: Any, **options: Any) -> None:
        self._step(1, "reading")
        data = read(options["file"])
        text = text_of(options["file"], data, options["encoding"])
        self._step(2, "proposing")
        found = outlines.outline(text, most=texts.MOST_ELEMENTS)
        if len(found.elements) > texts.MOST_ELEMENTS:
            raise CommandError(texts.too_many_elements().detail)
        self._show(found)
        if not options["username"]:
            return
        try:
            with transaction.atomic():
                self._propose(text, sha256(data).hexdigest(), options)
        except Refusal as refusal:
            told = [f"{one.pointer}: {one.detail}" for one in refusal.problems] or [refusal.detail]
            raise CommandError("\n".join(told)) from None

    def _propose(self, text: str, file_sha256: str, options: dict[str, Any]) -> None:
        """The proposal, as the API would keep it, and the document if it is to be confirmed."""
        self._step(3, "keeping the proposal")
        call: dict[str, Any] = {"actor": _actor(options["username"]), "at": timezone.now()}
        head = {name.replace("-", "_"): options[name.replace("-", "_")] for name in HEAD}
        head["issued_on"] = options["issued_on"]
        replaces = _document(options["replaces"]) if options["replaces"] else None
        made = proposals.propose(text=text, file_sha256=file_sha256, head=head, replaces=replaces, **call)
        edited = self._edited(made, options, call)
        self.stdout.write(f"proposal {made.pk}")
        facts = queries.facts(edited)
        missing = problems(facts, queries.known(facts, today=day_of(call["at"])))
        if options["confirm"]:
            self._step(4, "confirming")
            done = proposals.confirm(proposal_id=made.pk, version=None, reason=options["confirm"], **call)
            self.stdout.write(f"document {done.document}, {len(facts.tracked)} measures")
        for problem in () if options["confirm"] else missing:
            self.stdout.write(f"{problem.pointer}: {problem.detail}")

    def _edited(self, made: Proposal, options: dict[str, Any], call: dict[str, Any]) -> Proposal:
        english = json.loads(options["english"].read_text()) if options["english"] else {}
        lead = {"ministry": options["lead"], "valid_from": None, "basis": "assigned", "reason": LEAD_REASON}
        return proposals.edit(
            proposal_id=made.pk,
            version=None,
            head={"lead": {**lead, "element": None}} if options["lead"] else {},
            changes=[{"code": code, "measure": {"title_en": title}} for code, title in english.items()],
            dropped=[],
            noise={},
            takes_suggestions=made.replaces is not None,
            **call,
        )

    def _step(self, number: int, what: str) -> None:
        self.stderr.write(f"[{number}/4] {what}")

    def _show(self, found: outlines.Outline) -> None:
        depths: dict[str | None, int] = {None: -1}
        for one in found.elements:
            depths[one.code] = depths[one.parent] + 1
            mark = "" if one.is_sure else " ?"
            lines = f"{one.first_line}-{one.last_line}" if one.last_line > one.first_line else str(one.first_line)
            told = f"{one.marker}{one.text}"
            short = told if len(told) <= LONGEST_SHOWN else f"{told[:LONGEST_SHOWN]}…"
            self.stdout.write(f"{'  ' * depths[one.code]}{one.code} [{lines}] {one.kind}{mark}: {short} ({one.rule})")
        for number, rule in found.noise.items():
            self.stdout.write(f"[{number}] {REASONS[rule]}")
        measures = sum(one.kind in outlines.TRACKED for one in found.elements)
        unsure = sum(not one.is_sure for one in found.elements)
        self.stdout.write(
            f"{len(found.elements)} elements, {measures} measures among them; {unsure} to be looked at (?)"
        )


def read(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > texts.MOST_BYTES:
        raise CommandError(f"{path} is larger than {texts.MOST_BYTES} bytes.")
    return data


def text_of(path: Path, data: bytes, encoding: str) -> str:
    """The text of a file; CommandError when it is none that a document is made of."""
    try:
        text = texts.decoded(data, encoding)
    except texts.NotText as error:
        raise CommandError(f"{path}: {error}") from None
    if problems := list(texts.wrong(text)):
        raise CommandError(f"{path}: {' '.join(problem.detail for problem in problems)}")
    return text


def _actor(username: str) -> Actor:
    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no account '{username}'.")
    today = day_of(timezone.now())
    return people.actor(person_id=person.pk, scopes=Scope.values, on=today, request_id="import_document")


def _document(code: str) -> Document:
    found = Document.objects.filter(code=code).first()
    if found is None:
        raise CommandError(f"There is no document '{code}'.")
    return found
