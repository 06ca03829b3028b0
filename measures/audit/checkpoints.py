"""Checkpoints: what a log of some size was, as a signed note (https://c2sp.org/tlog-checkpoint) by an Ed25519 key."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from measures.audit.canonical import instant

ED25519 = b"\x01"
ID_BYTES = 4
PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class Signer:
    """A key pair and the name it signs under, which holds no space and no plus."""

    name: str
    private: Ed25519PrivateKey

    @property
    def vkey(self) -> str:
        """The public key as verifiers take it: <name>+<hex key id>+<base64(0x01 || key)>."""
        return f"{self.name}+{self.id.hex()}+{_base64(ED25519 + self._public)}"

    @property
    def secret(self) -> str:
        """The private key in the form that goes with `vkey`: PRIVATE+KEY+<name>+<hex key id>+<base64(0x01 || seed)>."""
        return f"{PRIVATE}{self.name}+{self.id.hex()}+{_base64(ED25519 + self.private.private_bytes_raw())}"

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return _key_id(self.name, self._public)

    @property
    def _public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def signed(self, text: str) -> str:
        """`text`, which ends in a newline, as a note with one signature."""
        signature = self.private.sign(text.encode())
        return f"{text}\n— {self.name} {_base64(self.id + signature)}\n"


def new_signer(name: str) -> Signer:
    return Signer(name, Ed25519PrivateKey.generate())


def signer_from(secret: str) -> Signer:
    """The key pair whose `secret` this is. ValueError when it is not one."""
    if not secret.startswith(PRIVATE):
        raise ValueError("it does not begin as a private key of signed notes does")
    name, key_id, key = _parts(secret.removeprefix(PRIVATE))
    signer = Signer(name, Ed25519PrivateKey.from_private_bytes(key))
    if signer.id.hex() != key_id:
        raise ValueError("its id is not that of its key")
    return signer


def text(*, origin: str, size: int, root: bytes, at: datetime) -> str:
    """What a checkpoint says: whose log, how many positions, their root hash, and when that was."""
    return f"{origin}\n{size}\n{_base64(root)}\nat {instant(at)}\n"


def is_signed(note: str, vkey: str) -> bool:
    """Whether `note` holds a good signature by the key `vkey`. ValueError when `vkey` is not one."""
    name, key_id, key = _parts(vkey)
    body, parted, signatures = note.rpartition("\n\n")
    for line in signatures.splitlines() if parted else ():
        dash, _, rest = line.partition(" ")
        signer, _, value = rest.partition(" ")
        given = b64decode(value, validate=True) if dash == "—" and signer == name else b""
        if given[:ID_BYTES].hex() == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(key).verify(given[ID_BYTES:], f"{body}\n".encode())
            except InvalidSignature:
                continue
            return True
    return False


def _parts(written: str) -> tuple[str, str, bytes]:
    """Name, id and the 32 bytes of a written key, whose base64 may hold a plus too."""
    name, key_id, key = written.split("+", 2)
    decoded = b64decode(key, validate=True)
    if decoded[:1] != ED25519 or len(decoded) != 33:
        raise ValueError("it is not an Ed25519 key")
    return name, key_id, decoded[1:]


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:ID_BYTES]


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
