"""Signed notes against the published examples, and the key's file: who may read it, two at once, what is damaged."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from measures.audit import checkpoints, log_keys
from measures.audit.checkpoints import Signer, is_signed, new_signer, signer_from
from measures.audit.log_keys import LogKeyError

# RFC 8032, section 7.1: seed, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595b"
        "be24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb430"
        "2aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716e"
        "d28dc027beceea1ec40a",
    ),
]
# The example of the first implementation of signed notes, and the one of the specification.
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = (
    TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SPECIFIED_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPECIFIED_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
AT = datetime(2026, 11, 23, 6, 4, 5, 123456, tzinfo=UTC)


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_keys_sign_as_rfc_8032_says(seed: str, public: str, message: str, signature: str) -> None:
    signer = Signer("rfc", Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)))
    assert signer._public.hex() == public
    assert signer.private.sign(bytes.fromhex(message)).hex() == signature


def test_a_note_is_that_of_the_published_example() -> None:
    signer = signer_from(SECRET)
    assert (signer.vkey, signer.secret, signer.signed(TEXT)) == (VKEY, SECRET, NOTE)
    assert is_signed(NOTE, VKEY)
    assert is_signed(SPECIFIED_NOTE, SPECIFIED_VKEY)


def test_a_note_of_several_signatures_is_signed_by_each() -> None:
    other = new_signer("witness")
    both = NOTE + other.signed(TEXT).rpartition("\n\n")[2]
    assert is_signed(both, VKEY) and is_signed(both, other.vkey)
    assert not is_signed(both, new_signer("witness").vkey)


@given(st.data())
def test_a_note_that_was_changed_anywhere_is_not_signed(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(TEXT) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda one: one != TEXT[place]))
    assert not is_signed(TEXT[:place] + other + TEXT[place + 1 :] + NOTE[len(TEXT) :], VKEY)


@pytest.mark.parametrize("note", ["", "\n\n", TEXT, f"{TEXT}\n", NOTE.replace("Neumann", "Newman"), NOTE[: len(TEXT)]])
def test_what_bears_no_signature_of_the_key_is_not_signed(note: str) -> None:
    assert not is_signed(note, VKEY)


def test_a_checkpoint_says_whose_log_how_long_which_root_and_when() -> None:
    root = bytes(range(32))
    text = checkpoints.text(origin="tracker.example", size=20, root=root, at=AT)
    assert text == (
        "tracker.example\n20\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nat 2026-11-23T06:04:05.123456Z\n"
    )
    signer = new_signer("tracker.example")
    assert is_signed(signer.signed(text), signer.vkey)


@pytest.mark.parametrize("secret", ["", "x", SECRET[:-4], SECRET.replace("c74f20a3", "c74f20a4"), VKEY])
def test_what_is_no_private_key_is_refused(secret: str) -> None:
    with pytest.raises(ValueError):
        signer_from(secret)


def test_the_key_is_made_once_for_its_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "keys"
    first = log_keys.made(folder, "log")
    assert log_keys.made(folder, "log").secret == first.secret == log_keys.kept(folder).secret
    assert [path.name for path in folder.iterdir()] == ["log-key"]
    assert stat.S_IMODE((folder / "log-key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_many_who_make_it_at_once_end_with_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: log_keys.made(tmp_path, "log").secret, range(64)))
    assert set(made) == {log_keys.kept(tmp_path).secret}
    assert [path.name for path in tmp_path.iterdir()] == ["log-key"]


def test_a_new_key_leaves_the_old_one_beside_it(tmp_path: Path) -> None:
    old = log_keys.made(tmp_path, "log")
    new = log_keys.replaced(tmp_path, "log")
    assert log_keys.kept(tmp_path).secret == new.secret != old.secret
    aside = tmp_path / f"log-key.{old.id.hex()}"
    assert aside.read_text().strip() == old.secret
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_a_key_that_cannot_be_used_is_replaced_and_kept_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "log-key").write_text("damaged")
    new = log_keys.replaced(tmp_path, "log")
    assert log_keys.kept(tmp_path).secret == new.secret
    (aside,) = [path for path in tmp_path.iterdir() if path.name != "log-key"]
    assert aside.read_text() == "damaged"


def refusal(folder: Path) -> str:
    with pytest.raises(LogKeyError) as refused:
        log_keys.kept(folder)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_key_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "log-key"
    assert f"{path} is missing" in refusal(tmp_path)
    path.mkdir()
    assert "cannot be read (Is a directory)" in refusal(tmp_path)
    path.rmdir()
    path.write_bytes(b"\xff\xfe")
    path.chmod(0o600)
    assert "cannot be read" in refusal(tmp_path)
    path.write_text(SECRET.replace("c74f20a3", "c74f20a4"))
    assert "is damaged (its id is not that of its key)" in refusal(tmp_path)
    path.write_text(SECRET)
    assert log_keys.kept(tmp_path).vkey == VKEY
    for mode in (0o640, 0o604, 0o660, 0o601):
        path.chmod(mode)
        assert f"is open to others (mode {mode:04o}): chmod 600 it" in refusal(tmp_path)


def test_a_folder_that_cannot_be_made_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LogKeyError, match=r"cannot be made .*: set LOG_KEY_DIR"):
        log_keys.made(tmp_path / "file" / "keys", "log")
    with pytest.raises(LogKeyError, match=r"cannot be replaced .*: set LOG_KEY_DIR"):
        log_keys.replaced(tmp_path / "file" / "keys", "log")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_key_of_another_user_is_refused_in_a_sentence(tmp_path: Path) -> None:
    log_keys.made(tmp_path, "log")
    (tmp_path / "log-key").chmod(0)
    assert "cannot be read (Permission denied)" in refusal(tmp_path)
