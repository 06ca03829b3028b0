"""Checkpoints, keys and proofs over HTTP, verified here by the steps of RFC 9162 and by nothing of the service."""

from base64 import b64decode
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils import timezone

from measures.models import Checkpoint, Event
from measures.operations import checkpoints
from measures.queries import log
from measures.vocabulary import Audience
from tests import builders
from tests.api import wire
from tests.audit import trees
from tests.operations.logs import seal_here, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def signed(number: int = 0, audience: Audience = Audience.PUBLIC) -> int:
    """The size of the log after so many further events are sealed and signed."""
    for _ in range(number):
        write(audience=audience)
    seal_here()
    made = checkpoints.checkpoint(at=timezone.now())
    assert made
    return made.size


def verified(note: str) -> tuple[int, bytes]:
    """Size and root of a note that one of the published keys signed."""
    body, _, line = note.rpartition("\n\n")
    dash, name, value = line.rstrip("\n").split(" ")
    signature = b64decode(value)
    published = wire.get("/audit/keys")
    (key,) = [
        b64decode(vkey.split("+", 2)[2])
        for vkey in (one["vkey"] for one in published["keys"])
        if vkey.split("+", 2)[:2] == [name, signature[:4].hex()]
    ]
    assert (dash, key[:1]) == ("—", b"\x01")
    assert signature[:4] == sha256(name.encode() + b"\n" + key).digest()[:4]
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], f"{body}\n".encode())
    origin, size, root, *_ = body.splitlines()
    assert origin == published["origin"]
    return int(size), b64decode(root)


def checkpoint(query: str = "") -> str:
    response = builders.client().get(f"{wire.BASE}/audit/checkpoint{query}")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return response.content.decode()


def is_proved(proof: dict[str, Any]) -> bool:
    size, root = verified(proof["checkpoint"])
    assert size == proof["size"]
    leaf, path = bytes.fromhex(proof["leaf_hash"]), [bytes.fromhex(one) for one in proof["path"]]
    return trees.is_included(leaf, proof["leaf_index"], size, path, root)


def test_the_newest_checkpoint_or_an_earlier_one_is_a_note_signed_by_a_published_key_200() -> None:
    first = signed()
    second = signed(3)
    assert second == first + 3
    assert verified(checkpoint())[0] == second
    assert verified(checkpoint(f"?size={first}"))[0] == first
    leaves = [bytes(one) for one in Event.objects.order_by("sealed__position").values_list("leaf_hash", flat=True)]
    assert verified(checkpoint()) == (second, trees.head(leaves))


def test_after_a_change_of_keys_all_are_published_and_each_note_is_still_verified() -> None:
    first = signed()
    checkpoints.rotate_key(at=timezone.now())
    second = signed()
    keys = wire.get("/audit/keys")["keys"]
    assert len(keys) == 2
    assert [key["since_size"] for key in keys] == [first, first]
    for size in (first, second):
        assert verified(checkpoint(f"?size={size}"))[0] == size


def test_an_event_is_proved_in_the_newest_checkpoint_and_in_every_one_since_200() -> None:
    sizes = [signed(), signed(1), signed(4), signed(2)]
    for event in Event.objects.select_related("sealed").filter(audience="public"):
        position = event.sealed.position
        newest = wire.get(f"/audit/events/{event.pk}/proof")
        assert (newest["position"], newest["leaf_index"], newest["size"]) == (position, position - 1, sizes[-1])
        assert bytes.fromhex(newest["leaf_hash"]) == trees.leaf(event.body.encode()) and is_proved(newest)
        for size in sizes:
            if size >= position:
                assert is_proved(wire.get(f"/audit/events/{event.pk}/proof?size={size}"))
        assert not is_proved({**newest, "leaf_hash": "00" * 32})
        assert not is_proved({**newest, "leaf_index": newest["leaf_index"] + 1})


def test_one_checkpoint_is_proved_to_go_on_from_any_before_200() -> None:
    sizes = [signed(), signed(1), signed(4), signed(2)]
    for place, first in enumerate(sizes):
        for second in sizes[place:]:
            proof = wire.get(f"/audit/consistency?from={first}&to={second}")
            before, after = verified(proof["from_checkpoint"]), verified(proof["to_checkpoint"])
            assert (before[0], after[0]) == (proof["from"], proof["to"]) == (first, second)
            path = [bytes.fromhex(one) for one in proof["path"]]
            assert trees.is_continued(first, second, path, before[1], after[1])
            assert first == second or not trees.is_continued(first, second, path, after[1], after[1])
    newest = wire.get("/audit/consistency")
    assert (newest["from"], newest["to"]) == (sizes[-2], sizes[-1])


def test_an_event_that_is_not_the_callers_to_see_has_no_proof_404() -> None:
    event = write(audience=Audience.RESTRICTED)
    signed()
    never = builders.client().get(f"{wire.BASE}/audit/events/{event + 1000}/proof")
    hidden = builders.client().get(f"{wire.BASE}/audit/events/{event}/proof")
    said = wire.problem(hidden, 404, "not-found")["detail"]
    assert said.replace(str(event), "N") == wire.problem(never, 404)["detail"].replace(str(event + 1000), "N")
    assert is_proved(wire.get(f"/audit/events/{event}/proof", "auditor"))


def test_what_no_checkpoint_covers_yet_is_said_so_409() -> None:
    client = builders.client()
    event = write()
    wire.problem(client.get(f"{wire.BASE}/audit/events/{event}/proof"), 409, "not-sealed")
    seal_here()
    wire.problem(client.get(f"{wire.BASE}/audit/events/{event}/proof"), 409, "not-sealed")
    signed()
    later = write()
    seal_here()
    assert is_proved(wire.get(f"/audit/events/{event}/proof"))
    body = wire.problem(client.get(f"{wire.BASE}/audit/events/{later}/proof"), 409, "not-sealed")
    assert "ask again in a minute" in body["detail"]


def test_without_any_checkpoint_there_is_none_404() -> None:
    for path in ("checkpoint", "consistency"):
        wire.problem(builders.client().get(f"{wire.BASE}/audit/{path}"), 404, "not-found")
    assert wire.get("/audit/keys") == {"origin": "measure-tracker", "keys": []}


def test_a_size_without_a_checkpoint_or_before_the_event_is_refused() -> None:
    first = signed()
    event = write()
    signed(1)
    client = builders.client()
    for path in (f"checkpoint?size={first + 1}", f"consistency?from={first + 1}", f"events/{event}/proof?size=999"):
        wire.problem(client.get(f"{wire.BASE}/audit/{path}"), 404, "not-found")
    early = wire.problem(client.get(f"{wire.BASE}/audit/events/{event}/proof?size={first}"), 400, "invalid")
    assert wire.places(early) == [("size", "min-value")]
    backwards = wire.problem(client.get(f"{wire.BASE}/audit/consistency?from={log.size()}&to={first}"), 400)
    assert wire.places(backwards) == [("from", "out-of-order")]


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("checkpoint?size=0", [("size", "invalid")]),
        ("checkpoint?size=１", [("size", "invalid")]),
        ("checkpoint?size=1000000000000000000", [("size", "invalid")]),
        ("checkpoint?sise=1", [("sise", "unknown-parameter")]),
        ("consistency?from=x&to=-1", [("from", "invalid"), ("to", "invalid")]),
        ("keys?size=1", [("size", "unknown-parameter")]),
        ("events/1/proof?size=1.5", [("size", "invalid")]),
    ],
)
def test_what_is_no_size_is_refused_400(path: str, places: list[tuple[str, str]]) -> None:
    assert wire.places(wire.problem(builders.client().get(f"{wire.BASE}/audit/{path}"), 400, "invalid")) == places


def test_a_checkpoint_is_kept_by_its_tag_and_not_given_as_json() -> None:
    signed()
    client = builders.client()
    first = client.get(f"{wire.BASE}/audit/checkpoint")
    again = client.get(f"{wire.BASE}/audit/checkpoint", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    wire.problem(client.get(f"{wire.BASE}/audit/checkpoint", headers={"Accept": "application/json"}), 406)
    assert Checkpoint.objects.count() == 1
