"""Whether the disk has room for the database; a full one is named, whatever fails because of it."""

import shutil
from pathlib import Path

from tracker.embedded.errors import EmbeddedError

MB = 1_000_000
# A cluster takes 55 MB once its tables are made, and its write-ahead log grows before it is used again.
NEW_CLUSTER = 100 * MB
# With less, the server cannot even write down that it runs, and whoever starts it would wait for that in vain.
START = 2 * MB
# The server wants a segment of its log (16 MiB) and a little more; with less left, a failure is the disk's.
LITTLE = 20 * MB


def require(needed: int, *, folder: Path) -> None:
    """Raises EmbeddedError, before anything is written, when `needed` bytes do not fit into `folder`."""
    if _free(folder) < needed:
        raise EmbeddedError(sentence(folder, needed=needed))


def explained(folder: Path, otherwise: str) -> EmbeddedError:
    """The error to raise when something in `folder` failed: the disk's when it is full, else `otherwise`."""
    return EmbeddedError(sentence(folder) if is_full(folder, said=otherwise) else otherwise)


def is_full(folder: Path, *, said: str = "") -> bool:
    """Whether `folder` has hardly any room left, or the failed program `said` so (a quota shows only there)."""
    return "No space left on device" in said or "Disk quota exceeded" in said or _free(folder) < LITTLE


def sentence(folder: Path, *, needed: int = LITTLE) -> str:
    """What to tell the person whose disk is full."""
    return (
        f"The disk of {folder} is full ({_free(folder) // MB} MB free, {needed // MB} MB needed): "
        "make room and start again; what was stored is kept."
    )


def _free(folder: Path) -> int:
    """Bytes that a user other than root may still write where `folder` is, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
