"""Checkpoints of what is sealed: one for each size, signed by a published key, never of a log that was rewritten."""

from base64 import b64decode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from measures.audit.checkpoints import is_signed
from measures.audit.log_keys import LogKeyError
from measures.models import Checkpoint, Event, LogKey
from measures.operations import checkpoints
from measures.operations.checkpoints import LogBroken, checkpoint, checkpoint_when_due
from tests.audit import trees
from tests.operations.logs import in_threads, order, seal_all, unguarded, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_tables")]


@pytest.fixture(autouse=True)
def key_folder(settings: Any, tmp_path: Path) -> Path:
    settings.LOG_KEY_DIR = tmp_path / "keys"
    return tmp_path / "keys"


def sealed(number: int) -> None:
    for _ in range(number):
        write()
    seal_all()


def head() -> bytes:
    leaves = dict(Event.objects.values_list("id", "leaf_hash"))
    return trees.head([bytes(leaves[event]) for event in order()])


def test_a_checkpoint_signs_the_root_of_all_that_is_sealed_with_a_published_key() -> None:
    sealed(5)
    at = timezone.now()
    made = checkpoint(at=at)
    assert made and (made.size, bytes(made.root), made.at) == (5, head(), at)
    origin, size, root, when = made.text.splitlines()[:4]
    assert (origin, size, b64decode(root)) == ("measure-tracker", "5", head())
    assert when.startswith("at 20") and when.endswith("Z")
    key = LogKey.objects.get()
    assert is_signed(made.text, key.vkey)
    assert (key.since, key.since_size) == (at, 5)


def test_there_is_one_checkpoint_for_each_size() -> None:
    assert checkpoint(at=timezone.now()) is None
    sealed(2)
    first = checkpoint(at=timezone.now())
    assert checkpoint(at=timezone.now()) == first
    sealed(1)
    second = checkpoint(at=timezone.now())
    assert second and second.size == 3
    assert Checkpoint.objects.count() == 2


def test_those_who_sign_at_once_end_with_one_checkpoint_and_one_key() -> None:
    sealed(3)
    in_threads(*[lambda: checkpoint(at=timezone.now())] * 8)
    assert [one.size for one in Checkpoint.objects.all()] == [3]
    assert is_signed(Checkpoint.objects.get().text, LogKey.objects.get().vkey)


def test_a_busy_log_is_signed_once_a_minute_and_an_idle_one_at_once() -> None:
    sealed(1)
    at = timezone.now()
    sizes = []
    for seconds in (0, 30, 59, 60, 61, 200, 201):
        checkpoint_when_due(at=at + timedelta(seconds=seconds))
        sizes.append([one.size for one in Checkpoint.objects.order_by("size")])
        sealed(1)
    assert sizes == [[1], [1], [1], [1, 4], [1, 4], [1, 4, 6], [1, 4, 6]]


def test_after_rotation_the_new_key_signs_and_both_are_published() -> None:
    sealed(2)
    first = checkpoint(at=timezone.now())
    new = checkpoints.rotate_key(at=timezone.now())
    seal_all()
    second = checkpoint(at=timezone.now())
    old, published = LogKey.objects.order_by("id")
    assert published == new and new.since_size == 2
    assert first and is_signed(first.text, old.vkey) and not is_signed(first.text, new.vkey)
    assert second and is_signed(second.text, new.vkey) and not is_signed(second.text, old.vkey)
    assert new.vkey in Event.objects.get(verb="rotate").body


def test_a_key_that_is_lost_is_missed_and_not_silently_replaced(key_folder: Path) -> None:
    sealed(1)
    checkpoint(at=timezone.now())
    (key_folder / "log-key").unlink()
    sealed(1)
    with pytest.raises(LogKeyError, match="is missing, though the log was signed with it"):
        checkpoint(at=timezone.now())
    checkpoints.rotate_key(at=timezone.now())
    assert checkpoint(at=timezone.now()).size == 2


def test_a_key_that_is_there_before_the_log_signs_it(key_folder: Path) -> None:
    sealed(1)
    first = checkpoint(at=timezone.now())
    vkey = LogKey.objects.get().vkey
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE measures_checkpoint, measures_logkey, measures_report, measures_reportfile")
    again = checkpoint(at=timezone.now())
    assert first and again and is_signed(again.text, vkey)
    assert LogKey.objects.get().vkey == vkey


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE measures_treenode SET hash = sha256('x') WHERE level = 2",
        "UPDATE measures_treenode SET hash = sha256('x') WHERE level = 0 AND index = 4",
    ],
)
def test_a_tree_that_does_not_go_on_from_its_last_checkpoint_is_not_signed(tampering: str) -> None:
    sealed(5)
    checkpoint(at=timezone.now())
    with unguarded() as cursor:
        cursor.execute(tampering)
    sealed(1)
    with pytest.raises(LogBroken, match="not what its checkpoint of size 5 signed"):
        checkpoint(at=timezone.now())
    assert Checkpoint.objects.count() == 1
