"""The audit bundle: opened by programs that are not ours, verified by its own, and no byte of it changes unseen."""

import csv
import hashlib
import io
import json
import random
import shutil
import subprocess
import sys
import zipfile
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote

import frictionless
import pytest
from django.utils import timezone

from measures.audit import verify_bundle, verify_log
from measures.exports import log
from measures.models import Baseline, Document, Event, KpiLink
from measures.operations import checkpoints
from tests import builders
from tests.api import wire
from tests.operations.logs import seal_here

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

PATH = f"{wire.BASE}/exports/bundle.zip"
LISTS = ("measures", "kpis", "observations", "updates", "events", "obligations", "evidence")
REGISTRY = ("ministries", "cycles", "assignments", "kpi_links", "baselines", "targets")
TABLES = (
    *LISTS,
    *REGISTRY,
    *("documents", "elements", "milestones", "deadlines", "decisions", "measure_links"),
)
Said = tuple[int, str]


def taken(username: str | None = None, query: str = "", **headers: str) -> bytes:
    response = builders.client(username).get(PATH + query, **headers)
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip"), response
    return bytes(response.getvalue())


def signed() -> None:
    seal_here()
    assert checkpoints.checkpoint(at=timezone.now())


@pytest.fixture
def reported() -> None:
    """A day's worth of reports, and the checkpoint after each."""
    builders.an_update(at_status="approved", evidence=True, narrative='=HYPERLINK("x"), 改行\nと "引用"')
    signed()
    cast = {"officer": "officer.mext", "approver": "approver.mext", "observations": []}
    builders.an_update(at_status="submitted", measure="MEXT2019-P1-01", **cast)
    signed()


@pytest.fixture
def bundle(reported: None, tmp_path: Path) -> Path:
    path = tmp_path / "bundle.zip"
    path.write_bytes(taken("auditor"))
    return path


def verify(path: Path, *arguments: str, capsys: pytest.CaptureFixture[str]) -> Said:
    capsys.readouterr()
    status = verify_bundle.main([str(path), *arguments])
    said = capsys.readouterr()
    return status, said.out + said.err


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_frictionless_finds_tables_keys_and_digests_right(bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "unpacked")
    package = frictionless.Package(str(tmp_path / "unpacked" / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])
    tables = {one.name: one for one in package.resources if one.type == "table"}
    assert set(tables) == set(TABLES)
    assert [row["state"] for row in tables["updates"].read_rows()] == ["approved", "submitted"]
    # It can say no.
    values = tmp_path / "unpacked" / "tables" / "updates.csv"
    values.write_bytes(values.read_bytes().replace(b"MEXT2019-P1-01", b"MEXT2019-P1-99"))
    found = frictionless.Package(str(tmp_path / "unpacked" / "datapackage.json")).validate()
    assert {"foreign-key", "hash-count"} <= {type for (type,) in found.flatten(["type"])}


def test_frictionless_opens_the_zip_as_it_is(bundle: Path) -> None:
    assert frictionless.validate(str(bundle), type="package").valid


def test_it_verifies_where_nothing_of_ours_is_and_tells_what_the_log_tells(bundle: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.move(bundle, alone / "bundle.zip")
    unzipped = files_of((alone / "bundle.zip").read_bytes())
    for name in ("verify_bundle.py", "verify_log.py"):
        (alone / name).write_bytes(unzipped[name])
    (alone / "kept").write_bytes(unzipped["log/checkpoint.txt"])
    asked = [sys.executable, "-I", "-S", "verify_bundle.py", "bundle.zip", "--checkpoint", "kept", "--list", "approve"]
    said = subprocess.run(asked, cwd=alone, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.splitlines()[-1].startswith("verified: ")
    assert "approve\tupdate" in said.stdout
    (alone / "folder").mkdir()
    for name, data in unzipped.items():
        (alone / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (alone / "folder" / name).write_bytes(data)
    said = subprocess.run([*asked[:4], "folder"], cwd=alone, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


def test_the_files_are_those_of_the_exports_the_texts_those_that_came_in(bundle: Path) -> None:
    inside = files_of(bundle.read_bytes())
    assert inside["README.txt"].decode().startswith("施策トラッカー")
    for name in LISTS:
        if name not in ("events", "obligations"):
            assert inside[f"tables/{name}.csv"] == bytes(
                builders.client("auditor").get(f"{wire.BASE}/exports/{name}.csv").getvalue()
            )
    document = Document.objects.get()
    assert hashlib.sha256(inside["documents/MEXT2019-1.txt"]).hexdigest() == document.sha256
    described = {one["path"]: one for one in json.loads(inside["datapackage.json"])["resources"]}
    others = {"README.txt", "datapackage.json", "SHA256SUMS", "verify_bundle.py", "verify_log.py"}
    assert set(described) == set(inside) - others
    assert inside["verify_log.py"] == Path(verify_log.__file__).read_bytes()


def test_the_ledgers_and_the_registry_are_what_the_api_tells(bundle: Path) -> None:
    inside = files_of(bundle.read_bytes())
    told = {
        name: list(csv.DictReader(io.StringIO(inside[f"tables/{name}.csv"].decode("utf-8-sig")))) for name in TABLES
    }
    of_kpi = [one for one in told["targets"] if one["kpi"] == "sme-patent-share"]
    said = wire.items("/kpis/sme-patent-share/targets")
    assert [(one["value"], one["state"], one["due_on"]) for one in of_kpi] == [
        (one["value"], one["state"], one["due_on"]) for one in said
    ]
    assert [one["code"] for one in told["cycles"]] == sorted(wire.codes("/cycles"))
    assert sorted(one["code"] for one in told["ministries"]) == sorted(wire.codes("/ministries"))
    assert len(told["assignments"]) == len(wire.items("/assignments"))
    assert len(told["kpi_links"]) == KpiLink.objects.count()
    assert len(told["baselines"]) == Baseline.objects.count()


@pytest.mark.parametrize("other_way", ["flip", "cut", "grow"])
def test_no_byte_changes_unseen(
    bundle: Path, other_way: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bytes of files, of the ZIP around them and of its digest, at random and at its ends."""
    whole = bundle.read_bytes()
    chance = random.Random(2019)
    places = [0, 1, len(whole) - 1, len(whole) - 30, len(whole) - 71, len(whole) - 80, len(whole) - 90]
    places += [chance.randrange(len(whole)) for _ in range(60 if other_way == "flip" else 3)]
    for place in places:
        changed = bytearray(whole)
        if other_way == "flip":
            changed[place] ^= 1 << chance.randrange(8)
        elif other_way == "cut":
            del changed[place]
        else:
            changed[place:place] = b"0"
        bundle.write_bytes(changed)
        status, said = verify(bundle, capsys=capsys)
        assert status in (1, 2), (place, said)
        assert said.splitlines()[-1].startswith(("not verified", "cannot read"))


def packed_anew(path: Path, **changes: bytes | None) -> None:
    """With files changed, added or left out, by somebody who also renews every digest."""
    inside = files_of(path.read_bytes())
    for name, data in changes.items():
        inside[name] = data  # type: ignore[assignment]
    inside = {name: data for name, data in inside.items() if data is not None}
    package = json.loads(inside["datapackage.json"])
    for one in package["resources"]:
        data = inside.get(one["path"], b"")
        one |= {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    inside["datapackage.json"] = json.dumps(package).encode()
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in inside.items() if name != "SHA256SUMS"}
    inside["SHA256SUMS"] = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode()
    blank = b"sha256:" + b"0" * 64
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in inside.items():
            archive.writestr(name, data)
        archive.comment = blank
    head = path.read_bytes()[: -len(blank)]
    path.write_bytes(head + b"sha256:" + hashlib.sha256(head).hexdigest().encode())


def test_whoever_renews_all_digests_is_found_by_the_log(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = bundle.read_bytes()
    inside = files_of(whole)
    value = str(builders.a_value().value).encode()
    found = {}
    for name, old, new in (
        ("tables/updates.csv", b"on_track", b"at_risk"),
        ("tables/updates.csv", "改行".encode(), "開業".encode()),
        ("tables/observations.csv", b"," + value + b",", b",99.9,"),
        ("tables/events.csv", b",approve,", b",return,"),
        ("log/checkpoint.txt", b"measure-tracker", b"measure-hacker"),
        ("log/proofs.jsonl", b'"leaf_index":0', b'"leaf_index":1'),
    ):
        assert old in inside[name], name
        packed_anew(bundle, **{name: inside[name].replace(old, new)})
        status, said = verify(bundle, capsys=capsys)
        found[name] = (status, said.partition("\n")[0])
        assert status == 1, (name, said)
        assert said.splitlines()[-1].startswith("not verified: ")
        bundle.write_bytes(whole)
    assert found["tables/observations.csv"][1].startswith("changed: tables: report ")
    packed_anew(bundle)
    assert verify(bundle, capsys=capsys)[0] == 0


def test_an_approval_that_the_log_does_not_know_and_one_that_is_left_out(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = bundle.read_bytes()
    updates = files_of(whole)["tables/updates.csv"]
    made_up = updates.replace(b",submitted,", b",approved,")
    packed_anew(bundle, **{"tables/updates.csv": made_up})
    status, said = verify(bundle, capsys=capsys)
    assert (status, "which the log does not know as approved" in said) == (1, True)
    bundle.write_bytes(whole)
    packed_anew(bundle, **{"tables/updates.csv": updates.partition(b"\r\n")[0] + b"\r\n"})
    status, said = verify(bundle, capsys=capsys)
    assert status == 1
    assert "missing: tables/updates.csv: report" in said
    bundle.write_bytes(whole)
    packed_anew(bundle, **{"tables/kpis.csv": None})
    status, said = verify(bundle, capsys=capsys)
    assert "missing: tables/kpis.csv" in said


def test_the_same_moment_gives_the_same_bytes_whatever_happened_since(reported: None) -> None:
    moment = timezone.now()
    query = f"?known_at={quote(moment.isoformat())}"
    before = taken("auditor", query)
    builders.an_update(at_status="approved", measure="MEXT2019-P1-02", officer="officer.mext",
                       approver="approver.mext", observations=[])  # fmt: skip
    checkpoints.rotate_key(at=timezone.now())
    signed()
    assert taken("auditor", query) == before
    assert taken("auditor") != before


def test_everyone_gets_what_they_may_see_and_a_whole_log(
    reported: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    states = {}
    for username in (None, "officer.meti", "officer.mext", "auditor"):
        path = tmp_path / "bundle.zip"
        path.write_bytes(taken(username))
        assert verify(path, capsys=capsys)[0] == 0
        inside = files_of(path.read_bytes())
        bodies = [json.loads(line) for line in inside["log/log.jsonl"].splitlines() if b'"body"' in line]
        seen = {json.loads(one["body"])["audience"] for one in bodies}
        states[username] = (inside["tables/updates.csv"].count(b",submitted,"), seen)
    assert states == {
        None: (0, {"public"}),
        "officer.meti": (0, {"public"}),
        "officer.mext": (1, {"public", "ministry"}),
        "auditor": (1, {"public", "ministry", "restricted"}),
    }


def test_any_event_can_be_proved_from_it(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for event in Event.objects.filter(sealed__isnull=False).order_by("?")[:5]:
        status, said = verify(bundle, "--prove", str(event.pk), capsys=capsys)
        proof = json.loads(said)
        size = proof["size"]
        theirs = builders.client("auditor").get(f"{wire.BASE}/audit/events/{event.pk}/proof?size={size}").json()
        assert (status, proof) == (0, theirs)
    assert verify(bundle, "--prove", "99999999", capsys=capsys)[0] == 2


def test_before_the_first_checkpoint_there_is_none_409() -> None:
    query = "?known_at=2019-10-01T00%3A00%3A00%2B09%3A00"
    wire.problem(builders.client().get(PATH + query), 409, "not-sealed")
    wire.problem(builders.client().get(f"{PATH}?kpi=x"), 400, "invalid")


def test_taking_it_is_an_event_and_its_digest_is_sent_where_wanted(reported: None) -> None:
    response = builders.client("auditor").get(PATH, headers={"Want-Content-Digest": "sha-256=1"})
    data = bytes(response.getvalue())
    assert response["Content-Digest"] == f"sha-256=:{b64encode(hashlib.sha256(data).digest()).decode()}:"
    assert response["Content-Disposition"] == 'attachment; filename="bundle.zip"'
    event = Event.objects.filter(verb="download").latest("pk")
    assert (event.subject_code, event.audience) == ("bundle.zip", "restricted")
    head = builders.client("auditor").head(PATH)
    assert (head.status_code, head.content) == (200, b"")
    assert Event.objects.filter(verb="download").count() == 1


def test_one_that_breaks_off_is_no_zip_and_says_so(
    reported: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*args: Any) -> Any:
        raise ConnectionError("planted")

    monkeypatch.setattr(log, "_nodes", broken)
    data = taken()
    assert data.endswith(b"# INCOMPLETE: the export broke off here; fetch it again\r\n")
    (tmp_path / "bundle.zip").write_bytes(data)
    status, said = verify(tmp_path / "bundle.zip", capsys=capsys)
    assert (status, "broke off" in said) == (2, True)
