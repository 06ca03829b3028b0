"""What holds on a day, of rows that are valid from a day on, until another or without an end."""

from datetime import date

from django.db.models import Q


def on_day(day: date) -> Q:
    """Duties and assignments that hold on `day`; `valid_to` is the first day on which one does not."""
    return Q(valid_to=None, valid_from__lte=day) | Q(valid_to__gt=day, valid_from__lte=day)
