"""`rebuild_standings`: finds a wrong standing, names it, and mends it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from measures.models import Event, KpiStanding, MeasureStanding
from measures.operations import standings
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

STANDINGS = (
    (KpiStanding, {"kpi__code": "sme-patent-share"}, "kpi sme-patent-share: "),
    (MeasureStanding, {"measure__code": builders.SME}, f"measure {builders.SME}: "),
)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("rebuild_standings", *arguments, stdout=out)
    return out.getvalue()


def test_the_standings_as_loaded_and_after_an_approval_are_right() -> None:
    assert run("--check") == "0 figures differed.\n"
    builders.an_update(at_status="approved")
    assert run("--check") == "0 figures differed.\n"


@pytest.mark.parametrize(
    ("model", "whose", "named", "wrong"),
    [
        (*STANDINGS[0], {"progress": "0.5"}),
        (*STANDINGS[0], {"state": "behind", "rating": "B"}),
        (*STANDINGS[1], {"ratable": 1}),
        (*STANDINGS[1], {"divergent": True}),
    ],
)
def test_a_wrong_standing_is_named_and_mended(model: type, whose: dict, named: str, wrong: dict) -> None:
    names = [one.name for one in model._meta.concrete_fields if one.name != "updated_at"]
    right = model.objects.filter(**whose).values(*names).get()
    model.objects.filter(**whose).update(**wrong, updated_at=timezone.now())
    out = StringIO()
    with pytest.raises(CommandError, match=f"^{len(wrong)} figures were not what they should be; they are now"):
        call_command("rebuild_standings", "--check", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == len(wrong)
    for name, line in zip(sorted(wrong), sorted(lines), strict=True):
        assert line.startswith(f"{named}{name} was ")
    assert model.objects.filter(**whose).values(*names).get() == right
    assert run("--check") == "0 figures differed.\n"


def test_standings_are_rebuilt_some_at_a_time_and_none_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standings, "AT_ONCE", 7)
    KpiStanding.objects.update(rule="wrong", updated_at=timezone.now())
    MeasureStanding.objects.update(rule="wrong", updated_at=timezone.now())
    assert run().endswith(f"{KpiStanding.objects.count() + MeasureStanding.objects.count()} figures differed.\n")
    assert run("--check") == "0 figures differed.\n"


def test_a_missing_standing_is_made_again() -> None:
    KpiStanding.objects.filter(kpi__code="sme-patent-share").delete()
    assert "kpi sme-patent-share: value was None, is Decimal('14.9')" in run()
    assert run("--check") == "0 figures differed.\n"


def test_what_was_mended_is_told_to_who_asks_whether_it_changed_and_nothing_else_is() -> None:
    ask = builders.client().get
    paths = [f"{wire.BASE}{path}" for path in ("/kpis", "/kpis/sme-patent-share", "/kpis/ura-headcount")]
    wrong = {"progress": "0.5", "updated_at": timezone.now()}
    KpiStanding.objects.filter(kpi__code="sme-patent-share").update(**wrong)
    tags = [ask(path)["ETag"] for path in paths]
    run()
    answers = [ask(path, headers={"If-None-Match": tag}) for path, tag in zip(paths, tags, strict=True)]
    assert [answer.status_code for answer in answers] == [200, 200, 304]
    assert answers[1].json()["standing"]["progress"] != "0.500000"
    event = Event.objects.latest("pk")
    assert (event.verb, event.audience) == ("rebuild", "public")
    run()
    assert Event.objects.latest("pk") == event
