"""The offline verifier's own Ed25519, signed notes and tree, held against published vectors and another library."""

from base64 import b64encode
from hashlib import sha256, sha512
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from measures.audit import canonical, verify_log
from measures.audit.verify_log import Digests, is_signed, read_checkpoint, read_key
from tests.audit import logs
from tests.audit.logs import Signer

# RFC 8032, section 7.1: TEST 1, TEST 2, TEST 3, TEST 1024, TEST SHA(abc); public key, message, signature.
LONG = (
    "08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12ee50f8f54e9f77b1e355f6c50544e23f"
    "b1433ddf73be84d879de7c0046dc4996d9e773f4bc9efe5738829adb26c81b37c93a1b270b20329d658675fc6ea534e0810a4432826bf58c"
    "941efb65d57a338bbd2e26640f89ffbc1a858efcb8550ee3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4feba15452f80288a82"
    "1a579116ec6dad2b3b310da903401aa62100ab5d1a36553e06203b33890cc9b832f79ef80560ccb9a39ce767967ed628c6ad573cb116dbef"
    "efd75499da96bd68a8a97b928a8bbc103b6621fcde2beca1231d206be6cd9ec7aff6f6c94fcd7204ed3455c68c83f4a41da4af2b74ef5c53"
    "f1d8ac70bdcb7ed185ce81bd84359d44254d95629e9855a94a7c1958d1f8ada5d0532ed8a5aa3fb2d17ba70eb6248e594e1a2297acbbb39d"
    "502f1a8c6eb6f1ce22b3de1a1f40cc24554119a831a9aad6079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f27088d78b7e883c8759"
    "d2c4f5c65adb7553878ad575f9fad878e80a0c9ba63bcbcc2732e69485bbc9c90bfbd62481d9089beccf80cfe2df16a2cf65bd92dd597b07"
    "07e0917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128bab27af87a71314f318c782b23ebfe808b82b0ce26401d2e22"
    "f04d83d1255dc51addd3b75a2b1ae0784504df543af8969be3ea7082ff7fc9888c144da2af58429ec96031dbcad3dad9af0dcbaaaf268cb8"
    "fcffead94f3c7ca495e056a9b47acdb751fb73e666c6c655ade8297297d07ad1ba5e43f1bca32301651339e22904cc8c42f58c30c04aafdb"
    "038dda0847dd988dcda6f3bfd15c4b4c4525004aa06eeff8ca61783aacec57fb3d1f92b0fe2fd1a85f6724517b65e614ad6808d6f6ee34df"
    "f7310fdc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08d78ff4ef5d63653a65040cf9bfd4aca7984a74d371459867"
    "80fc0b16ac451649de6188a7dbdf191f64b5fc5e2ab47b57f7f7276cd419c17a3ca8e1b939ae49e488acba6b965610b5480109c8b17b80e1"
    "b7b750dfc7598d5d5011fd2dcc5600a32ef5b52a1ecc820e308aa342721aac0943bf6686b64b2579376504ccc493d97e6aed3fb0f9cd71a4"
    "3dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5fb93246f6b1116398a346f1a641f3b041e989f7914f90cc2c7fff357876e506b5"
    "0d334ba77c225bc307ba537152f3f1610e4eafe595f6d9d90d11faa933a15ef1369546868a7f3a45a96768d40fd9d03412c091c6315cf4fd"
    "e7cb68606937380db2eaaa707b4c4185c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c0618983f8741c5ef68d3a101e8a3b8ca"
    "c60c905c15fc910840b94c00a0b9d0"
)
VECTORS = {
    "TEST 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
    "TEST 1024": (
        "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
        LONG,
        "0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528ecea23c436d94b"
        "5e8fcd4f681e30a6ac00a9704a188a03",
    ),
    "TEST SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        "3dca179c138ac17ad9bef1177331a704",
    ),
}
# The reference vectors of the implementations of RFC 6962: leaves, and the roots of sizes 1 to 8.
LEAVES = [
    *("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
IDENTITY = bytes([1]) + bytes(31)
# Every encoding of a point of order 1, 2, 4 or 8, and what is no encoding at all.
SMALL_ORDER = [
    IDENTITY.hex(),
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]
NOT_CANONICAL = {
    "y = p": "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "y = p + 1": "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "y = 2**255 - 1": "ff" * 31 + "7f",
    "x = 0 said to be odd": "01" + "00" * 30 + "80",
    "not on the curve": "02" + "00" * 31,
}


def little(number: int) -> bytes:
    return number.to_bytes(32, "little")


def vkey_of(public: bytes, name: str = "log", kind: bytes = b"\x01") -> str:
    data = kind + public
    key_id = sha256(name.encode() + b"\n" + data).digest()[:4]
    return f"{name}+{key_id.hex()}+{b64encode(data).decode()}"


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_rfc_8032_are_signed_and_with_any_bit_changed_they_are_not(name: str) -> None:
    public, text, signature = (bytes.fromhex(part) for part in VECTORS[name])
    assert is_signed(public, text, signature)
    assert not is_signed(public, text + b"\x00", signature)
    for bit in Random(name).sample(range(512), 40):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert not is_signed(public, text, bytes(changed)), bit


def test_what_another_library_signs_is_signed_and_not_under_another_key_or_text() -> None:
    chance = Random(8032)
    for _ in range(25):
        key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        text = chance.randbytes(chance.randrange(200))
        public, signature = key.public_key().public_bytes_raw(), key.sign(text)
        assert is_signed(public, text, signature)
        assert not is_signed(public, text + b"!", signature)
        assert not is_signed(bytes.fromhex(VECTORS["TEST 1"][0]), text, signature)


@pytest.mark.parametrize(
    ("name", "change"),
    {
        "S is past the order": lambda s: s[:32] + little(int.from_bytes(s[32:], "little") + verify_log.ORDER),
        "S is the order": lambda s: s[:32] + little(verify_log.ORDER),
        "S is all ones": lambda s: s[:32] + b"\xff" * 32,
        "S and R are nothing": lambda s: bytes(64),
        "R is S": lambda s: s[32:] + s[32:],
        "R is negated": lambda s: s[:31] + bytes([s[31] ^ 0x80]) + s[32:],
        "R is past the field": lambda s: bytes.fromhex(NOT_CANONICAL["y = p + 1"]) + s[32:],
        "it is empty": lambda s: b"",
        "it is short": lambda s: s[:63],
        "it is long": lambda s: s + b"\x00",
        "it is R alone": lambda s: s[:32],
    }.items(),
)  # fmt: skip
def test_a_malformed_signature_is_refused(name: str, change: "type[bytes]") -> None:
    public, text, signature = bytes.fromhex(VECTORS["TEST 3"][0]), b"\xaf\x82", bytes.fromhex(VECTORS["TEST 3"][2])
    assert is_signed(public, text, signature)
    assert not is_signed(public, text, change(signature)), name


def test_a_signature_whose_r_is_the_neutral_element_counts_only_in_its_one_encoding() -> None:
    """Only who holds the key can make one: S = h * a, so that S * B - h * A is neutral."""
    secret = bytes(31) + b"\x07"
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    digest = bytearray(sha512(secret).digest()[:32])
    digest[0], digest[31] = digest[0] & 248, digest[31] & 127 | 64
    for r, is_right in ((IDENTITY, True), (bytes.fromhex(NOT_CANONICAL["y = p + 1"]), False)):
        h = int.from_bytes(sha512(r + public + b"text").digest(), "little")
        s = h * int.from_bytes(digest, "little") % verify_log.ORDER
        assert is_signed(public, b"text", r + little(s)) is is_right


@pytest.mark.parametrize("public", SMALL_ORDER)
def test_a_key_of_small_order_is_refused_because_anybody_signs_under_it(public: str) -> None:
    with pytest.raises(ValueError, match="small order"):
        read_key(vkey_of(bytes.fromhex(public)))


def test_under_the_neutral_key_a_signature_made_without_a_secret_is_right() -> None:
    assert is_signed(IDENTITY, b"anything at all", IDENTITY + bytes(32))


@pytest.mark.parametrize("public", NOT_CANONICAL.values(), ids=NOT_CANONICAL)
def test_a_key_in_no_or_in_another_encoding_is_refused(public: str) -> None:
    with pytest.raises(ValueError, match="no point"):
        read_key(vkey_of(bytes.fromhex(public)))


def test_the_example_of_the_note_package_is_signed() -> None:
    """The key and the note that golang.org/x/mod/sumdb/note shows in its documentation."""
    key = read_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = verify_log.from_base64(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    assert signature[:4] == key.id
    assert is_signed(key.public, text, signature[4:])


@pytest.mark.parametrize(
    "change",
    [
        lambda vkey: vkey[:-4],
        lambda vkey: vkey.replace("+", "-"),
        lambda vkey: vkey.upper(),
        lambda vkey: "another" + vkey,
        lambda vkey: f"a b{vkey[15:]}",
        lambda vkey: "",
        lambda vkey: "é" * 1000,
        lambda vkey: vkey_of(bytes.fromhex(VECTORS["TEST 1"][0])[:31]),
        lambda vkey: vkey_of(bytes.fromhex(VECTORS["TEST 1"][0]), "a b"),
        lambda vkey: vkey_of(bytes.fromhex(VECTORS["TEST 1"][0]), ""),
        lambda vkey: vkey_of(bytes.fromhex(VECTORS["TEST 1"][0]), kind=b"\x02"),
    ],
)
def test_a_key_that_is_not_written_as_keys_are_is_refused(change: "type[str]") -> None:
    assert read_key(Signer().vkey).public == Signer().public[1:]
    with pytest.raises(ValueError, match=r"^(has|is) "):
        read_key(change(Signer().vkey))


def checkpoint(text: str, *signers: Signer) -> str:
    return text + "\n" + "".join(signer.line(text) for signer in signers)


ROOT = b64encode(bytes(range(32))).decode()
GOOD = f"measure-tracker\n7\n{ROOT}\nat 2026-11-01T00:00:00.000000Z\n"
KEYS = [read_key(Signer().vkey), read_key(Signer(2).vkey)]


def test_a_checkpoint_says_size_root_time_and_signer() -> None:
    one = read_checkpoint(checkpoint(GOOD, Signer()), "measure-tracker", KEYS)
    assert one == (7, bytes(range(32)), "2026-11-01T00:00:00.000000Z", KEYS[0], "")
    assert read_checkpoint(checkpoint(f"measure-tracker\n0\n{ROOT}\n", Signer(2)), "measure-tracker", KEYS).size == 0


def test_signatures_by_unknown_keys_are_passed_over() -> None:
    note = checkpoint(GOOD, Signer(3), Signer(), Signer(4, "witness"))
    assert read_checkpoint(note, "measure-tracker", KEYS).fault == ""
    assert "no known key" in read_checkpoint(checkpoint(GOOD, Signer(3)), "measure-tracker", KEYS).fault
    assert "no known key" in read_checkpoint(checkpoint(GOOD, Signer()), "measure-tracker", []).fault


def test_one_wrong_signature_by_a_known_key_spoils_the_note_in_either_order() -> None:
    wrong = Signer().line(GOOD.replace("7", "8", 1))
    for lines in ((wrong,), (wrong, Signer(2).line(GOOD)), (Signer(2).line(GOOD), wrong)):
        assert "wrong" in read_checkpoint(f"{GOOD}\n{''.join(lines)}", "measure-tracker", KEYS).fault


def test_a_checkpoint_of_another_log_is_not_ours_though_it_is_signed() -> None:
    assert "another log" in read_checkpoint(checkpoint(GOOD, Signer()), "other", KEYS).fault


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        GOOD,
        checkpoint(GOOD, Signer())[:-1],
        checkpoint("measure-tracker\n7\n", Signer()),
        checkpoint(f"measure-tracker\n7\n{ROOT}\n\nat\n", Signer()),
        checkpoint(f"measure-tracker\n7\n{ROOT}\r\n", Signer()),
        checkpoint(f"measure-tracker\n7\n{ROOT}\nat \x1b[2J\n", Signer()),
        checkpoint(f"measure-tracker\n07\n{ROOT}\n", Signer()),
        checkpoint(f"measure-tracker\n-7\n{ROOT}\n", Signer()),
        checkpoint(f"measure-tracker\n７\n{ROOT}\n", Signer()),
        checkpoint(f"measure-tracker\n{'7' * 5000}\n{ROOT}\n", Signer()),
        checkpoint(f"measure-tracker\n7\n{ROOT[:-1]}\n", Signer()),
        checkpoint(f"measure-tracker\n7\n{ROOT[:-2]}9=\n", Signer()),
        checkpoint(f"measure-tracker\n7\n{b64encode(bytes(31)).decode()}\n", Signer()),
        f"{GOOD}\n- measure-tracker AAAA\n",
        f"{GOOD}\n— measure-tracker AAAA AAAA\n",
        f"{GOOD}\n— measure-tracker *\n",
        f"{GOOD}\n— measure+tracker AAAA\n",
        f"{GOOD}\n" + Signer().line(GOOD) * 17,
    ],
)
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(ValueError, match=r"^(has|holds) "):
        read_checkpoint(note, "measure-tracker", KEYS)


def test_the_tree_is_that_of_the_reference_vectors() -> None:
    leaves = Digests(b"".join(sha256(b"\0" + bytes.fromhex(leaf)).digest() for leaf in LEAVES))
    levels = verify_log.grown(leaves)
    assert [verify_log.root_of(levels, size).hex() for size in range(1, 9)] == ROOTS
    assert verify_log.root_of(levels, 0) == sha256().digest()


def test_every_root_is_that_of_the_recursive_definition() -> None:
    leaves = [sha256(bytes([i])).digest() for i in range(70)]
    levels = verify_log.grown(Digests(b"".join(leaves)))
    assert all(verify_log.root_of(levels, size) == logs.root(leaves[:size]) for size in range(71))


def test_a_leaf_is_hashed_as_the_service_hashes_it() -> None:
    assert verify_log.leaf_hash("施策 “x”") == canonical.leaf_hash("施策 “x”")
