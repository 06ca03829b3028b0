"""Publishing the report of a cycle from the command line, where its PDF takes longer than a request may."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measures.errors import Refusal
from measures.exports.reports import files, pdf
from measures.models import Cycle, Person
from measures.operations import reports
from measures.operations.moments import day_of
from measures.queries import people
from measures.vocabulary import Scope


class Command(BaseCommand):
    help = "Publishes the report of a cycle, with its files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cycle", help="the cycle's code")
        parser.add_argument("--by", required=True, help="the user name of the coordinator who publishes it")
        parser.add_argument("--reason", default="", help="why there is a further version")
        parser.add_argument("--seconds", type=int, default=600, help="how long the PDF may take (600)")

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = Cycle.objects.filter(code=options["cycle"]).first()
        person = Person.objects.filter(username=options["by"], is_active=True).first()
        if cycle is None or person is None:
            raise CommandError(f"There is no {'cycle' if cycle is None else 'open account'} like that.")
        at = timezone.now()
        actor = people.actor(person_id=person.pk, scopes=Scope.values, on=day_of(at), request_id="")
        try:
            drawn = reports.draw_up(cycle=cycle, reason=options["reason"], known_at=None, actor=actor, at=at)
            made = [reports.Made(*one) for one in files.made(drawn.said, drawn.text, seconds=options["seconds"])]
            report = reports.publish(drawn=drawn, files=made, actor=actor, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(" ".join([refusal.detail, *(one.detail for one in refusal.problems)])) from None
        except pdf.NotTypeset as error:
            raise CommandError(f"The PDF could not be made: {error}.") from None
        self.stdout.write(f"{report.code} sha256 {report.sha256}")
