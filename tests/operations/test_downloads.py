"""Who downloaded what is itself in the log."""

import json

import pytest

from measures.models import Event, Person
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def downloads() -> list[tuple[int | None, str, str]]:
    events = Event.objects.filter(verb="download").order_by("pk")
    return [(one.actor_id, one.subject_code, json.loads(one.body)["after"]["query"]) for one in events]


def test_each_file_that_is_taken_leaves_who_took_it_and_what_was_asked_for() -> None:
    auditor = Person.objects.get(username="auditor").pk
    list(builders.client("auditor").get(f"{wire.BASE}/exports/updates.csv?state=approved").streaming_content)
    list(builders.client().get(f"{wire.BASE}/exports/kpis.csv").streaming_content)
    assert downloads() == [(auditor, "updates.csv", "state=approved"), (None, "kpis.csv", "")]
    assert set(Event.objects.filter(verb="download").values_list("audience", flat=True)) == {"restricted"}


def test_what_is_only_looked_at_or_refused_leaves_nothing() -> None:
    builders.client().head(f"{wire.BASE}/exports/kpis.csv")
    builders.client().get(f"{wire.BASE}/exports/kpis.csv?ratings=A")
    builders.client().get(f"{wire.BASE}/kpis")
    assert downloads() == []
