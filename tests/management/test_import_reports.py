"""The command imports as the API does: a dry run, and drafts when asked."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from measures.models import Import, ProgressUpdate
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def run(path: Path, *options: str) -> str:
    said = StringIO()
    call_command("import_reports", str(path), "--as", "officer.jpo", *options, stdout=said, stderr=StringIO())
    return said.getvalue()


def test_it_checks_and_makes_drafts_only_when_asked(tmp_path: Path) -> None:
    builders.an_open_cycle()
    path = tmp_path / "values.csv"
    path.write_bytes(builders.a_table())
    assert "draft, 1 values" in run(path)
    assert not ProgressUpdate.objects.exists()
    assert run(path, "--commit").endswith("committed\n")
    assert ProgressUpdate.objects.get().author.username == "officer.jpo"
    run(path, "--commit")
    assert (Import.objects.count(), ProgressUpdate.objects.count()) == (1, 1)


def test_what_is_wrong_is_said_by_cell_and_nothing_is_changed(tmp_path: Path) -> None:
    builders.an_open_cycle()
    path = tmp_path / "values.csv"
    path.write_bytes(builders.a_table(value="many"))
    said = StringIO()
    with pytest.raises(CommandError, match="1 problems, nothing was changed"):
        call_command("import_reports", str(path), "--as", "officer.jpo", "--commit", stdout=said, stderr=StringIO())
    assert said.getvalue().startswith("D2: 'many' is no number")
    assert not ProgressUpdate.objects.exists()


@pytest.mark.parametrize(("who", "said"), [("approver.jpo", "no officer"), ("nobody", "no active person")])
def test_only_officers_import(who: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("import_reports", str(tmp_path / "x.csv"), "--as", who)
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "x.csv")
