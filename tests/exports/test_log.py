"""The exported log, checked line by line by a small verifier of the test's own."""

import json
import subprocess
import sys
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError, connection
from django.utils import timezone

from measures.audit import verify_log
from measures.exports import log
from measures.models import Checkpoint, Event, LogKey
from measures.operations import checkpoints
from measures.vocabulary import Audience
from tests import builders
from tests.api import wire
from tests.audit import trees
from tests.operations.logs import seal_here, unguarded, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

PATH = f"{wire.BASE}/exports/log.jsonl"


def exported(username: str | None = None, *scopes: str) -> list[dict[str, Any]]:
    response = builders.client(username, *scopes).get(PATH)
    assert (response.status_code, response["Content-Type"]) == (200, "text/jsonl; charset=utf-8")
    text = b"".join(response.streaming_content).decode()
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def verify(lines: list[dict[str, Any]]) -> int:
    """The size of a log that is whole; AssertionError for one that is not."""
    head, *rest = lines
    size = head["size"]
    assert head["log"] == "measure-tracker/1" and rest[-1] == {"end": size}
    events, rest = rest[:size], rest[size:-1]
    assert [one.get("position") for one in events] == list(range(1, size + 1))
    leaves = [bytes.fromhex(one["leaf"]) for one in events]
    for one, leaf in zip(events, leaves, strict=True):
        assert set(one) - {"body"} == {"position", "event", "leaf"}
        assert "body" not in one or sha256(b"\0" + one["body"].encode()).digest() == leaf
    nodes = [one for one in rest if "level" in one]
    expected, level = [], leaves
    for height in range(1, size.bit_length()):
        level = [trees.pair(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        expected += [{"level": height, "index": at, "hash": one.hex()} for at, one in enumerate(level)]
    assert nodes == expected
    notes = [one["checkpoint"] for one in rest[len(nodes) :]]
    sizes = [verified(note, head, leaves) for note in notes]
    assert sizes == sorted(set(sizes)) and sizes[-1] == size
    return int(size)


def verified(note: str, head: dict[str, Any], leaves: list[bytes]) -> int:
    body, _, signature = note.rpartition("\n\n")
    origin, size, root, *_ = body.splitlines()
    assert origin == head["origin"]
    assert b64decode(root) == trees.head(leaves[: int(size)])
    assert any(is_signed(body, signature, vkey) for vkey in head["keys"])
    return int(size)


def is_signed(body: str, line: str, vkey: str) -> bool:
    key, signature = b64decode(vkey.split("+", 2)[2]), b64decode(line.split(" ")[2])
    try:
        Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], f"{body}\n".encode())
    except InvalidSignature:
        return False
    return True


def signed() -> int:
    seal_here()
    made = checkpoints.checkpoint(at=timezone.now())
    assert made
    return made.size


def test_the_log_is_whole_up_to_a_checkpoint_made_now_with_all_those_before_200() -> None:
    builders.an_update(at_status="approved")
    sizes = [signed()]
    checkpoints.rotate_key(at=timezone.now())
    for number in range(7):
        write(str(number))
    sizes.append(signed())
    write("last")
    seal_here()
    lines = exported("auditor")
    assert verify(lines) == sizes[-1] + 1
    assert [int(one["checkpoint"].splitlines()[1]) for one in lines if "checkpoint" in one] == [*sizes, sizes[-1] + 1]
    assert lines[0]["keys"] == list(LogKey.objects.order_by("id").values_list("vkey", flat=True))
    assert len(lines[0]["keys"]) == 2
    # What the auditor may not see is nothing at all; a ministry's events are among it.
    assert all("body" in one for one in lines if "position" in one)


@pytest.mark.parametrize("chunk", [1, 2, 3, 1000])
def test_it_is_the_same_in_chunks_of_any_size(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        write(str(number))
        signed()
    whole = exported()
    monkeypatch.setattr(log, "ROWS_A_CHUNK", chunk)
    assert exported() == whole
    assert verify(whole)


def test_the_bodies_are_those_of_the_readers_audience_and_the_log_is_whole_without_the_rest() -> None:
    builders.an_update(at_status="submitted")
    write(audience=Audience.RESTRICTED)
    signed()
    seen = {}
    for username in (None, "officer.jpo", "officer.meti", "auditor", "administrator"):
        lines = exported(username)
        verify(lines)
        bodies = [json.loads(one["body"]) for one in lines if "body" in one]
        seen[username] = {body["audience"] for body in bodies}
        assert all(body["ministry"] in (None, "jpo") for body in bodies)
    assert seen == {
        None: {"public"},
        "officer.jpo": {"public", "ministry"},
        "officer.meti": {"public"},
        "auditor": {"public", "ministry", "restricted"},
        "administrator": {"public", "restricted"},
    }
    assert "restricted" not in {
        json.loads(one["body"])["audience"] for one in exported("auditor", "read") if "body" in one
    }


TAMPERING = [
    "DELETE FROM measures_sealedevent WHERE position = 3",
    "UPDATE measures_sealedevent SET position = position + 100 WHERE position > 3",
    "UPDATE measures_treenode SET hash = sha256('x') WHERE level = 0 AND index = 2",
    "UPDATE measures_treenode SET hash = sha256('x') WHERE level = 2 AND index = 0",
    "DELETE FROM measures_treenode WHERE level = 1",
    "UPDATE measures_event SET body = body || ' ' WHERE id = (SELECT max(id) FROM measures_event)",
    "UPDATE measures_checkpoint SET text = replace(text, 'measure-tracker', 'measure-hacker')",
    "DELETE FROM measures_checkpoint",
]


@pytest.mark.parametrize("statement", TAMPERING)
def test_what_was_changed_behind_the_triggers_shows_in_the_export(statement: str) -> None:
    """The check above can fail."""
    for number in range(5):
        write(str(number))
    size = signed()
    with unguarded() as cursor:
        cursor.execute(statement)
    lines = [json.loads(line) for chunk in log.stream(size=size, origin="measure-tracker", sees=lambda *_: True)
             for line in chunk.splitlines()]  # fmt: skip
    with pytest.raises((AssertionError, ValueError, IndexError)):
        verify(lines)


def test_the_offline_verifier_is_satisfied_and_with_a_changed_word_it_is_not(tmp_path: Path) -> None:
    builders.an_update(at_status="approved")
    signed()
    kept, key = Checkpoint.objects.get().text, LogKey.objects.get().vkey
    write("later")
    seal_here()
    text = b"".join(builders.client("auditor").get(PATH).streaming_content)
    (tmp_path / "kept").write_text(kept)
    assert offline(tmp_path, text, key).returncode == 0
    assert offline(tmp_path, text.replace(b"approve", b"approva"), key).returncode == 1
    assert offline(tmp_path, text[: text.rindex(b'{"end"')], key).returncode != 0


def offline(folder: Path, text: bytes, key: str) -> subprocess.CompletedProcess[bytes]:
    (folder / "log.jsonl").write_bytes(text)
    given = [folder / "log.jsonl", "--checkpoint", folder / "kept", "--key", key]
    return subprocess.run([sys.executable, "-I", verify_log.__file__, *given], capture_output=True)


def test_a_log_that_breaks_off_has_no_end(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    write()
    signed()

    def broken(*args: Any) -> Any:
        raise DatabaseError("planted")

    monkeypatch.setattr(log, "_nodes", broken)
    lines = exported()
    assert lines and "end" not in lines[-1]
    assert "broke off" in caplog.text


def test_an_empty_log_is_not_exported_409(empty_tables: None) -> None:
    wire.problem(builders.client().get(PATH), 409, "not-sealed")


def test_where_nothing_can_be_signed_now_it_ends_with_the_checkpoint_there_is(settings: Any, tmp_path: Path) -> None:
    size = signed()
    write()
    seal_here()
    settings.LOG_KEY_DIR = tmp_path
    assert verify(exported()) == size
    # What was written, and that the log was taken.
    assert Event.objects.count() == size + 2


def test_a_parameter_is_refused_400() -> None:
    body = wire.problem(builders.client().get(f"{PATH}?limit=1"), 400, "invalid")
    assert wire.places(body) == [("limit", "unknown-parameter")]


def test_no_chunk_holds_more_than_a_thousand_events(django_assert_max_num_queries: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO measures_event (at, verb, subject_type, subject_code, body, leaf_hash, request_id, audience,"
            " xid, cluster) SELECT now(), 'edit', 'measure', n::text, n::text, sha256('\\x00'::bytea ||"
            " convert_to(n::text, 'UTF8')), '', 'public', 0, 0 FROM generate_series(1, 5000) AS n"
        )
    size = signed()
    with django_assert_max_num_queries(30):
        chunks = list(log.stream(size=size, origin="measure-tracker", sees=lambda *_: True))
    assert max(chunk.count(b"\n") for chunk in chunks) == 1000
    assert verify([json.loads(line) for chunk in chunks for line in chunk.splitlines()]) == size
