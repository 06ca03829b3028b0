"""The command publishes what a request would, by a coordinator and with the same refusals."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from measures.models import Event, Report
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def publish(by: str = "coordinator", **options: str) -> str:
    out = StringIO()
    call_command("publish_report", "FY2020", by=by, stdout=out, **options)
    return out.getvalue()


def test_it_publishes_with_its_files_and_says_the_sha256() -> None:
    builders.an_update("approved")
    said = publish()
    report = Report.objects.get()
    assert said == f"FY2020-1 sha256 {report.sha256}\n"
    assert sorted(one.name for one in report.files.all()) == ["report.pdf", "report.xlsx"]
    assert Event.objects.latest("pk").actor == report.published_by


@pytest.mark.parametrize(
    ("by", "said"), [("officer.jpo", "coordinator"), ("nobody", "no open account"), ("coordinator", "never open")]
)
def test_it_refuses_with_the_reason(by: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        publish(by)
    assert not Report.objects.exists()
