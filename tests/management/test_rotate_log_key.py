"""`rotate_log_key`: prints the new public key, which signs from then on; says in a sentence where none can be made."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from measures.audit.checkpoints import is_signed
from measures.models import Event, LogKey
from measures.operations import checkpoints
from tests.operations.logs import seal_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_tables")]


def run() -> str:
    out = StringIO()
    call_command("rotate_log_key", stdout=out)
    return out.getvalue().strip()


def test_it_prints_the_public_key_that_signs_from_now_on() -> None:
    printed = run()
    assert LogKey.objects.get().vkey == printed
    assert Event.objects.get().verb == "rotate"
    seal_all()
    made = checkpoints.checkpoint(at=timezone.now())
    assert made and is_signed(made.text, printed)


def test_a_folder_where_no_key_can_be_made_is_said_in_a_sentence_and_changes_nothing(
    settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    settings.LOG_KEY_DIR = tmp_path / "file"
    with pytest.raises(CommandError, match="set LOG_KEY_DIR"):
        run()
    assert not LogKey.objects.exists() and not Event.objects.exists()
