"""Whom a command is about."""

from django.core.management.base import CommandError

from measures.models import Person


def account(username: str) -> Person:
    """The person of that name, whether their account is open or not; CommandError when there is none."""
    person = Person.objects.filter(username=username).first()
    if person is None:
        raise CommandError(f"There is no person '{username}'.")
    return person
